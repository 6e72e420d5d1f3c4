"""Place an order, pay it, and settle what came of the payment; each step resumable from what is stored."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from catalog.services import stock
from checkout import locks
from checkout.enums import OrderState
from checkout.models import Order
from checkout.services import placement, settlement
from checkout.services.placement import Buyer
from checkout.services.settlement import Settled
from payments.flows import payin
from payments.flows import refunds as payment_refunds
from payments.selectors.views import PaymentView
from payments.services.refunds import RefundShares

MAX_ATTEMPTS = 5
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
) -> tuple[Order, PaymentView]:
    """
    Place the order of a basket and start its payment; answers the hosted page to send the shopper to.

    Called again for the same basket (second tab, double click, retry) it answers the same order and payment.

    :raises DomainError: see `services.placement.place_order`
    """
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
        )
    return order, pay(order_id=order.pk, now=now)


def pay(*, order_id: int, now: datetime, retry: bool = False) -> PaymentView:
    """
    Start the payment of an order, or answer the one under way; `retry` starts another after a decline.

    :raises PaymentOverError: the order is not waiting for payment
    """
    with transaction.atomic(durable=True):
        order = locks.lock_order(order_id)
        if order.state != OrderState.PENDING_PAYMENT or order.reservation_expires_at <= now:
            raise PaymentOverError
        if retry and order.payment_attempts < MAX_ATTEMPTS:
            _count_attempt(order, now)
        attempt = order.payment_attempts
    with translation.override(order.locale):
        return_path = reverse("checkout:return", args=[order.public_id])
        description = _("Order %(number)s") % {"number": order.number_text}
    payment = payin.start_payment(
        reference=order.reference,
        amount=order.total,
        description=description,
        email=order.email,
        locale=order.locale,
        return_url=f"{settings.PUBLIC_URL}{return_path}",
        key=f"{order.reference}:{attempt}",
        now=now,
    )
    Order.objects.filter(pk=order.pk).update(payment_id=payment.public_id)
    return payment


def _count_attempt(order: Order, now: datetime) -> None:
    """Note another attempt; the first retry extends the reservation, once."""
    order.payment_attempts += 1
    if order.payment_attempts == 1:
        order.reservation_expires_at = max(order.reservation_expires_at, now + EXTENSION)
        stock.extend(reference=order.reference, expires_at=order.reservation_expires_at)
    order.save(update_fields=["payment_attempts", "reservation_expires_at"])


def settle_payment(*, order_id: int, now: datetime) -> PaymentView | None:
    """
    Ask the provider how an order's payment stands and do what follows; safe to repeat at any moment.

    Money that came too late for the stock goes back in full, once.
    """
    order = Order.objects.get(pk=order_id)
    if order.payment_id is None:
        return None
    payment = payin.refresh_payment(payment_id=order.payment_id, now=now)
    if payment.state == "captured":
        confirm_captured(order_id=order_id, now=now)
    return payment


def confirm_captured(*, order_id: int, now: datetime) -> None:
    """Mark an order paid whose money was taken; without goods left, send the money back, once."""
    with transaction.atomic(durable=True):
        settled = settlement.confirm_paid(order_id=order_id, now=now)
    if settled is Settled.NOTHING_LEFT:
        _send_back(Order.objects.get(pk=order_id), now)


def _send_back(order: Order, now: datetime) -> None:
    zero = Money.zero(order.currency)
    payment_refunds.refund(
        reference=order.reference,
        line_reference="",
        amount=order.total,
        shares=RefundShares(
            customer_funds=order.total,
            seller=zero,
            commission=zero,
            commission_vat=zero,
            vat_jurisdiction=order.market,
            service_fee=zero,
            marketplace=zero,
        ),
        borne_by="marketplace",
        reason="nothing left when the payment arrived",
        actor=settlement.SYSTEM,
        key=f"{order.reference}:late",
        now=now,
    )


def expire_unpaid(*, now: datetime, limit: int = 100) -> int:
    """End the orders whose time to pay is over, after asking the provider once more; return how many ended."""
    ended = 0
    for order_id in locks.expired_order_ids(now=now, limit=limit):
        payment = settle_payment(order_id=order_id, now=now)
        if payment is not None and payment.state in ("captured", "unknown"):
            continue
        with transaction.atomic(durable=True):
            ended += settlement.expire(order_id=order_id, now=now)
    return ended
