"""Read-only looks at the ledger and at what moved it; money is moved on the money pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backmarket.core.admin import ReadOnlyAdmin

from .models import Entry, Payment, Payout, Posting, Refund, WebhookEvent


def _trail(reference: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("money:trail", args=[reference]), reference)


class PostingInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Posting
    fields = ("account", "amount_minor")
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "occurred_at", "kind", "trail", "line_reference", "note")
    list_filter = ("kind",)
    search_fields = ("=reference", "=line_reference", "=idempotency_key")
    show_full_result_count = False
    inlines = (PostingInline,)
    ordering = ("-id",)

    @admin.display(description=_("trail"))
    def trail(self, entry: Entry) -> SafeString:
        return _trail(entry.reference)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "created_at", "trail", "amount", "state", "failure_code", "provider_ref")
    list_filter = ("state", "provider", "currency")
    search_fields = ("=public_id", "=reference", "=provider_ref")
    show_full_result_count = False

    @admin.display(description=_("trail"))
    def trail(self, payment: Payment) -> SafeString:
        return _trail(payment.reference)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "created_at", "trail", "amount", "state", "borne_by", "reason")
    list_filter = ("state", "borne_by", "currency")
    search_fields = ("=public_id", "=reference", "=line_reference", "=provider_ref")
    show_full_result_count = False

    @admin.display(description=_("trail"))
    def trail(self, refund: Refund) -> SafeString:
        return _trail(refund.reference)


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "created_at", "owner", "amount", "state", "statement")
    list_filter = ("state", "currency")
    search_fields = ("=public_id", "=owner", "=provider_ref")
    show_full_result_count = False

    @admin.display(description=_("statement"))
    def statement(self, payout: Payout) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("money:payout", args=[payout.public_id]), _("statement"))


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "received_at", "provider", "event_id")
    list_filter = ("provider",)
    search_fields = ("=event_id",)
    fields = ("provider", "event_id", "received_at", "text")
    show_full_result_count = False

    @admin.display(description=_("message"))
    def text(self, event: WebhookEvent) -> str:
        return bytes(event.body).decode(errors="replace")
