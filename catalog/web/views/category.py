"""The pages of the category tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backmarket.core.policies import PUBLIC, policy
from catalog.selectors.pages.category import category_page
from catalog.selectors.pages.grid import grid
from catalog.web import params
from catalog.web.grids import grid_context


@policy(PUBLIC)
def category(request: HttpRequest, key: str) -> HttpResponse:
    page = category_page(key=key, market=params.market_of(request))
    if page is None:
        raise Http404
    query = params.grid_query(request.GET)
    shown = grid(base=page.base, query=query, locale=request.LANGUAGE_CODE)
    return render(request, "catalog/category.html", {"page": page, **grid_context(request, shown, query)})
