"""Read-only looks at the audit trail and the outbox."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import AuditEntry, OutboxEvent


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows and changes none; domain actions are added by name."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "actor_label", "action", "target_type", "target_id", "reason")
    list_filter = ("target_type", "actor_kind")
    search_fields = ("target_id", "actor_label", "action")


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "occurred_at", "type", "key", "sent_at")
    list_filter = ("type",)
    search_fields = ("key",)
    show_full_result_count = False
