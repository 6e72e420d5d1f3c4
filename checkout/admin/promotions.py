"""Promotions: made after a preview of what they do to real offers, ended, never changed."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from backmarket.accounts.groups import OPERATOR
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.admin import ReadOnlyAdmin
from backmarket.core.audit import entries_of
from backmarket.core.errors import DomainError
from backmarket.core.policies import in_group, policy
from checkout.models import Promotion
from checkout.selectors.promotion_preview import examples_of, words_of
from checkout.services import promotions

from .promotion_form import EndForm, PromotionForm

OPERATORS = in_group(OPERATOR)


@admin.register(Promotion)
class PromotionAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "market", "kind", "uses", "starts_at", "ends_at")
    list_filter = ("market", "kind", "ends_at")
    search_fields = ("code", "name")
    fields = ("name",)
    readonly_fields = fields
    change_list_template = "admin/checkout/promotion/change_list.html"
    change_form_template = "admin/checkout/promotion/change_form.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return OPERATORS.allows(request) or bool(super().has_module_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return OPERATORS.allows(request) or bool(super().has_view_permission(request, obj))

    @admin.display(description=_("uses"))
    def uses(self, promotion: Promotion) -> str:
        if promotion.uses_limit is None:
            return "–"
        return f"{promotion.used_count} / {promotion.uses_limit}"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("make/", wrap(self.make), name="checkout_promotion_make"),
            path("<int:pk>/end/", wrap(self.end), name="checkout_promotion_end"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "may_make": OPERATORS.allows(request)})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        promotion = self.get_object(request, object_id)
        now = clock.now()
        more = {
            "words": words_of(promotion) if promotion else [],
            "trail": entries_of(promotion) if promotion else [],
            "redemptions": promotion.redemptions.filter(released_at=None).count() if promotion else 0,
            "may_end": OPERATORS.allows(request)
            and promotion is not None
            and (promotion.ends_at is None or promotion.ends_at > now),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @policy(OPERATORS)
    def make(self, request: HttpRequest) -> HttpResponse:
        """Ask for the facts, show what they do, then make it."""
        _require(request)
        form = PromotionForm(request.POST or None, initial={"starts_at": clock.now()})
        if not form.is_bound or not form.is_valid():
            return self._show(request, "make", form=form)
        facts = form.facts()
        if request.POST.get("stage") == "edit":
            return self._show(request, "make", form=form)
        if request.POST.get("stage") != "confirm":
            draft = Promotion(**{name: getattr(facts, name) for name in facts.__slots__})
            rows, examples = words_of(draft), examples_of(draft)
            return self._show(request, "preview", form=form, rows=rows, examples=examples)
        try:
            with transaction.atomic(durable=True):
                promotion = promotions.make_promotion(
                    facts=facts, actor=Actor.of(request), reason=form.cleaned_data["reason"], now=clock.now()
                )
        except DomainError as error:
            form.add_error("code", str(error.text))
            return self._show(request, "make", form=form)
        messages.success(request, _("Made: %(promotion)s.") % {"promotion": promotion})
        return redirect("admin:checkout_promotion_change", promotion.pk)

    @policy(OPERATORS)
    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then end it now."""
        _require(request)
        promotion = get_object_or_404(Promotion, pk=pk)
        form = EndForm(request.POST or None)
        if form.is_bound and form.is_valid():
            try:
                with transaction.atomic(durable=True):
                    promotions.end_promotion(
                        promotion_id=pk,
                        actor=Actor.of(request),
                        reason=form.cleaned_data["reason"],
                        now=clock.now(),
                    )
            except DomainError as error:
                messages.error(request, str(error.text))
            else:
                messages.success(request, _("Ended. Orders that were placed keep what they were promised."))
            return redirect("admin:checkout_promotion_change", pk)
        return self._show(request, "end", form=form, promotion=promotion, rows=words_of(promotion))

    def _show(self, request: HttpRequest, template: str, *, form: Any, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **more}
        status = 422 if form.errors else 200
        return TemplateResponse(request, f"admin/checkout/promotion/{template}.html", context, status=status)


def _require(request: HttpRequest) -> None:
    if not OPERATORS.allows(request):
        raise Http404
