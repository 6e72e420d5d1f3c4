from django.contrib import admin

from backmarket.core.admin import ReadOnlyAdmin

from .models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "to", "subject", "sent_at")
    list_filter = ("kind", "locale")
    search_fields = ("to", "subject", "reference")
