"""Pages across categories: deals, brands, and everything that is asked for one product."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.enums import ProductState
from catalog.rules.facets import REDUCED
from catalog.search.browsing import market_version
from catalog.selectors.pages.brands import brands_sold, categories_of, find_brand
from catalog.selectors.pages.grid import grid
from catalog.selectors.pages.model_offers import COLUMNS, SORTS, Choice, ModelOffers, model_offers
from catalog.selectors.pages.product import find_product
from catalog.web import params
from catalog.web.grids import grid_context
from catalog.web.structured import crumbs, item_list

from .product import product as product_page

OFFERS_PER_PAGE = 40


@policy(PUBLIC)
@indexed(narrowing=params.NARROWING, is_paged=True)
def deals(request: HttpRequest) -> HttpResponse:
    """Show what costs less than its own lowest price of the 30 days before."""
    asked = params.search_request(request, REDUCED)
    shown = grid(asked, version=market_version(asked.market))
    context = {
        "shows_drop": True,
        "structured": [item_list(shown.cards, shown.page.start_index())],
        **grid_context(request, shown, asked),
    }
    return render(request, "catalog/deals.html", context)


@policy(PUBLIC)
@indexed()
def brands(request: HttpRequest) -> HttpResponse:
    """List the brands that are sold here."""
    return render(request, "catalog/brands.html", {"brands": brands_sold(params.market_of(request))})


@policy(PUBLIC)
@indexed(narrowing=params.NARROWING, is_paged=True)
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is sold of one brand."""
    found = find_brand(slug)
    if found is None:
        raise Http404
    asked = params.search_request(request, f"brand:{slug}")
    shown = grid(asked, version=market_version(asked.market))
    context = {
        "brand": found,
        "categories": categories_of(found),
        "structured": [item_list(shown.cards, shown.page.start_index())],
        **grid_context(request, shown, asked),
    }
    return render(request, "catalog/brand.html", context)


@policy(PUBLIC)
@indexed(narrowing=(*COLUMNS, "sort"), is_paged=True)
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    """List every seller's offer of one product, to sort and to narrow down."""
    found = find_product(slug)
    if found is None:
        raise Http404
    if found.state == ProductState.WITHDRAWN:
        return product_page(request, slug)
    chosen = {column: params.words(request.GET, column) for column in COLUMNS}
    asked = request.GET.get("sort", "")
    sort = asked if asked in SORTS else SORTS[0]
    shown = model_offers(product=found, market=params.market_of(request), chosen=chosen, sort=sort)
    context = {
        "product": found,
        "shown": shown,
        "page": Paginator(shown.rows, OFFERS_PER_PAGE).get_page(request.GET.get("page")),
        "sort": sort,
        "sorts": _sorts(),
        "filters": _filters(shown),
        "chosen_names": [column for column, values in chosen.items() if values],
        "is_narrowed": any(chosen.values()),
        "structured": [
            crumbs(
                [
                    (found.category.name, found.category.get_absolute_url()),
                    (found.full_name, found.get_absolute_url()),
                ]
            )
        ],
    }
    return render(request, "catalog/model_offers.html", context)


def _filters(shown: ModelOffers) -> list[tuple[str, str, list[Choice]]]:
    titles = {"storage": _("Storage"), "colour": _("Colour"), "grade": _("Grade"), "seller": _("Seller")}
    return [(column, titles[column], shown.choices[column]) for column in COLUMNS]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("price", _("Lowest price")),
        ("-price", _("Highest price")),
        ("grade", _("Best grade")),
        ("days", _("Fastest delivery")),
        ("rating", _("Best rated seller")),
    ]
