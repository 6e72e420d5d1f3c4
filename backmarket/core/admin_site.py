"""The one admin site: staff only, with a second factor where the settings ask for it."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .policies import PUBLIC, policy


class Site(AdminSite):
    site_header = _("backmarket support")
    site_title = _("backmarket support")
    index_title = _("Today")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return not settings.STAFF_SECOND_FACTOR_REQUIRED or is_mfa_enabled(user)

    @policy(PUBLIC)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in page, so that the second factor is asked on every path."""
        user = request.user
        if user.is_authenticated and not user.is_staff:
            raise Http404
        target = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        if user.is_authenticated and not is_mfa_enabled(user):
            return HttpResponseRedirect(f"{reverse('mfa_index')}?{target}")
        return HttpResponseRedirect(f"{reverse('account_login')}?{target}")
