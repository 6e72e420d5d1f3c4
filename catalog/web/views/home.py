"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.selectors.pages.home import home_page, visitor_sections
from catalog.web import facts, params, visitor
from catalog.web.structured import share, site_data


@policy(PUBLIC)
@indexed()
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    market = params.market_of(request)
    page = home_page(market=market, now=now)
    seen_ids = visitor.seen_ids(request, now=now)
    context = {
        "page": page,
        "visitor": visitor_sections(market=market, seen_ids=seen_ids, version=page.version),
        "wanted": next((card for card in page.most_wanted if card.co2_saved_g), None),
        "receipt": next((card for card in page.most_wanted if card.saving), None),
        "grades": facts.grades(),
        "tests": facts.TESTS,
        "structured": site_data(),
        "share": share(
            title=_("Refurbished devices, tested and graded"),
            description=_(
                "Phones, laptops and more from workshops we check every day: tested, graded, under warranty for"
                " 12 months or longer."
            ),
        ),
    }
    return render(request, "catalog/home.html", context)
