"""Moderation of reviews and of sellers' answers: publish or reject with a reason, never rewrite."""

from collections.abc import Callable
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
from catalog.enums import Finding, RejectReason, ReviewState
from catalog.models import Review
from catalog.services.review_answers import moderate_answer
from catalog.services.reviews import moderate_review


def finding_labels(found: list[str]) -> str:
    """Write what a program found in words, for the list of the queue."""
    return ", ".join(str(Finding(value).label) for value in found)


def tell(admin_of: "admin.ModelAdmin[Any]", request: HttpRequest, count: int, state: ReviewState) -> None:
    text = ngettext("%(count)s entry is now %(state)s.", "%(count)s entries are now %(state)s.", count)
    facts = {"count": count, "state": state.label.lower()}
    admin_of.message_user(request, text % facts, messages.SUCCESS)


def moderate_all(queryset: "QuerySet[Any]", moderate: Callable[[int], object]) -> int:
    """Moderate each chosen row in one transaction, by primary key; return how many there were."""
    ids = list(queryset.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for pk in ids:
            moderate(pk)
    return len(ids)


class FoundFilter(admin.SimpleListFilter):
    """Words in which a program found something, and which kind of thing."""

    title = _("findings")
    parameter_name = "finding"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Finding.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(findings__contains=[value]) if value else queryset


class WordsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What all words of visitors have in common: read, publish, reject; nothing is added, changed or deleted."""

    show_full_result_count = False
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def move(self, request: HttpRequest, pk: int, state: ReviewState, reason: str) -> object:
        raise NotImplementedError

    def move_all(self, request: HttpRequest, queryset: QuerySet[Any], state: ReviewState, reason: str = "") -> None:
        count = moderate_all(
            queryset.exclude(state=ReviewState.WITHDRAWN), lambda pk: self.move(request, pk, state, reason)
        )
        tell(self, request, count, state)

    @admin.display(description=_("found"))
    def found(self, words: Any) -> str:
        return finding_labels(words.findings)

    @admin.action(description=_("Publish what is chosen"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.PUBLISHED)

    @admin.action(description=_("Reject: personal data"), permissions=["change"])
    def reject_personal(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.REJECTED, RejectReason.PERSONAL)

    @admin.action(description=_("Reject: advertising"), permissions=["change"])
    def reject_advertising(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.REJECTED, RejectReason.ADVERTISING)

    @admin.action(description=_("Reject: insulting"), permissions=["change"])
    def reject_insulting(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.REJECTED, RejectReason.INSULTING)

    @admin.action(description=_("Reject: not about the device"), permissions=["change"])
    def reject_off_topic(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.REJECTED, RejectReason.OFF_TOPIC)

    @admin.action(description=_("Reject: another rule"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move_all(request, queryset, ReviewState.REJECTED, RejectReason.OTHER)


MODERATION = ("publish", "reject_personal", "reject_advertising", "reject_insulting", "reject_off_topic", "reject")


@admin.register(Review)
class ReviewAdmin(WordsAdmin):
    list_display = (
        *("created_at", "rating", "opening", "found", "product", "seller", "grade", "market", "author_name"),
        *("state", "answer_opening", "answer_state"),
    )
    list_filter = ("state", FoundFilter, "answer_state", "rating", "market", "language")
    list_select_related = ("product__brand", "seller")
    search_fields = ("title", "text", "answer", "author_name", "product__name", "seller__name", "=line_reference")
    readonly_fields = tuple(field.name for field in Review._meta.concrete_fields)
    actions = (*MODERATION, "publish_answer", "reject_answer")

    @admin.display(description=_("review"))
    def opening(self, review: Review) -> str:
        return review.title or Truncator(review.text).chars(60)

    @admin.display(description=_("seller’s answer"))
    def answer_opening(self, review: Review) -> str:
        found = finding_labels(review.answer_findings)
        return Truncator(review.answer).chars(40) + (f" ({found})" if found else "")

    def move(self, request: HttpRequest, pk: int, state: ReviewState, reason: str) -> object:
        return moderate_review(review_id=pk, state=state, reason=reason, actor=Actor.of(request), now=clock.now())

    @admin.action(description=_("Publish the seller’s answer"), permissions=["change"])
    def publish_answer(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._move_answers(request, queryset, ReviewState.PUBLISHED)

    @admin.action(description=_("Reject the seller’s answer"), permissions=["change"])
    def reject_answer(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._move_answers(request, queryset, ReviewState.REJECTED)

    def _move_answers(self, request: HttpRequest, queryset: QuerySet[Review], state: ReviewState) -> None:
        actor, now = Actor.of(request), clock.now()
        count = moderate_all(
            queryset.exclude(answer=""), lambda pk: moderate_answer(review_id=pk, state=state, actor=actor, now=now)
        )
        tell(self, request, count, state)
