"""The search page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backmarket.core.policies import PUBLIC, policy
from catalog.search.engine import SearchQuery
from catalog.search.engine import search as find
from catalog.selectors.pages.cards import shown_offers
from catalog.selectors.pages.grid import Base, grid
from catalog.selectors.pages.home import most_wanted
from catalog.web import params
from catalog.web.grids import grid_context


@policy(PUBLIC)
def search(request: HttpRequest) -> HttpResponse:
    market = params.market_of(request)
    text = params.search_text(request.GET)
    result = find(SearchQuery(text=text, market=market.code)) if text else None
    base = shown_offers(market)
    if result is not None:
        base = base.filter(result.offers, product_id__in=result.product_ids)
    context: dict[str, Any] = {"search_query": text, "result": result}
    if result is not None and not result.product_ids:
        context["cards"] = most_wanted(market=market)
        return render(request, "catalog/search_empty.html", context)
    query = params.grid_query(request.GET)
    ranked = result.product_ids if result is not None else ()
    shown = grid(base=Base(base, ranked), query=query, locale=request.LANGUAGE_CODE)
    best = _("Best match") if result is not None else ""
    return render(request, "catalog/search.html", context | grid_context(request, shown, query, best))
