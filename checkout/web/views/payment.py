"""Checkout on one page, the way to the provider's card page, and back from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.visitor import remembered_postcode
from catalog.services.stock import OutOfStockError
from checkout.enums import OrderState
from checkout.flows import placement
from checkout.models import Basket, Order
from checkout.selectors import orders
from checkout.selectors.baskets import SESSION_KEY, BasketView, basket_view
from checkout.services.placement import BasketChangedError, BasketEmptyError, copy_basket
from checkout.web.baskets import carriers_of, current_basket, keep_carriers
from checkout.web.forms import DetailsForm

DETAILS_KEY = "details"
# The provider has not said yet how the payment stands: the page looks again by itself, without JavaScript too.
WAITING = ("created", "unknown", "pending")
LOOK_AGAIN_S = 3


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Fill the form with what the visitor typed last, else with what the account's last order says."""
    kept = request.session.get(DETAILS_KEY)
    if isinstance(kept, dict):
        return kept
    if not request.user.is_authenticated:
        return {}
    last = Order.objects.filter(user=request.user, market=request.market.code).first()  # type: ignore[attr-defined]
    if last is None:
        return {"email": request.user.email}
    return {name: getattr(last, name) for name in DetailsForm.base_fields}


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Contact, address, delivery and total on one page; sending it places the order and goes to the card page."""
    now = clock.now()
    market = request.market  # type: ignore[attr-defined]
    basket = _basket_of(request, now)
    if basket is None:
        return redirect("checkout:basket")
    placed = Order.objects.filter(basket=basket).first()
    if placed is not None:
        return redirect("checkout:return", public_id=placed.public_id)
    carriers = keep_carriers(request) if request.method == "POST" else carriers_of(request)
    view = basket_view(basket, market=market, carriers=carriers, now=now, postcode=remembered_postcode(request, market))
    if not view.items:
        return redirect("checkout:basket")
    form = DetailsForm(
        request.POST if request.method == "POST" and "update" not in request.POST else None,
        initial=request.POST if request.method == "POST" else _initial(request),
        market=market,
    )
    if form.is_bound:
        request.session[DETAILS_KEY] = {name: form[name].value() for name in form.fields}
        if form.is_valid():
            return _place(request, basket, form, view, now)
    return render(request, "checkout/details.html", {"form": form, "view": view}, status=422 if form.errors else 200)


def _basket_of(request: HttpRequest, now: datetime) -> Basket | None:
    """
    Return the basket that the form was made for, even when another tab ordered it meanwhile.

    Never another one in its place: the back button of a paid order must not buy what was put in since.
    """
    current = current_basket(request, now=now)
    if request.method != "POST":
        return current
    named = request.POST.get("basket", "")
    if current is not None and named == str(current.token):
        return current
    try:
        token = UUID(named)
    except ValueError:
        return None
    ordered = orders.visible_to(request).filter(basket__token=token).select_related("basket").first()
    return ordered.basket if ordered is not None else None


def _shown_total(request: HttpRequest, view: BasketView) -> Money:
    """Return the total that the shopper saw when they pressed the button; a forged one only refuses itself."""
    text = request.POST.get("total_minor", "")
    minor = int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else -1
    return Money(minor, view.totals.total.currency)


def _place(request: HttpRequest, basket: Basket, form: DetailsForm, view: BasketView, now: datetime) -> HttpResponse:
    try:
        order, payment = placement.place_and_pay(
            basket_id=basket.pk,
            buyer=form.buyer(),
            carriers=carriers_of(request),
            expected_total=_shown_total(request, view),
            user_id=request.user.pk if request.user.is_authenticated else None,
            locale=request.LANGUAGE_CODE,
            actor=Actor.of(request),
            now=now,
        )
    except (BasketChangedError, BasketEmptyError, OutOfStockError) as error:
        messages.warning(request, str(error.text))
        return redirect("checkout:basket")
    except placement.PaymentOverError:
        placed = Order.objects.get(basket=basket)
        orders.remember(request, placed)
        return redirect(placed)
    orders.remember(request, order)
    if payment.redirect_url and payment.state != "captured":
        return redirect(payment.redirect_url)
    return redirect("checkout:return", public_id=order.public_id)


@policy(PUBLIC)
@require_safe
def come_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the provider sends the shopper: paid, declined with a retry, or still waiting for the provider's word."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    now = clock.now()
    payment = None
    if order.state == OrderState.PENDING_PAYMENT:
        payment = placement.settle_payment(order_id=order.pk, now=now)
        order.refresh_from_db()
    if order.state == OrderState.PAID:
        request.session.pop(DETAILS_KEY, None)
        messages.success(request, _("Paid. Thank you."))
        return redirect(order)
    if order.state == OrderState.UNPAID or order.reservation_expires_at <= now:
        return redirect(order)
    context = {"order": order, "payment": payment, "minutes": _minutes_left(order, now)}
    response = render(request, "checkout/return.html", context)
    if payment is None or payment.state in WAITING:
        response["Refresh"] = str(LOOK_AGAIN_S)
    return response


def _minutes_left(order: Order, now: datetime) -> int:
    return max(1, int((order.reservation_expires_at - now).total_seconds()) // 60)


@policy(PUBLIC)
@require_POST
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Pay an order again after a decline; one whose time is over gets its basket back."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    now = clock.now()
    try:
        payment = placement.settle_payment(order_id=order.pk, now=now)
        declined = payment is not None and payment.state in ("failed", "cancelled")
        payment = placement.pay(order_id=order.pk, now=now, retry_after=order.payment_attempts if declined else None)
    except placement.PaymentOverError as error:
        return _start_again(request, order, error, now)
    return redirect(payment.redirect_url or order.get_absolute_url())


def _start_again(request: HttpRequest, order: Order, error: DomainError, now: datetime) -> HttpResponse:
    order.refresh_from_db()
    if order.state == OrderState.PAID:
        return redirect(order)
    with transaction.atomic(durable=True):
        basket = copy_basket(order, now=now)
    if basket is not None and not request.user.is_authenticated:
        request.session[SESSION_KEY] = str(basket.token)
    messages.warning(request, str(error.text))
    return redirect("checkout:basket")
