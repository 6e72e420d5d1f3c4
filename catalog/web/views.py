"""The shop: home, categories, search, products and sellers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from catalog.enums import ProductState
from catalog.search.engine import SearchQuery
from catalog.search.engine import search as find
from catalog.selectors.pages.cards import ProductCard, shown_offers
from catalog.selectors.pages.category import category_page
from catalog.selectors.pages.grid import Base, grid
from catalog.selectors.pages.home import home_page, most_wanted
from catalog.selectors.pages.product import alternatives, find_product, product_page
from catalog.selectors.pages.reviews import latest_of_seller
from catalog.selectors.pages.sellers import find_seller, offers_of_seller

from . import facts, params
from .grids import grid_context
from .structured import product_data


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


@policy(PUBLIC)
def category(request: HttpRequest, key: str) -> HttpResponse:
    page = category_page(key=key, market=params.market_of(request))
    if page is None:
        raise Http404
    query = params.grid_query(request.GET)
    shown = grid(base=page.base, query=query, locale=request.LANGUAGE_CODE)
    return render(request, "catalog/category.html", {"page": page, **grid_context(request, shown, query)})


@policy(PUBLIC)
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_product(slug)
    if found is None:
        raise Http404
    if found.state == ProductState.WITHDRAWN:
        return _withdrawn(
            request, {"product": found, "cards": alternatives(product=found, market=params.market_of(request))}
        )
    wish = params.wish(request.GET)
    page = product_page(product=found, wish=wish, market=params.market_of(request), now=clock.now())
    if page is None:
        raise Http404
    others: list[ProductCard] = [] if page.deal else alternatives(product=found, market=params.market_of(request))
    context = {
        "page": page,
        "wish": wish,
        "cards": others,
        "grades": facts.grades(),
        "tests": facts.TESTS,
        "has_front": facts.has_front(found.family),
        "has_marks": facts.has_marks(found.family),
        "has_battery": any(spec.get("key") == "battery_mah" for spec in found.specs),
        "specs": facts.spec_rows(found.specs),
        "chart": facts.price_chart(page.deal, clock.now()) if page.deal else None,
        "data": product_data(page, request.build_absolute_uri(request.path)),
    }
    return render(request, "catalog/product.html", context)


def _withdrawn(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say that a product has left the shop, with what is there instead."""
    return render(request, "catalog/withdrawn.html", context, status=410)


@policy(PUBLIC)
def seller(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_seller(slug)
    if found is None:
        raise Http404
    query = params.grid_query(request.GET)
    shown = grid(
        base=offers_of_seller(seller=found, market=params.market_of(request)), query=query, locale=request.LANGUAGE_CODE
    )
    context = {"seller": found, "reviews": latest_of_seller(found), **grid_context(request, shown, query)}
    return render(request, "catalog/seller.html", context)


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
