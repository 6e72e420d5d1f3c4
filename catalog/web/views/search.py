"""The search page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.search.browsing import market_version
from catalog.search.query import search as find
from catalog.selectors.pages.grid import grid, grid_of
from catalog.selectors.pages.home import most_wanted
from catalog.web import params
from catalog.web.grids import grid_context, word_chips
from catalog.web.notices import notices
from catalog.web.search_log import note_search
from catalog.web.twins import twin_of


@policy(PUBLIC)
@indexed(narrowing=("q", *params.NARROWING), is_paged=True)
def search(request: HttpRequest) -> HttpResponse:
    text = params.search_text(request.GET)
    asked = params.search_request(request)
    version = market_version(asked.market)
    if not text:
        shown = grid(asked, version=version)
        return render(request, "catalog/search.html", grid_context(request, shown, asked))
    result = find(text, filters=asked, version=version)
    context: dict[str, Any] = {
        "search_query": text,
        "result": result,
        "words": word_chips(request, result.chips),
        "search_token": note_search(request, text, is_found=result.is_found, is_near=result.is_partial),
    }
    if not result.is_found:
        context["cards"] = most_wanted(market=params.market_of(request))
        context["notices"] = notices(request.GET, asked, None)
        return render(request, "catalog/search_empty.html", context)
    shown = grid_of(result.hits, result.request, version=version)
    context["twin"] = twin_of(request, result, shown.cards)
    return render(
        request, "catalog/search.html", context | grid_context(request, shown, result.request, _("Best match"))
    )
