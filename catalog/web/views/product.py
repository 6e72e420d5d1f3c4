"""The product page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from backmarket.markets.postcodes import example_of
from backmarket.markets.registry import Market
from backmarket.markets.visitor import remember_postcode, remembered_postcode
from catalog.enums import ProductState
from catalog.models import ProductModel
from catalog.selectors.pages.cards import ProductCard
from catalog.selectors.pages.product import ProductPage, alternatives, bought_with, product_page, sold_in
from catalog.selectors.pages.product_rows import read_product
from catalog.web import facts, params, visitor
from catalog.web.product_forms import PostcodeForm
from catalog.web.promises import battery_promise, savings_of
from catalog.web.structured import crumbs, product_data, share


@policy(PUBLIC)
@indexed()
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product's best or wished version; a postcode in the address is kept for the next pages."""
    rows = read_product(slug)
    if rows is None:
        raise Http404
    market = params.market_of(request)
    if rows.product.state == ProductState.WITHDRAWN:
        return _withdrawn(
            request, {"product": rows.product, "cards": alternatives(product=rows.product, market=market)}
        )
    now = clock.now()
    form = PostcodeForm(request.GET if "postcode" in request.GET else None, market=market)
    typed = form.cleaned_data["postcode"] if form.is_bound and form.is_valid() else None
    postcode = remembered_postcode(request, market) if typed is None else typed
    wish = params.wish(request.GET)
    page = product_page(rows=rows, wish=wish, market=market, now=now, postcode=postcode)
    if page is None:
        raise Http404
    context = _context(request, page, form, market) | {
        "wish": wish,
        "bought_with": bought_with(rows=rows, market=market),
    }
    response = render(request, "catalog/product.html", context)
    if typed is not None:
        remember_postcode(response, market, typed, secure=request.is_secure())
    visitor.note_seen(request, response, product_id=page.product.pk, now=now)
    return response


def _context(request: HttpRequest, page: ProductPage, form: PostcodeForm, market: Market) -> dict[str, Any]:
    found = page.product
    others: list[ProductCard] = [] if page.deal else alternatives(product=found, market=market)
    return {
        "page": page,
        "cards": others,
        "grades": facts.grades(),
        "grade_looks": SimpleLazyObject(lambda: facts.grade_looks(page.picker.grades)),
        "tests": facts.TESTS,
        "has_front": facts.has_front(found.family),
        "is_phone": facts.is_phone(found.family),
        "battery": battery_promise(found.specs),
        "savings": savings_of(found),
        "specs": facts.spec_rows(found.specs),
        "repairability": facts.repairability(found.specs),
        "chart": facts.price_chart(page.deal, clock.now()) if page.deal else None,
        "sold_in": sold_in(found),
        "structured": [product_data(page, params.market_of(request)), _crumbs(found)],
        "share": share(title=found.full_name, description=found.description, family=found.family),
        "postcode_form": form,
        "postcode_example": example_of(market.code),
    }


def _withdrawn(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say that a product has left the shop, with what is there instead."""
    return render(request, "catalog/withdrawn.html", context, status=410)


def _crumbs(found: ProductModel) -> SafeString:
    above = [category for category in (found.category.parent, found.category) if category is not None]
    trail = [(category.name, category.get_absolute_url()) for category in above]
    return crumbs([*trail, (found.full_name, found.get_absolute_url())])
