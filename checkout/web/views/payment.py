"""The way back from the provider's card page, and to it again after a decline."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.registry import MARKETS
from checkout.enums import OrderState
from checkout.flows import placement
from checkout.models import Order
from checkout.selectors import orders
from checkout.selectors.own_baskets import token_of
from checkout.services.placement import copy_basket
from checkout.web.baskets import name_basket
from checkout.web.delivery import forget_choices, restore_choices
from checkout.web.methods import chosen_method, ways_to_pay
from checkout.web.views.order import open_by_link

# The provider has not said yet how the payment stands: the page looks again by itself, without JavaScript too.
WAITING = ("created", "unknown", "pending")
LOOK_AGAIN_S = 3


@policy(PUBLIC)
@require_safe
def come_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the provider sends the shopper: paid, declined with a retry, or still waiting for the provider's word."""
    if not orders.is_remembered(request, public_id):
        open_by_link(request, public_id)
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    now = clock.now()
    payment = None
    if order.state == OrderState.PENDING_PAYMENT:
        payment = placement.settle_payment(order_id=order.pk, now=now)
        order.refresh_from_db()
    if order.state == OrderState.PAID:
        forget_choices(request)
        messages.success(request, _("Paid. Thank you."))
        return redirect(order)
    if order.state == OrderState.UNPAID or order.reservation_expires_at <= now:
        return redirect(order)
    ways = ways_to_pay(request, MARKETS[order.market], order.due)
    context = {"order": order, "payment": payment, "minutes": _minutes_left(order, now), "ways": ways}
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
        payment = placement.pay(
            order_id=order.pk,
            now=now,
            retry_after=order.payment_attempts if declined else None,
            method=chosen_method(request),
        )
    except placement.PaymentOverError as error:
        return _start_again(request, order, error, now)
    return redirect(payment.redirect_url or order.get_absolute_url())


def _start_again(request: HttpRequest, order: Order, error: DomainError, now: datetime) -> HttpResponse:
    order.refresh_from_db()
    if order.state == OrderState.PAID:
        return redirect(order)
    with transaction.atomic(durable=True):
        basket = copy_basket(order, guest_token=token_of(request), now=now)
    if basket is not None and not request.user.is_authenticated:
        name_basket(request, basket)
    restore_choices(request, order)
    messages.warning(request, str(error.text))
    return redirect("checkout:basket")
