"""Place an order, pay it, and settle what came of the payment; each step resumable from what is stored."""

import contextlib
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.services import stock
from checkout import locks
from checkout.enums import OrderState
from checkout.models import Order
from checkout.rules.buyer import Buyer
from checkout.selectors.orders import signed_key
from checkout.selectors.saved import payments_owner
from checkout.services import placement, settlement
from checkout.services.saved import AddressBookFullError, keep_address
from payments.enums import PaymentMethod
from payments.flows import payin
from payments.flows import refunds as payment_refunds
from payments.rules.methods import methods_for
from payments.selectors.cards import live_card
from payments.selectors.views import PaymentView
from payments.services.cards import CardUnknownError

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
# How long after its time an order waits for a provider that does not say how its payment ended.
PATIENCE = timedelta(hours=1)
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 10.0
EXTENSION = timedelta(minutes=15)


class PaymentOverError(DomainError):
    code = "payment_over"
    message = gettext_lazy("This order can no longer be paid.")


def place_and_pay(
    *,
    basket_id: int,
    buyer: Buyer,
    carriers: Mapping[int, str],
    expected_total: Money,
    user_id: int | None,
    locale: str,
    actor: Actor,
    now: datetime,
    points: Mapping[int, str] | None = None,
    keeps_address: bool = False,
    card_id: UUID | None = None,
    origin: str = "",
    expected_due: Money | None = None,
    method: str = PaymentMethod.CARD,
) -> tuple[Order, PaymentView | None]:
    """
    Place the order of a basket and start its payment; answers the hosted page to send the shopper to, or no payment
    where gift cards and credit pay for all of it.

    With `card_id` the buyer's kept card is charged at once; with `keeps_address` the address stays in the account,
    unless that is full. Called again for the same basket (second tab, double click, retry) it answers the same order
    and payment.

    :raises CardUnknownError: the buyer keeps no such card; nothing was placed
    :raises DomainError: see `services.placement.place_order`
    """
    if card_id is not None and (user_id is None or live_card(owner=payments_owner(user_id), card_id=card_id) is None):
        raise CardUnknownError
    with transaction.atomic(durable=True):
        order = placement.place_order(
            basket_id=basket_id,
            buyer=buyer,
            carriers=carriers,
            expected_total=expected_total,
            user_id=user_id,
            locale=locale,
            actor=actor,
            now=now,
            points=points,
            origin=origin,
            expected_due=expected_due,
        )
        if keeps_address and user_id is not None:
            with contextlib.suppress(AddressBookFullError):
                keep_address(user_id=user_id, buyer=buyer, now=now)
    if not order.due:
        confirm_captured(order_id=order.pk, now=now)
        return order, None
    if order.state != OrderState.PENDING_PAYMENT or order.reservation_expires_at <= now:
        raise PaymentOverError
    return order, start_attempt(order, now=now, card_id=card_id, method=method)


def pay(
    *,
    order_id: int,
    now: datetime,
    retry_after: int | None = None,
    card_id: UUID | None = None,
    method: str = PaymentMethod.CARD,
) -> PaymentView:
    """
    Start the payment of an order, or answer the one under way.

    `retry_after` is the number of the attempt that was declined: another starts only if that is still the last one,
    so that two tabs that retry together open one payment, not two.

    :raises PaymentOverError: the order is not waiting for payment
    """
    with transaction.atomic(durable=True):
        order = locks.lock_order(order_id)
        if order.state != OrderState.PENDING_PAYMENT or order.reservation_expires_at <= now:
            raise PaymentOverError
        if order.payment_attempts == retry_after and order.payment_attempts < MAX_ATTEMPTS:
            _count_attempt(order, now)
    return start_attempt(order, now=now, card_id=card_id, method=method)


