"""Where a visitor has said that parcels go: a postcode a market, kept in a cookie of its own."""

from django.http import HttpRequest, HttpResponse

from .postcodes import normal_postcode
from .registry import Market

REMEMBERED_S = 365 * 24 * 3600


def cookie_of(market: Market) -> str:
    """Name the cookie: the same digits are another town in another country."""
    return f"postcode-{market.code.lower()}"


def remembered_postcode(request: HttpRequest, market: Market) -> str:
    """Return the postcode that the visitor gave for this market; whatever else stands in the cookie is nothing."""
    return normal_postcode(request.COOKIES.get(cookie_of(market), ""), market.code) or ""


def remember_postcode(response: HttpResponse, market: Market, postcode: str, *, secure: bool) -> None:
    """Keep the postcode for a year, or forget it if it is empty."""
    if not postcode:
        response.delete_cookie(cookie_of(market), samesite="Lax")
        return
    response.set_cookie(cookie_of(market), postcode, max_age=REMEMBERED_S, httponly=True, secure=secure, samesite="Lax")
