"""The one admin site: staff only, with a second factor where the settings ask for it."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class Site(AdminSite):
    site_header = _("backmarket support")
    site_title = _("backmarket support")
    index_title = _("Today")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return not settings.STAFF_SECOND_FACTOR_REQUIRED or is_mfa_enabled(user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in page, so that the second factor is asked on every path."""
        target = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        user = request.user
        if user.is_authenticated and user.is_staff and not is_mfa_enabled(user):
            return HttpResponseRedirect(f"{reverse('mfa_index')}?{target}")
        return HttpResponseRedirect(f"{reverse('account_login')}?{target}")
