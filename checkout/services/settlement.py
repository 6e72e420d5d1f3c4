"""What a payment's end does to its order: paid and sold, paid too late, or not paid."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from catalog.services import stock
from catalog.services.stock import OutOfStockError, ReservationLapsedError, StockWant
from checkout import events, locks
from checkout.enums import LineState, OrderState
from checkout.models import LINE_STATES, Order
from checkout.rules import deadlines

SYSTEM = Actor.system("payment")


class Settled(StrEnum):
    """What `confirm_paid` found: done now or before, or money without goods that must go back."""

    PAID = "paid"
    NOTHING_LEFT = "nothing_left"


def _sell(order: Order, now: datetime) -> bool:
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
def confirm_paid(*, order_id: int, now: datetime) -> Settled:
    """
    Mark an order paid because its money was taken, once, whatever arrives first: browser, webhook or sweep.

    A payment that succeeds after the reservation lapsed sells what is still there; else the order ends unpaid
    and the caller sends the money back (R5).
    """
    order = locks.lock_order(order_id)
    if order.state == OrderState.PAID:
        return Settled.PAID
    if not _sell(order, now):
        _end_unpaid(order, reason="paid after the reservation lapsed, nothing left", now=now)
        return Settled.NOTHING_LEFT
    order.state, order.paid_at = OrderState.PAID, now
    order.save(update_fields=["state", "paid_at"])
    for line in locks.lock_lines(list(order.lines.values_list("pk", flat=True))):
        country = line.seller.country
        if line.state == LineState.UNPAID:
            line.state = LineState.PENDING_PAYMENT
        accept_by = deadlines.working_deadline(now, deadlines.ACCEPT_HOURS, country=country)
        ship_by = deadlines.working_deadline(now, line.handling_hours, country=country)
        LINE_STATES.move(line, LineState.PAID, actor=SYSTEM, now=now, paid_at=now, accept_by=accept_by, ship_by=ship_by)
    audit.record(SYSTEM, "order paid", order, now=now)
    outbox.publish(events.ORDER_PAID, key=str(order.pk), payload={"order_id": order.pk}, now=now)
    return Settled.PAID


def _end_unpaid(order: Order, *, reason: str, now: datetime) -> None:
    if order.state == OrderState.UNPAID:
        return
    order.state = OrderState.UNPAID
    order.save(update_fields=["state"])
    for line in locks.lock_lines(list(order.lines.values_list("pk", flat=True))):
        LINE_STATES.move(line, LineState.UNPAID, actor=SYSTEM, now=now, reason=reason)
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
