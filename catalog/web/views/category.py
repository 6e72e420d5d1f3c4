"""The pages of the category tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.selectors.pages.category import category_page
from catalog.selectors.pages.grid import grid
from catalog.web import params
from catalog.web.grids import grid_context
from catalog.web.structured import crumbs, item_list, share


@policy(PUBLIC)
@indexed(narrowing=params.NARROWING, is_paged=True)
def category(request: HttpRequest, key: str) -> HttpResponse:
    page = category_page(key=key, market=params.market_of(request))
    if page is None:
        raise Http404
    query = params.grid_query(request.GET)
    shown = grid(base=page.base, query=query, locale=request.LANGUAGE_CODE)
    found = page.category
    trail = [(above.name, above.get_absolute_url()) for above in (*page.trail, found)]
    context = {
        "page": page,
        "structured": [crumbs(trail), item_list(shown.cards, shown.page.start_index())],
        "share": share(title=found.name, description=found.guide_text, family=found.family),
        **grid_context(request, shown, query),
    }
    return render(request, "catalog/category.html", context)
