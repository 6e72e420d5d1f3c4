"""The pages of the category tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.search.browsing import market_version
from catalog.selectors.pages.category import category_page
from catalog.selectors.pages.grid import grid
from catalog.web import params
from catalog.web.grids import grid_context
from catalog.web.structured import crumbs, item_list, share


@policy(PUBLIC)
@indexed(narrowing=params.NARROWING, is_paged=True)
def category(request: HttpRequest, key: str) -> HttpResponse:
    page = category_page(key)
    if page is None:
        raise Http404
    asked = params.search_request(request, f"category:{key}")
    shown = grid(asked, version=market_version(asked.market))
    found = page.category
    trail = [(above.name, above.get_absolute_url()) for above in (*page.trail, found)]
    context = {
        "page": page,
        "structured": [crumbs(trail), item_list(shown.cards, shown.page.start_index())],
        "share": share(title=found.name, description=found.guide_text, family=found.family),
        **grid_context(request, shown, asked),
    }
    return render(request, "catalog/category.html", context)
