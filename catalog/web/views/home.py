"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from catalog.selectors.pages.home import home_page
from catalog.web import facts, params


@policy(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    page = home_page(market=params.market_of(request), year=now.year)
    context = {
        "page": page,
        "wanted": next((card for card in page.most_wanted if card.co2_saved_g), None),
        "receipt": next((card for card in page.most_wanted if card.saving), None),
        "grades": facts.grades(),
        "tests": facts.TESTS,
    }
    return render(request, "catalog/home.html", context)
