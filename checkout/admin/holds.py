"""The queue of orders that a person looks at: why each waits, and the two decisions."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import policy
from checkout.enums import CheckState
from checkout.flows import holds as hold_flows
from checkout.models import FraudCheck
from checkout.services import holds

from .orders import AGENTS, SupportAdmin

TITLES = {"release": _("Release to the sellers"), "refuse": _("Refuse and refund")}
DONE = {
    "release": _("Released: the sellers have the order, and their clocks started now."),
    "refuse": _("Refused: the items are on sale again, and the money is on its way back."),
}


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Colleagues read it here and in the audit trail, nobody else.")
    )


class WaitingFilter(admin.SimpleListFilter):
    """Show what waits for a decision unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((value, label) for value, label in CheckState.choices if value != CheckState.HELD), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FraudCheck]) -> QuerySet[FraudCheck]:
        wanted = self.value() or CheckState.HELD
        return queryset if wanted == "all" else queryset.filter(state=wanted)

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": CheckState.HELD.label}
        yield from others


@admin.register(FraudCheck)
class FraudCheckAdmin(SupportAdmin):
    list_display = ("number_text", "waiting", "points", "why", "order_total", "market")
    list_display_links = ("number_text",)
    list_filter = (WaitingFilter, "order__market")
    list_select_related = ("order",)
    ordering = ("checked_at", "pk")
    search_fields = ("=order__number", "order__email")
    search_help_text = _("Order number or e-mail")
    show_full_result_count = False
    change_form_template = "admin/checkout/fraudcheck/change_form.html"
    fields = (
        *("order_link", "state", "points", "hold_at", "why", "order_total", "full_name", "email", "phone", "address"),
        *("checked_at", "decide_by", "decided_by", "decided_at", "decision_reason", "rules_version", "known"),
    )
    readonly_fields = fields

    @admin.display(description=_("number"), ordering="order__number")
    def number_text(self, check: FraudCheck) -> str:
        return check.order.number_text

    @admin.display(description=_("waiting since"), ordering="checked_at")
    def waiting(self, check: FraudCheck) -> str:
        return timesince(check.checked_at, clock.now(), depth=1)

    @admin.display(description=_("why"))
    def why(self, check: FraudCheck) -> SafeString:
        rows = ((f"{points:+d}", text) for points, text in check.reasons)
        return format_html_join("", "<b>{}</b> {}<br>", rows) or format_html("{}", _("nothing found"))

    @admin.display(description=_("total"), ordering="order__total_minor")
    def order_total(self, check: FraudCheck) -> str:
        return check.order.total.format()

    @admin.display(description=_("market"), ordering="order__market")
    def market(self, check: FraudCheck) -> str:
        return check.order.market

    @admin.display(description=_("order"))
    def order_link(self, check: FraudCheck) -> SafeString:
        address = reverse("admin:checkout_order_change", args=[check.order_id])
        return format_html('<a href="{}">{}</a>', address, check.order.number_text)

    @admin.display(description=_("name"))
    def full_name(self, check: FraudCheck) -> str:
        return check.order.full_name

    @admin.display(description=_("e-mail"))
    def email(self, check: FraudCheck) -> str:
        return check.order.email

    @admin.display(description=_("phone"))
    def phone(self, check: FraudCheck) -> str:
        return check.order.phone_text

    @admin.display(description=_("delivered to"))
    def address(self, check: FraudCheck) -> str:
        return ", ".join([*check.order.address_lines, check.order.country])

    @admin.display(description=_("decide by"))
    def decide_by(self, check: FraudCheck) -> str:
        return date_format(timezone.localtime(check.decide_by), "j M Y, H:i")

    @admin.display(description=_("judged by"))
    def known(self, check: FraudCheck) -> SafeString:
        """All that the rules were told, as it was stored."""
        return format_html_join("", "{}: {}<br>", sorted(check.facts.items()))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{action}/", wrap(self._deciding(action)), name=f"checkout_fraudcheck_{action}")
            for action in TITLES
        ]
        return [*own, *super().get_urls()]

    def _deciding(self, action: str) -> Callable[..., HttpResponse]:
        @policy(AGENTS)
        def decide(request: HttpRequest, pk: int) -> HttpResponse:
            """Ask for a reason, then decide."""
            if not AGENTS.allows(request):
                raise Http404
            check = get_object_or_404(FraudCheck.objects.select_related("order"), pk=pk)
            form = DecisionForm(request.POST if request.method == "POST" else None)
            if form.is_bound and form.is_valid():
                try:
                    _run(action, check.order_id, form.cleaned_data["reason"], Actor.of(request))
                except DomainError as error:
                    form.add_error(None, str(error.text))
                else:
                    messages.success(request, DONE[action])
                    return redirect("admin:checkout_fraudcheck_changelist")
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": TITLES[action],
                "action": action,
                "check": check,
                "form": form,
            }
            status = 422 if form.errors else 200
            return TemplateResponse(request, "admin/checkout/fraudcheck/decide.html", context, status=status)

        return decide


def _run(action: str, order_id: int, reason: str, actor: Actor) -> None:
    now = clock.now()
    if action == "refuse":
        hold_flows.refuse(order_id=order_id, reason=reason, actor=actor, now=now)
        return
    with transaction.atomic(durable=True):
        holds.release(order_id=order_id, reason=reason, actor=actor, now=now)
