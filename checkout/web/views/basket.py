"""The basket page and what changes the basket."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.visitor import remembered_postcode
from catalog.selectors.offers import listing_id_of
from catalog.selectors.related import related_cards
from checkout.selectors.baskets import basket_view, open_basket
from checkout.services import baskets
from checkout.web.baskets import carriers_of, current_basket, ensure_basket


def _quantity(request: HttpRequest) -> int:
    """Read a quantity; what is none of ours answers -1, which the service refuses in words."""
    text = request.POST.get("quantity", "1").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1


@policy(PUBLIC)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the basket as it is now, saying plainly what changed since it was last shown."""
    now = clock.now()
    basket = current_basket(request, now=now)
    if basket is None:
        return render(request, "checkout/basket.html", {"view": None})
    market = request.market  # type: ignore[attr-defined]
    view = basket_view(
        basket, market=market, carriers=carriers_of(request), now=now, postcode=remembered_postcode(request, market)
    )
    context = {
        "view": view,
        "steps": range(1, baskets.MAX_QUANTITY + 1),
        "bought_with": related_cards({item.quote.product_id for item in view.items}, market),
    }
    response = render(request, "checkout/basket.html", context)
    if view.is_changed:
        with transaction.atomic(durable=True):
            baskets.accept_changes(basket_id=basket.pk, now=now)
    return response


@policy(PUBLIC)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put units of a listing into the basket."""
    now = clock.now()
    try:
        listing_id = listing_id_of(UUID(request.POST.get("listing", "")))
    except ValueError:
        listing_id = None
    if listing_id is None:
        raise Http404
    basket = ensure_basket(request, now=now)
    try:
        with transaction.atomic(durable=True):
            baskets.add_listing(basket_id=basket.pk, listing_id=listing_id, quantity=_quantity(request), now=now)
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("It is in your basket."))
    return redirect("checkout:basket")


@policy(PUBLIC)
@require_POST
def change(request: HttpRequest, line_id: int) -> HttpResponseRedirect:
    """Change how many of a line; zero takes it out. Another's line is left alone."""
    basket = open_basket(request)
    if basket is None or not basket.lines.filter(pk=line_id).exists():
        raise Http404
    quantity = 0 if "remove" in request.POST else _quantity(request)
    try:
        with transaction.atomic(durable=True):
            baskets.set_quantity(basket_id=basket.pk, line_id=line_id, quantity=quantity, now=clock.now())
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("checkout:basket")
