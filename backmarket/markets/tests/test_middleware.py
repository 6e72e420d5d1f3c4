import pytest
from django.http import HttpResponse
from django.utils import timezone, translation

from backmarket.markets.middleware import MarketMiddleware


@pytest.mark.parametrize(
    ("locale", "path", "market", "zone"),
    [
        ("fr-be", "/fr-be/orders/", "BE", "Europe/Brussels"),
        ("en-us", "/en-us/", "US", "America/New_York"),
        ("en-us", "/admin/", "US", "UTC"),
    ],
)
def test_the_shop_shows_its_markets_clock_and_the_admin_utc(rf, locale, path, market, zone):
    seen = []

    def view(request):
        seen.append((request.market.code, timezone.get_current_timezone_name()))
        return HttpResponse()

    with translation.override(locale):
        MarketMiddleware(view)(rf.get(path))

    assert seen == [(market, zone)]
