"""Alerts, to read only: support is asked why a mail came."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backmarket.core.admin import ReadOnlyAdmin
from catalog.models import Alert


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "email", "kind", "product", "grade", "market", "limit", "state", "mails", "told_at")
    list_filter = ("kind", "state", "market")
    list_select_related = ("product__brand",)
    search_fields = ("email", "product__name")

    @admin.display(description=_("price"), ordering="price_minor")
    def limit(self, alert: Any) -> str:
        return alert.limit.format() if alert.limit else "–"
