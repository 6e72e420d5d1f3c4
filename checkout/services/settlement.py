"""What a payment's end does to its order: paid and sold, paid too late, paid twice, or not paid."""

from datetime import datetime

from django.db import transaction

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from catalog.services import stock
from catalog.services.stock import OutOfStockError, ReservationLapsedError, StockWant
from checkout import events, locks
from checkout.enums import CheckState, LineState, OrderState
from checkout.models import LINE_STATES, Order
from payments.selectors import payments as payment_reads
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import PaymentView, RefundView
from payments.services import refunds as payment_refund_services
from payments.services import stored_value
from payments.services.refunds import RefundShares
from payments.services.stored_value import StoredValueGoneError

from . import holds, promotions

SYSTEM = Actor.system("payment")


def _sell(order: Order, now: datetime) -> bool:
    """Turn what is held into what is sold: uses of promotions, stock, gift cards and credit; all of it, or nothing."""
    if not promotions.take_again(order):
        return False
    if not order.credit_minor:
        return _sell_stock(order, now)
    try:
        with transaction.atomic():
            is_sold = _sell_stock(order, now)
            if is_sold:
                stored_value.spend(reference=order.reference, now=now)
            return is_sold
    except StoredValueGoneError:
        return False


def _sell_stock(order: Order, now: datetime) -> bool:
    """Turn held stock into sold stock; if the time was over, hold it again first, if there is any."""
    try:
        stock.consume(reference=order.reference, now=now)
    except ReservationLapsedError:
        wants = [StockWant(line.listing_id, line.quantity) for line in order.lines.all()]
        try:
            stock.reserve(reference=order.reference, wants=wants, expires_at=now, now=now)
        except OutOfStockError:
            return False
        stock.consume(reference=order.reference, now=now)
    return True


@transaction.atomic
def confirm_paid(*, order_id: int, now: datetime) -> list[RefundView]:
    """
    Mark an order paid because its money was taken, once, whatever arrives first: browser, webhook or sweep.

    A payment that succeeds after the reservation lapsed sells what is still there; else the order ends unpaid and
    the money goes back, decided in this transaction, so that stock which returns later cannot sell it after all
    (R5). A second payment of the same order goes back too. An order that gift cards and credit pay in full waits for
    no money. Returns the refunds to send.
    """
    order = locks.lock_order(order_id)
    captured = [payment for payment in payment_reads.payments_of(order.reference) if payment.state == "captured"]
    if not captured:
        if not order.due and order.state == OrderState.PENDING_PAYMENT:
            _settle_covered(order, now)
        return []
    if payment_refunds.refund_by_key(_back_key(captured[0])) is not None:
        return [_send_back(order, payment, now) for payment in captured]
    if order.state != OrderState.PAID:
        if not _sell(order, now):
            _end_unpaid(order, reason="paid after the reservation lapsed, nothing left", now=now)
            return [_send_back(order, payment, now) for payment in captured]
        _mark_paid(order, now)
    return [_send_back(order, payment, now) for payment in captured[1:]]


def _settle_covered(order: Order, now: datetime) -> None:
    if _sell(order, now):
        _mark_paid(order, now)
    else:
        _end_unpaid(order, reason="nothing left of what it was to buy or to be paid with", now=now)


def _mark_paid(order: Order, now: datetime) -> None:
    order.state, order.paid_at = OrderState.PAID, now
    order.save(update_fields=["state", "paid_at"])
    audit.record(SYSTEM, "order paid", order, now=now)
    lines = locks.lock_lines_of_order(order.pk)
    for line in lines:
        line.order = order
    if holds.check_order(order, now=now).state == CheckState.HELD:
        holds.hold(order, lines, actor=SYSTEM, now=now)
    else:
        holds.hand_over(order, lines, actor=SYSTEM, now=now, paid_at=now)


def _back_key(payment: PaymentView) -> str:
    return f"payment:{payment.public_id}:back"


def _send_back(order: Order, payment: PaymentView, now: datetime) -> RefundView:
    """Store the refund of a whole payment that bought nothing, once."""
    return payment_refund_services.request_refund(
        reference=order.reference,
        line_reference="",
        amount=payment.amount,
        shares=RefundShares.before_dispatch(payment.amount),
        borne_by="marketplace",
        reason="this payment bought nothing",
        actor=SYSTEM,
        key=_back_key(payment),
        now=now,
    )


def _end_unpaid(order: Order, *, reason: str, now: datetime) -> None:
    if order.state != OrderState.UNPAID:
        order.state = OrderState.UNPAID
        order.save(update_fields=["state"])
        for line in locks.lock_lines(list(order.lines.values_list("pk", flat=True))):
            LINE_STATES.move(line, LineState.UNPAID, actor=SYSTEM, now=now, reason=reason)
    promotions.give_back(order, now=now)
    if order.credit_minor:
        stored_value.free(reference=order.reference)
    audit.record(SYSTEM, "order unpaid", order, now=now, reason=reason)
    outbox.publish(events.ORDER_UNPAID, key=str(order.pk), payload={"order_id": order.pk}, now=now)


@transaction.atomic
def expire(*, order_id: int, now: datetime) -> bool:
    """End an order whose time to pay is over, and put its stock back; return whether it did."""
    order = locks.lock_order(order_id)
    if order.state != OrderState.PENDING_PAYMENT or order.reservation_expires_at > now:
        return False
    _end_unpaid(order, reason="the time to pay was over", now=now)
    stock.release(reference=order.reference, now=now)
    return True
