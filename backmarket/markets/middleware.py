"""Puts the market of the active locale on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from .registry import market_of_locale


class MarketMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.market = market_of_locale(get_language() or "")  # type: ignore[attr-defined]
        return self.get_response(request)
