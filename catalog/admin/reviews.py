"""Moderation of reviews: publish or reject, never rewrite."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backmarket.core import clock
from backmarket.core.actors import Actor
from catalog.enums import ReviewState
from catalog.models import Review
from catalog.services.reviews import moderate_review


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("created_at", "rating", "opening", "product", "seller", "grade", "market", "author_name", "state")
    list_filter = ("state", "rating", "market", "language")
    list_select_related = ("product__brand", "seller")
    search_fields = ("title", "text", "author_name", "product__name", "seller__name", "=line_reference")
    readonly_fields = tuple(field.name for field in Review._meta.concrete_fields)
    date_hierarchy = "created_at"
    actions = ("publish", "reject")
    show_full_result_count = False

    @admin.display(description=_("review"))
    def opening(self, review: Review) -> str:
        return review.title or Truncator(review.text).chars(60)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Publish the chosen reviews"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._moderate(request, queryset, ReviewState.PUBLISHED)

    @admin.action(description=_("Reject the chosen reviews"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._moderate(request, queryset, ReviewState.REJECTED)

    def _moderate(self, request: HttpRequest, queryset: QuerySet[Review], state: ReviewState) -> None:
        actor, now = Actor.of(request), clock.now()
        ids = list(queryset.order_by("pk").values_list("pk", flat=True))
        with transaction.atomic():
            for review_id in ids:
                moderate_review(review_id=review_id, state=state, actor=actor, now=now)
        text = ngettext("%(count)s review is now %(state)s.", "%(count)s reviews are now %(state)s.", len(ids))
        self.message_user(request, text % {"count": len(ids), "state": state.label.lower()}, messages.SUCCESS)
