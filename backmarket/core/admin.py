"""Read-only looks at the audit trail and the outbox, and what the other admins build on."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import AuditEntry, OutboxEvent


class MoneyColumns:
    """Columns of amounts, written as people write money in the reader's language."""

    @admin.display(description=_("amount"))
    def amount(self, row: Any) -> str:
        return str(row.amount.format())

    @admin.display(description=_("price"))
    def price(self, row: Any) -> str:
        return str(row.price.format())

    @admin.display(description=_("delivery"))
    def shipping(self, row: Any) -> str:
        return str(row.shipping.format())

    @admin.display(description=_("service fee"))
    def service_fee(self, row: Any) -> str:
        return str(row.service_fee.format())

    @admin.display(description=_("protection plan"))
    def protection(self, row: Any) -> str:
        return str(row.protection.format())

    @admin.display(description=_("discount"))
    def discount(self, row: Any) -> str:
        return str(row.discount.format())

    @admin.display(description=_("discount, borne by the seller"))
    def discount_seller(self, row: Any) -> str:
        return str(row.discount_seller.format())

    @admin.display(description=_("total"))
    def total(self, row: Any) -> str:
        return str(row.total.format())


class ReadOnlyAdmin(MoneyColumns, admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows and changes none; domain actions are added by name."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "who", "what", "target", "reason")
    list_filter = ("target_type", "actor_kind")
    search_fields = ("target_id", "actor_label", "action")

    @admin.display(description=_("who"), ordering="actor_label")
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_label

    @admin.display(description=_("action"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        """Write `state:pending_payment->paid` as people say it."""
        return entry.action.removeprefix("state:").replace("->", " → ").replace("_", " ")

    @admin.display(description=_("target"))
    def target(self, entry: AuditEntry) -> str:
        return f"{entry.target_type} {entry.target_id}"


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "occurred_at", "type", "key", "sent_at")
    list_filter = ("type",)
    search_fields = ("key",)
    ordering = ("-id",)
    show_full_result_count = False
