"""Support's look at parcels: where each is, what its carrier said, and what staff know better."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import truncatechars
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import policy
from checkout.carriers.sandbox import SIGNATURE_HEADER, SandboxCarrier, signed_message
from checkout.enums import ParcelCode, ParcelState
from checkout.models import PARCEL_STATES, CarrierMessage, Parcel, ParcelEvent, ShippingLabel, WaitingScan
from checkout.services import parcels
from checkout.services.carrier_messages import store_message

from .orders import AGENTS, SupportAdmin

# What staff may say of a parcel: the carrier told them by phone, or the shopper by mail.
DECISIONS = {
    ParcelState.LOST: _("Count as lost"),
    ParcelState.RETURNED: _("Count as back at the seller"),
    ParcelState.DELIVERED: _("Count as delivered"),
}
FOLLOWS = {
    ParcelState.LOST: _("What was paid goes back to the shopper within minutes; the seller bears it."),
    ParcelState.RETURNED: _("What was paid goes back to the shopper within minutes; the seller has the goods."),
    ParcelState.DELIVERED: _("The shopper’s periods count from now."),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("How do you know?"), max_length=200)


class ScanForm(forms.Form):
    code = forms.ChoiceField(label=_("What the carrier says"), choices=ParcelCode.choices)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)


class LateFilter(admin.SimpleListFilter):
    title = _("on time")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Late, and not there yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Parcel]) -> QuerySet[Parcel]:
        if self.value() == "1":
            return queryset.filter(late_at__isnull=False, state=ParcelState.ON_ITS_WAY)
        return queryset


class ScanInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ParcelEvent
    fields = readonly_fields = ("scanned_at", "code", "place", "text", "recorded_at")
    extra = 0
    can_delete = False
    verbose_name_plural = _("What the carrier said")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return AGENTS.allows(request) or bool(super().has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Parcel)
class ParcelAdmin(SupportAdmin):
    list_display = (
        "tracking_number",
        "carrier_name",
        "order",
        "seller",
        "state",
        "shipped_at",
        "expected_date",
        "late_at",
    )
    list_filter = ("state", LateFilter, "is_tracked")
    list_select_related = ("order", "seller")
    search_fields = ("=tracking_number", "=order__number")
    search_help_text = _("Tracking number or order number")
    date_hierarchy = "shipped_at"
    show_full_result_count = False
    inlines = (ScanInline,)
    change_form_template = "admin/checkout/parcel/change_form.html"
    fields = (
        *("order_link", "seller", "carrier_name", "tracking", "state", "items"),
        *("shipped_at", "expected_date", "late_at", "is_tracked", "news_at"),
    )
    readonly_fields = fields

    @admin.display(description=_("carrier"))
    def carrier_name(self, parcel: Parcel) -> str:
        return parcel.carrier_name

    @admin.display(description=_("order"))
    def order_link(self, parcel: Parcel) -> SafeString:
        address = reverse("admin:checkout_order_change", args=[parcel.order_id])
        return format_html('<a href="{}">{}</a>', address, parcel.order.number_text)

    @admin.display(description=_("tracking number"))
    def tracking(self, parcel: Parcel) -> SafeString:
        return format_html('<a href="{}" rel="noreferrer">{}</a>', parcel.tracking_url, parcel.tracking_number)

    @admin.display(description=_("items"))
    def items(self, parcel: Parcel) -> SafeString:
        rows = ((str(line), line.get_state_display()) for line in parcel.lines.all())
        return format_html_join("", "{} ({})<br>", rows)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        parcel = self.get_object(request, object_id)
        possible = [] if parcel is None else [to for to in DECISIONS if PARCEL_STATES.allows(parcel, to)]
        offers = {"decisions": [(to.value, DECISIONS[to]) for to in possible], "is_demo": settings.DEMO}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **offers})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/declare/<slug:state>/", wrap(self._declare()), name="checkout_parcel_declare"),
            path("<int:pk>/scan/", wrap(self._scan()), name="checkout_parcel_scan"),
        ]
        return [*own, *super().get_urls()]

    def _declare(self) -> Callable[..., HttpResponse]:
        @policy(AGENTS)
        def declare(request: HttpRequest, pk: int, state: str) -> HttpResponse:
            """Ask how it is known, then decide what became of a parcel."""
            if not AGENTS.allows(request) or state not in DECISIONS:
                raise Http404
            parcel = get_object_or_404(Parcel.objects.select_related("order", "seller"), pk=pk)
            form = ReasonForm(request.POST if request.method == "POST" else None)
            to = ParcelState(state)
            if form.is_bound and form.is_valid():
                try:
                    with transaction.atomic(durable=True):
                        reason, actor = form.cleaned_data["reason"], Actor.of(request)
                        parcels.declare(parcel_id=pk, state=to, reason=reason, actor=actor, now=clock.now())
                except DomainError as error:
                    form.add_error(None, str(error.text))
                else:
                    messages.success(request, _("Done. The shopper and the seller are told."))
                    return redirect("admin:checkout_parcel_change", pk)
            return self._ask(request, parcel, form, title=DECISIONS[to], follows=FOLLOWS[to])

        return declare

    def _scan(self) -> Callable[..., HttpResponse]:
        @policy(AGENTS)
        def scan(request: HttpRequest, pk: int) -> HttpResponse:
            """Let the sandbox carrier send a signed message about a parcel, in the demo only."""
            if not AGENTS.allows(request) or not settings.DEMO:
                raise Http404
            parcel = get_object_or_404(Parcel.objects.select_related("order", "seller"), pk=pk)
            form = ScanForm(request.POST if request.method == "POST" else None)
            if form.is_bound and form.is_valid():
                _send_scan(parcel, form.cleaned_data)
                messages.success(request, _("Sent. A worker reads it in a moment."))
                return redirect("admin:checkout_parcel_change", pk)
            follows = _("The sandbox carrier sends this as a signed message, as a real one would.")
            return self._ask(request, parcel, form, title=_("Let the carrier scan it"), follows=follows)

        return scan

    def _ask(self, request: HttpRequest, parcel: Parcel, form: forms.Form, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "parcel": parcel, "form": form, **more}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/checkout/parcel/act.html", context, status=status)


def _send_scan(parcel: Parcel, told: dict[str, str]) -> None:
    now, key = clock.now(), uuid4().hex
    scan = {"id": key, "carrier": parcel.carrier, "tracking_number": parcel.tracking_number, "at": now.isoformat()}
    body, signature = signed_message(key, [{**scan, **told}], now=now)
    client = SandboxCarrier()
    message_id = client.verify(body=body, headers={SIGNATURE_HEADER: signature}, now=now)
    with transaction.atomic(durable=True):
        store_message(client=client.name, message_id=message_id, body=body, now=now)


@admin.register(ShippingLabel)
class ShippingLabelAdmin(SupportAdmin):
    list_display = ("tracking_number", "carrier", "order", "seller", "state", "requested_at", "refusal")
    list_filter = ("state", "carrier")
    list_select_related = ("order", "seller")
    search_fields = ("=tracking_number", "=order__number")
    search_help_text = _("Tracking number or order number")
    show_full_result_count = False
    fields = (
        *("order", "seller", "parcel", "carrier", "tracking_number", "routing_code", "state", "refusal"),
        *("address_version", "requested_at", "ask_again_at"),
    )
    readonly_fields = fields


@admin.register(WaitingScan)
class WaitingScanAdmin(SupportAdmin):
    list_display = ("tracking_number", "carrier", "code", "scanned_at", "received_at")
    search_fields = ("=tracking_number",)
    show_full_result_count = False


@admin.register(CarrierMessage)
class CarrierMessageAdmin(SupportAdmin):
    list_display = ("received_at", "client", "message_id", "read_at", "problem")
    list_filter = ("client", ("problem", admin.EmptyFieldListFilter))
    search_fields = ("=message_id",)
    show_full_result_count = False
    fields = readonly_fields = ("client", "message_id", "received_at", "read_at", "problem", "said")

    @admin.display(description=_("message"))
    def said(self, message: CarrierMessage) -> SafeString:
        return format_html("<pre>{}</pre>", truncatechars(bytes(message.body).decode(errors="replace"), 20_000))
