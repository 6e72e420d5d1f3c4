"""The product page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.enums import ProductState
from catalog.models import ProductModel
from catalog.selectors.pages.cards import ProductCard
from catalog.selectors.pages.product import alternatives, find_product, product_page, sold_in
from catalog.web import facts, params, visitor
from catalog.web.structured import crumbs, product_data, share


@policy(PUBLIC)
@indexed()
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_product(slug)
    if found is None:
        raise Http404
    if found.state == ProductState.WITHDRAWN:
        return _withdrawn(
            request, {"product": found, "cards": alternatives(product=found, market=params.market_of(request))}
        )
    now = clock.now()
    wish = params.wish(request.GET)
    page = product_page(product=found, wish=wish, market=params.market_of(request), now=now)
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
        "sold_in": sold_in(found),
        "structured": [product_data(page, params.market_of(request)), _crumbs(found)],
        "share": share(title=found.full_name, description=found.description, family=found.family),
    }
    response = render(request, "catalog/product.html", context)
    visitor.note_seen(request, response, product_id=found.pk, now=now)
    return response


def _withdrawn(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say that a product has left the shop, with what is there instead."""
    return render(request, "catalog/withdrawn.html", context, status=410)


def _crumbs(found: ProductModel) -> SafeString:
    above = [category for category in (found.category.parent, found.category) if category is not None]
    trail = [(category.name, category.get_absolute_url()) for category in above]
    return crumbs([*trail, (found.full_name, found.get_absolute_url())])
