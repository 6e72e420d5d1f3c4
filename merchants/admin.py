"""Merchants and their teams in Django admin."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Membership, Merchant


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Merchant)
class MerchantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("seller", "state", "contact_email", "contact_locale")
    list_filter = ("state",)
    list_select_related = ("seller",)
    search_fields = ("seller__name", "contact_email")
    raw_id_fields = ("seller",)
    inlines = (MembershipInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Merchant | None = None) -> tuple[str, ...]:
        return ("seller",) if obj else ()


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "merchant", "role")
    list_filter = ("role",)
    list_select_related = ("user", "merchant__seller")
    search_fields = ("user__email", "merchant__seller__name")
    raw_id_fields = ("merchant",)
    autocomplete_fields = ("user",)
