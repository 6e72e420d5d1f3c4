"""A seller's public page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.search.browsing import market_version
from catalog.selectors.pages.grid import grid
from catalog.selectors.pages.reviews import latest_of_seller
from catalog.selectors.pages.sellers import find_seller
from catalog.web import params
from catalog.web.grids import grid_context
from catalog.web.structured import crumbs, item_list


@policy(PUBLIC)
@indexed(narrowing=params.NARROWING, is_paged=True)
def seller(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_seller(slug)
    if found is None:
        raise Http404
    asked = params.search_request(request, f"seller:{slug}")
    shown = grid(asked, version=market_version(asked.market))
    context = {
        "seller": found,
        "reviews": latest_of_seller(found),
        "sold_in": found.markets if found.is_active else (),
        "structured": [
            crumbs([(found.name, found.get_absolute_url())]),
            item_list(shown.cards, shown.page.start_index()),
        ],
        **grid_context(request, shown, asked),
    }
    return render(request, "catalog/seller.html", context)
