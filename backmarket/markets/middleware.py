"""Puts the market of the active locale on the request, and remembers the locale."""

from collections.abc import Callable
from datetime import UTC

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path

from .registry import market_of_locale

REMEMBERED_S = 365 * 24 * 3600


class MarketMiddleware:
    """
    Puts the market on the request; pages of the shop show its clock (decision 16).

    Pages without a locale in their address (sign-in, errors, the door) speak the last one that was chosen. The
    back office shows its seller's clock, the admin UTC: staff work across markets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        market = market_of_locale(get_language() or "")
        request.market = market  # type: ignore[attr-defined]
        locale = get_language_from_path(request.path_info)
        with timezone.override(market.time_zone if locale else UTC):
            response = self.get_response(request)
        if locale and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != locale:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                locale,
                max_age=REMEMBERED_S,
                httponly=True,
                secure=request.is_secure(),
                samesite="Lax",
            )
        return response
