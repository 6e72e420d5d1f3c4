"""The basket page and what changes the basket."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.visitor import remembered_postcode
from catalog.selectors.companions import companions
from catalog.selectors.offers import listing_facts, listing_id_of
from catalog.selectors.pages.cards import cards, shown_offers
from catalog.web import visitor
from checkout.models import Basket
from checkout.selectors.baskets import BasketView, basket_view
from checkout.selectors.shared_baskets import shares_of
from checkout.services import baskets
from checkout.services.baskets import BasketClosedError, LineMissingError, Removed
from checkout.web.baskets import (
    carriers_of,
    current_basket,
    ensure_basket,
    keep_session,
    note_shown,
    share_tokens,
    shopper_of,
)
from checkout.web.codes import CodeForm, take_codes

REMOVED_KEY = "basket_removed"
STEPS = {"-1": -1, "1": 1}
IDEAS = 4


def _quantity(request: HttpRequest) -> int:
    """Read a quantity and a step up or down; what is none of ours answers -1, which the service refuses in words."""
    text = request.POST.get("quantity", "1").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        return -1
    return int(text) + STEPS.get(request.POST.get("step", ""), 0)


@policy(PUBLIC)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the basket as it is now, saying plainly what changed since it was last shown."""
    now = clock.now()
    return _page(request, current_basket(request, now=now), CodeForm(), now)


def _page(request: HttpRequest, basket: Basket | None, code_form: CodeForm, now: datetime) -> HttpResponse:
    view = _view(request, basket, now) if basket is not None else None
    context = {
        "view": view,
        "code_form": code_form,
        "basket_count": view.count if view else 0,
        "removed": request.session.get(REMOVED_KEY),
        "most": baskets.MAX_QUANTITY,
        "months": request.market.protection_months,  # type: ignore[attr-defined]
        **(_around(request, view, now) if view and view.items else _ideas(request, now)),
    }
    response = render(request, "checkout/basket.html", context, status=422 if code_form.errors else 200)
    if view is not None:
        note_shown(request, view, now=now)
    return response


def _view(request: HttpRequest, basket: Basket, now: datetime) -> BasketView:
    market = request.market  # type: ignore[attr-defined]
    postcode = remembered_postcode(request, market)
    return basket_view(
        basket,
        market=market,
        carriers=carriers_of(request),
        now=now,
        postcode=postcode,
        shopper=shopper_of(request),
    )


def _around(request: HttpRequest, view: BasketView, now: datetime) -> dict[str, Any]:
    """Read what goes with the items, and the links that the visitor made."""
    market = request.market  # type: ignore[attr-defined]
    products = dict.fromkeys(item.quote.product_id for item in view.items)
    found = companions(list(products), market)
    beside = dict(found.beside)
    # Beside the first line of a product, not beside each version of it.
    parcels = [
        (parcel, [(item, beside.pop(item.quote.product_id, ())) for item in parcel.items]) for parcel in view.parcels
    ]
    return {"parcels": parcels, "others": found.others, "shares": _shares(request, now)}


def _shares(request: HttpRequest, now: datetime) -> list[dict[str, Any]]:
    """List the links that the visitor made, with their full addresses."""
    tokens = share_tokens(request)
    user_id = request.user.pk if request.user.is_authenticated else None
    if user_id is None and not tokens:
        return []
    market = request.market.code  # type: ignore[attr-defined]
    return [
        {"shared": shared, "url": request.build_absolute_uri(reverse("checkout:shared", args=[shared.token]))}
        for shared in shares_of(user_id=user_id, tokens=tokens, market=market, now=now)
    ]


def _ideas(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Read what the visitor looked at and wished, for an empty basket."""
    market = request.market  # type: ignore[attr-defined]
    wished = visitor.read_wishes(request)[:IDEAS]
    seen = [key for key in visitor.seen_ids(request, now=now) if key not in wished][:IDEAS]
    found = cards(product_ids=[*wished, *seen], offers=shown_offers(market.code)) if wished or seen else []
    return {
        "wished_cards": [card for card in found if card.product_id in wished],
        "seen_cards": [card for card in found if card.product_id in seen],
    }


@policy(PUBLIC)
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Put a promotion code into the basket or take one out; a wrong one is shown with what is wrong about it."""
    now = clock.now()
    basket = current_basket(request, now=now)
    if basket is None:
        return redirect("checkout:basket")
    form = take_codes(request, basket, shopper=shopper_of(request), now=now)
    return _page(request, basket, form, now) if form.errors else redirect("checkout:basket")


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
    request.session.pop(REMOVED_KEY, None)
    try:
        _add(request, listing_id, now)
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("It is in your basket."))
    return redirect("checkout:basket")


