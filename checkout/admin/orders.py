"""Support's look at orders: everything can be read, a line can be cancelled or refunded, nothing edited."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backmarket.accounts.groups import AGENT
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.admin import MoneyColumns, ReadOnlyAdmin
from backmarket.core.downloads import attachment
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.core.policies import in_group, policy
from checkout.enums import CancelledBy
from checkout.flows import refunds
from checkout.models import Document, Order, OrderLine
from checkout.rules.invoicing import digest
from checkout.selectors import documents
from checkout.services import refunds as refund_services
from payments.enums import BorneBy

AGENTS = in_group(AGENT)
BEARERS = [(value.value, value.label) for value in (BorneBy.SELLER, BorneBy.MARKETPLACE)]


class SupportAdmin(ReadOnlyAdmin):
    """Agents read; who else of the staff may is a matter of Django's permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return AGENTS.allows(request) or bool(super().has_module_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return AGENTS.allows(request) or bool(super().has_view_permission(request, obj))


class OrderLineInline(MoneyColumns, admin.TabularInline):  # type: ignore[type-arg]
    model = OrderLine
    fields = (
        *("item", "seller", "state", "price", "shipping", "discount", "protection", "service_fee", "total"),
        *("identifier", "accept_by"),
    )
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return AGENTS.allows(request) or bool(super().has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        rows: QuerySet[OrderLine] = super().get_queryset(request).select_related("seller", "order")
        return rows

    @admin.display(description=_("item"))
    def item(self, line: OrderLine) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:checkout_orderline_change", args=[line.pk]), line)


@admin.register(Order)
class OrderAdmin(SupportAdmin):
    list_display = ("number_text", "placed_at", "full_name", "email", "market", "total", "state")
    list_filter = ("state", "market")
    search_fields = ("email",)
    search_help_text = _("Order number, e-mail or IMEI")
    date_hierarchy = "placed_at"
    show_full_result_count = False
    inlines = (OrderLineInline,)
    fields = (
        "number_text",
        "state",
        "total",
        "money_trail",
        "full_name",
        "email",
        "phone",
        "company",
        "vat_number",
        "address",
        "gift_note",
        "market",
        "locale",
        "placed_at",
        "paid_at",
        "payment_attempts",
        "user",
        "papers",
    )
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by number as people write it (3040-7715), IMEI or e-mail."""
        term = search_term.strip()
        digits = term.replace("-", "").replace(" ", "")
        if not (digits.isascii() and digits.isdecimal()):
            return queryset.filter(email__icontains=term) if term else queryset, False
        wanted = Q(pk__in=OrderLine.objects.filter(imei=digits).values("order_id"))
        if len(digits) <= 8:
            wanted |= Q(number=int(digits))
        return queryset.filter(wanted), False

    @admin.display(description=_("number"), ordering="number")
    def number_text(self, order: Order) -> str:
        return order.number_text

    @admin.display(description=_("name"))
    def full_name(self, order: Order) -> str:
        return order.full_name

    @admin.display(description=_("money"))
    def money_trail(self, order: Order) -> SafeString:
        address = reverse("money:trail", args=[order.reference])
        return format_html('<a href="{}">{}</a>', address, _("Every cent of this order"))

    @admin.display(description=_("invoices and credit notes"))
    def papers(self, order: Order) -> str:
        rows = [(paper_url(paper), paper.number_text, paper.total.format()) for paper in documents.of_order(order.pk)]
        return format_html_join(", ", '<a href="{}">{}</a> {}', rows) or str(_("none yet"))

    @admin.display(description=_("delivered to"))
    def address(self, order: Order) -> str:
        return ", ".join([*order.address_lines, order.country])


def paper_url(document: Document) -> str:
    return reverse("admin:checkout_document_pdf", args=[document.pk])


@admin.register(Document)
class DocumentAdmin(SupportAdmin):
    list_display = ("number_text", "kind", "seller", "issued_at", "total", "pdf")
    list_filter = ("kind", "currency")
    list_select_related = ("seller",)
    search_fields = ("=number_text", "seller__name")
    search_help_text = _("Document number or seller")
    date_hierarchy = "issued_at"
    show_full_result_count = False
    fields = ("number_text", "kind", "order", "seller", "corrects", "total", "issued_at", "pdf", "sha256", "is_whole")
    readonly_fields = fields

    @admin.display(description="PDF")
    def pdf(self, document: Document) -> SafeString:
        return format_html('<a href="{}">{}</a>', paper_url(document), _("Download"))

    @admin.display(description=_("facts match the digest"), boolean=True)
    def is_whole(self, document: Document) -> bool:
        return digest(document.facts) == document.sha256

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/pdf/", self.admin_site.admin_view(self.download), name="checkout_document_pdf")
        return [own, *super().get_urls()]

    @policy(AGENTS)
    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer a document as its shopper or seller gets it."""
        if not AGENTS.allows(request):
            raise Http404
        document = get_object_or_404(Document, pk=pk)
        return attachment(documents.file_name(document), documents.pdf_of(document), "application/pdf")


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RefundForm(forms.Form):
    """A refund carries a key from its first showing on, so that sending it twice refunds once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    amount = forms.CharField(
        label=_("Amount"), max_length=20, help_text=_("Empty for all that is left"), required=False
    )
    borne_by = forms.ChoiceField(label=_("Borne by"), choices=BEARERS)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> Money | None:
        typed = self.cleaned_data["amount"]
        if not typed:
            return None
        try:
            return Money.parse(typed, self.currency)
        except ValueError as error:
            raise forms.ValidationError(_("Enter an amount such as 129.90.")) from error


@admin.register(OrderLine)
class OrderLineAdmin(SupportAdmin):
    list_display = ("__str__", "order", "seller", "state", "price", "accept_by", "ship_by")
    list_filter = ("state",)
    list_select_related = ("order", "seller")
    search_fields = ("=imei", "=serial_number", "order__email")
    show_full_result_count = False
    change_form_template = "admin/checkout/orderline/change_form.html"
    fields = (
        *("order", "state", "title", "variant", "grade", "quantity", "identifier", "seller", "listing", "parcel"),
        *("price", "shipping", "discount", "discount_seller", "protection", "service_fee", "sales_tax", "total"),
        *("commission", "commission_vat", "vat_jurisdiction"),
        *("tax_treatment", "tax_rate", "tax_jurisdiction"),
        *("carrier_name", "earliest_delivery_date", "latest_delivery_date", "warranty_months"),
        *("accept_by", "ship_by", "paid_at", "accepted_at", "shipped_at", "delivered_at"),
        *("cancelled_by", "cancel_reason"),
    )
    readonly_fields = fields

    @admin.display(description=_("sales tax"))
    def sales_tax(self, line: OrderLine) -> str:
        return line.sales_tax.format()

    @admin.display(description=_("commission"))
    def commission(self, line: OrderLine) -> str:
        return Money(line.commission_minor, line.currency).format()

    @admin.display(description=_("VAT on commission"))
    def commission_vat(self, line: OrderLine) -> str:
        return Money(line.commission_vat_minor, line.currency).format()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # reached through its order

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/cancel/", wrap(self._acting("cancel")), name="checkout_orderline_cancel"),
            path("<int:pk>/refund/", wrap(self._acting("refund")), name="checkout_orderline_refund"),
        ]
        return [*own, *super().get_urls()]

    def _acting(self, action: str) -> Callable[..., HttpResponse]:
        @policy(AGENTS)
        def act(request: HttpRequest, pk: int) -> HttpResponse:
            """Ask for a reason, then do it through the flow."""
            if not AGENTS.allows(request):
                raise Http404
            line = get_object_or_404(OrderLine.objects.select_related("order", "seller"), pk=pk)
            form = _form(action, line, request.POST if request.method == "POST" else None)
            if form.is_bound and form.is_valid():
                try:
                    amount = _run(action, line, form.cleaned_data, Actor.of(request))
                except DomainError as error:
                    form.add_error(None, str(error.text))
                else:
                    done = _("%(amount)s are on their way back to the shopper.") % {"amount": amount.format()}
                    messages.success(request, done)
                    return redirect("admin:checkout_order_change", line.order_id)
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Cancel and refund") if action == "cancel" else _("Refund"),
                "line": line,
                "left": refund_services.refundable(line),
                "form": form,
            }
            status = 422 if form.errors else 200
            return TemplateResponse(request, "admin/checkout/orderline/act.html", context, status=status)

        return act


def _form(action: str, line: OrderLine, data: Any) -> forms.Form:
    return CancelForm(data) if action == "cancel" else RefundForm(data, currency=line.currency)


def _run(action: str, line: OrderLine, data: dict[str, Any], actor: Actor) -> Money:
    now = clock.now()
    if action == "cancel":
        by = CancelledBy.MARKETPLACE
        return refunds.cancel_line(line_id=line.pk, by=by, reason=data["reason"], actor=actor, now=now).amount
    return refunds.refund_line(
        line_id=line.pk,
        amount=data["amount"],
        reason=data["reason"],
        borne_by=data["borne_by"],
        actor=actor,
        key=f"admin:{data['key']}",
        now=now,
    ).amount