def start_attempt(
    order: Order, *, now: datetime, card_id: UUID | None, method: str = PaymentMethod.CARD
) -> PaymentView:
    """
    Start the payment of an order's last attempt, or answer it: the key names the attempt.

    A method that is not offered for the order's market and amount is paid by card.
    """
    attempt = order.payment_attempts
    with translation.override(order.locale):
        # The key, because banks and apps send shoppers back into another browser than the one that ordered.
        return_path = f"{reverse('checkout:return', args=[order.public_id])}?key={signed_key(order)}"
        description = _("Order %(number)s") % {"number": order.number_text}
    payment = payin.start_payment(
        reference=order.reference,
        amount=order.due,
        description=description,
        email=order.email,
        locale=order.locale,
        return_url=f"{settings.PUBLIC_URL}{return_path}",
        key=f"{order.reference}:{attempt}",
        market=order.market,
        method=method if method in methods_for(MARKETS[order.market], order.due) else PaymentMethod.CARD,
        owner=payments_owner(order.user_id) if order.user_id else "",
        card_id=card_id,
        now=now,
    )
    Order.objects.filter(pk=order.pk, payment_attempts=attempt).update(payment_id=payment.public_id)
    return payment


def _count_attempt(order: Order, now: datetime) -> None:
    """Note another attempt, whose payment is not known yet; the first retry extends the reservation, once."""
    order.payment_attempts += 1
    order.payment_id = None
    if order.payment_attempts == 1:
        order.reservation_expires_at = max(order.reservation_expires_at, now + EXTENSION)
        stock.extend(reference=order.reference, expires_at=order.reservation_expires_at)
    order.save(update_fields=["payment_attempts", "payment_id", "reservation_expires_at"])


def settle_payment(*, order_id: int, now: datetime) -> PaymentView | None:
    """
    Ask the provider how an order's payment stands and do what follows; safe to repeat at any moment. One that has
    nothing left to pay is settled without.

    Money that came too late for the stock goes back in full, once.
    """
    order = Order.objects.only("payment_id", "total_minor", "credit_minor", "currency").get(pk=order_id)
    payment_id = order.payment_id
    if payment_id is None:
        if not order.due:
            confirm_captured(order_id=order_id, now=now)
        return None
    payment = payin.refresh_payment(payment_id=payment_id, now=now)
    if payment.state == "captured":
        confirm_captured(order_id=order_id, now=now)
    return payment


def confirm_captured(*, order_id: int, now: datetime) -> None:
    """Mark an order paid whose money was taken or held; money that bought nothing goes back, once."""
    with transaction.atomic(durable=True):
        refunds = settlement.confirm_paid(order_id=order_id, now=now)
    for refund in refunds:
        payment_refunds.send_refund(refund_id=refund.public_id, now=now)


def expire_unpaid(*, now: datetime, limit: int = 100) -> int:
    """
    End the orders whose time to pay is over; return how many ended.

    The card page is closed first, so that no money arrives late. One whose provider does not answer waits for a
    later run, an hour at most, and holds up no other; its stock is on sale again meanwhile.
    """
    started = time.monotonic()
    ended = 0
    for order_id in locks.expired_order_ids(now=now, limit=limit):
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            ended += _expire(order_id, now)
        except Exception:
            logger.exception("order %s could not be ended", order_id)
    return ended


def _expire(order_id: int, now: datetime) -> bool:
    order = Order.objects.get(pk=order_id)
    if not order.due:
        # Paid in full by what it holds: a crash came between placing and settling it.
        confirm_captured(order_id=order_id, now=now)
        return False
    if order.payment_id is not None:
        payment = payin.cancel_payment(payment_id=order.payment_id, now=now)
        if payment.state == "captured":
            confirm_captured(order_id=order_id, now=now)
            return False
        given_up = now >= order.reservation_expires_at + PATIENCE
        if payment.state not in ("failed", "cancelled") and not given_up:
            return False
    with transaction.atomic(durable=True):
        return settlement.expire(order_id=order_id, now=now)