def _add(request: HttpRequest, listing_id: int, now: datetime) -> None:
    """Add to the visitor's basket; one that was ordered or merged between finding and locking is found again."""
    quantity = _quantity(request)
    basket = ensure_basket(request, now=now)
    try:
        with transaction.atomic(durable=True):
            baskets.add_listing(basket_id=basket.pk, listing_id=listing_id, quantity=quantity, now=now)
    except BasketClosedError:
        basket = ensure_basket(request, now=now)
        with transaction.atomic(durable=True):
            baskets.add_listing(basket_id=basket.pk, listing_id=listing_id, quantity=quantity, now=now)


@policy(PUBLIC)
@require_POST
def change(request: HttpRequest, line_id: int) -> HttpResponse:
    """
    Change how many of a line, protect it, keep it for later, or take it out.

    A line that another tab took out, another's and one that never was are the same: nothing happens, and it is said.
    """
    now = clock.now()
    basket = current_basket(request, now=now)
    request.session.pop(REMOVED_KEY, None)
    keep_session(request)
    try:
        if basket is None:
            raise LineMissingError
        return _change(request, basket, line_id, now)
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("checkout:basket")


def _change(request: HttpRequest, basket: Basket, line_id: int, now: datetime) -> HttpResponse:
    quantity = _quantity(request)
    if "remove" in request.POST or quantity == 0:
        _remove(request, basket, line_id, now)
        return redirect("checkout:basket")
    with transaction.atomic(durable=True):
        said = _write(request, basket.pk, line_id, quantity, now)
    if said:
        messages.success(request, said)
        return redirect("checkout:basket")
    # The page opens where the shopper was.
    return HttpResponseRedirect(f"{reverse('checkout:basket')}#line-{line_id}")


def _write(request: HttpRequest, basket_id: int, line_id: int, quantity: int, now: datetime) -> str:
    """Do what the pressed button says; return what is to be said where the line has left its place."""
    if "later" in request.POST:
        baskets.save_for_later(basket_id=basket_id, line_id=line_id, now=now)
        return _("Saved for later.")
    if "back" in request.POST:
        baskets.move_to_basket(basket_id=basket_id, line_id=line_id, now=now)
        return _("It is in your basket.")
    if "protect" in request.POST:
        wanted = request.POST["protect"] == "1"
        baskets.set_protection(basket_id=basket_id, line_id=line_id, wanted=wanted, now=now)
    else:
        baskets.set_quantity(basket_id=basket_id, line_id=line_id, quantity=quantity, now=now)
    return ""


def _remove(request: HttpRequest, basket: Basket, line_id: int, now: datetime) -> None:
    """Take a line out, and keep it at hand for the way back."""
    with transaction.atomic(durable=True):
        removed = baskets.remove_line(basket_id=basket.pk, line_id=line_id, now=now)
    name = listing_facts([removed.listing_id])[removed.listing_id].product_name
    request.session[REMOVED_KEY] = {"name": name, "market": basket.market, "line": asdict(removed)}


@policy(PUBLIC)
@require_POST
def undo(request: HttpRequest) -> HttpResponseRedirect:
    """Put back what was taken out last."""
    now = clock.now()
    kept = request.session.pop(REMOVED_KEY, None)
    if kept and kept["market"] == request.market.code:  # type: ignore[attr-defined]
        basket = ensure_basket(request, now=now)
        try:
            with transaction.atomic(durable=True):
                baskets.restore_line(basket_id=basket.pk, removed=Removed(**kept["line"]), now=now)
        except DomainError as error:
            messages.error(request, str(error.text))
    return redirect("checkout:basket")
