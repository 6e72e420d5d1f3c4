"""What to do when some of the basket was sold while it was being paid: buy what is left, or change the basket."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.visitor import remembered_postcode
from checkout.models import Basket, Order
from checkout.selectors.baskets import BasketView, basket_view
from checkout.services import baskets
from checkout.web.baskets import DETAILS_KEY, carriers_of, shopper_of
from checkout.web.forms import DetailsForm

from .details import basket_of, order_and_pay, shown_total, without_basket


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest) -> HttpResponse:
    """List what is left of each item and what it costs; nothing is held or charged before the shopper agrees."""
    now = clock.now()
    basket = basket_of(request, now)
    if basket is None:
        return without_basket(request, request.market)  # type: ignore[attr-defined]
    placed = Order.objects.filter(basket=basket).first()
    if placed is not None:
        return redirect("checkout:return", public_id=placed.public_id)
    view = _view(request, basket, now)
    if not view.items:
        messages.warning(request, _("Nothing of your basket is left. Nothing was ordered and nothing was charged."))
        return redirect("checkout:basket")
    if not view.is_short:
        return redirect("checkout:details")
    if request.method != "POST":
        return _render(request, view)
    if request.POST.get("left") != signature(view) or shown_total(request, view) != view.totals.total:
        return _render(request, view, status=409, again=True)
    return _buy(request, basket, view, now)


def _view(request: HttpRequest, basket: Basket, now: datetime) -> BasketView:
    market = request.market  # type: ignore[attr-defined]
    postcode = remembered_postcode(request, market)
    carriers, shopper = carriers_of(request), shopper_of(request)
    return basket_view(basket, market=market, carriers=carriers, now=now, postcode=postcode, shopper=shopper)


def signature(view: BasketView) -> str:
    """Write what is left of each line, so that the shopper agrees to what they saw."""
    return " ".join(f"{item.line.pk}:{item.buyable}" for item in view.items)


def _render(request: HttpRequest, view: BasketView, *, status: int = 200, again: bool = False) -> HttpResponse:
    context = {"view": view, "left": signature(view), "again": again}
    return render(request, "checkout/left.html", context, status=status)


def _buy(request: HttpRequest, basket: Basket, view: BasketView, now: datetime) -> HttpResponse:
    """Take over what is left, then order it; who bought without typing an address is asked once more."""
    with transaction.atomic(durable=True):
        baskets.note_shown(basket_id=basket.pk, shown=view.shown, now=now)
    typed: Any = request.session.get(DETAILS_KEY)
    market = request.market  # type: ignore[attr-defined]
    if not isinstance(typed, dict) or typed.get("market") != market.code:
        return redirect("checkout:details")
    form = DetailsForm(typed, market=market, carriers=[parcel.chosen.carrier for parcel in view.parcels], initial=typed)
    if not form.is_valid():
        return redirect("checkout:details")
    total, due = view.totals.total, view.tenders.due
    return order_and_pay(request, basket, form.buyer(), expected=total, expected_due=due, now=now)
