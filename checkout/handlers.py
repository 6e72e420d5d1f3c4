"""What checkout does when others' events and its own arrive."""

from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue
from catalog import events as catalog_events
from payments import events as payment_events

from . import events
from .flows import delivery, labels, placement
from .selectors import orders
from .services import documents, holds, mails, purchases, tracking


@on(payment_events.PAYMENT_CAPTURED, queue=Queue.PERFECT_JOURNEY, flow=True)
def confirm_paid_order(event: Event, now: datetime) -> None:
    order_id = orders.order_id_of(event.payload["reference"])
    if order_id is not None:
        placement.confirm_captured(order_id=order_id, now=now)


@on(events.ORDER_PAID, queue=Queue.PERFECT_JOURNEY)
def tell_order_paid(event: Event, now: datetime) -> None:
    mails.order_confirmed(order_id=event.payload["order_id"], now=now)


@on(events.ORDER_PAID, queue=Queue.MERCHANT)
def tell_sellers_of_order(event: Event, now: datetime) -> None:
    mails.new_order_for_sellers(order_id=event.payload["order_id"], now=now)


@on(events.ORDER_HELD, queue=Queue.PERFECT_JOURNEY)
def tell_order_held(event: Event, now: datetime) -> None:
    mails.order_held(order_id=event.payload["order_id"], now=now)


@on(events.HOLD_OVERDUE, queue=Queue.PERFECT_JOURNEY)
def tell_hold_overdue(event: Event, now: datetime) -> None:
    mails.hold_overdue(order_id=event.payload["order_id"], occurred_at=event.occurred_at, now=now)


@on(events.LINE_CANCELLED, queue=Queue.PERFECT_JOURNEY)
def end_hold_of_cancelled(event: Event, now: datetime) -> None:
    order_id = orders.order_id_of_line(event.payload["line_id"])
    if order_id is not None:
        holds.end_if_cancelled(order_id=order_id, now=now)


@on(events.ORDER_UNPAID, queue=Queue.PERFECT_JOURNEY)
def tell_order_unpaid(event: Event, now: datetime) -> None:
    mails.order_unpaid(order_id=event.payload["order_id"], now=now)


@on(events.LINES_SHIPPED, queue=Queue.PERFECT_JOURNEY)
def tell_parcel_shipped(event: Event, now: datetime) -> None:
    mails.parcel_shipped(parcel_id=event.payload["parcel_id"], now=now)


@on(events.LINE_ACCEPTED, queue=Queue.PERFECT_JOURNEY)
def tell_line_accepted(event: Event, now: datetime) -> None:
    mails.line_accepted(line_id=event.payload["line_id"], now=now)


@on(events.ADDRESS_CHANGED, queue=Queue.PERFECT_JOURNEY)
def tell_address_changed(event: Event, now: datetime) -> None:
    mails.address_changed(order_id=event.payload["order_id"], version=event.payload["version"], now=now)


@on(events.PARCEL_MOVED, queue=Queue.PERFECT_JOURNEY)
def tell_parcel_moved(event: Event, now: datetime) -> None:
    mails.parcel_moved(parcel_event_id=event.payload["parcel_event_id"], now=now)


@on(events.CARRIER_MESSAGE_RECEIVED, queue=Queue.PERFECT_JOURNEY, flow=True)
def read_carrier_message(event: Event, now: datetime) -> None:
    delivery.read_message(message_id=event.payload["carrier_message_id"], now=now)


@on(events.LINES_SHIPPED, queue=Queue.PERFECT_JOURNEY)
def adopt_scans_of_parcel(event: Event, now: datetime) -> None:
    tracking.adopt_scans(parcel_id=event.payload["parcel_id"], actor=delivery.CARRIER, now=now)


@on(events.LINE_CANCELLED, queue=Queue.PERFECT_JOURNEY, flow=True)
def void_labels_of_cancelled(event: Event, now: datetime) -> None:
    labels.void_useless(line_id=event.payload["line_id"], now=now)


@on(events.ADDRESS_CHANGED, queue=Queue.PERFECT_JOURNEY, flow=True)
def void_labels_of_old_address(event: Event, now: datetime) -> None:
    labels.void_useless(order_id=event.payload["order_id"], now=now)


@on(events.PARCEL_LATE, queue=Queue.PERFECT_JOURNEY)
def tell_parcel_late(event: Event, now: datetime) -> None:
    mails.parcel_late(parcel_id=event.payload["parcel_id"], now=now)


@on(events.PARCEL_TURNED, queue=Queue.PERFECT_JOURNEY)
def tell_parcel_turned(event: Event, now: datetime) -> None:
    mails.parcel_turned(parcel_id=event.payload["parcel_id"], state=event.payload["state"], now=now)


@on(events.LINE_DELIVERED, queue=Queue.PERFECT_JOURNEY)
def tell_line_delivered(event: Event, now: datetime) -> None:
    mails.line_delivered(line_id=event.payload["line_id"], now=now)


@on(events.LINE_WITHDRAWN, queue=Queue.PERFECT_JOURNEY)
def tell_line_withdrawn(event: Event, now: datetime) -> None:
    mails.line_withdrawn(line_id=event.payload["line_id"], now=now)


@on(events.LINE_CANCELLED, queue=Queue.PERFECT_JOURNEY)
def tell_line_cancelled(event: Event, now: datetime) -> None:
    mails.line_cancelled(line_id=event.payload["line_id"], now=now)


@on(events.LINE_REFUNDED, queue=Queue.PERFECT_JOURNEY)
def tell_line_refunded(event: Event, now: datetime) -> None:
    mails.line_refunded(line_id=event.payload["line_id"], refund_id=event.payload["refund_id"], now=now)


@on(events.ORDER_PAID, queue=Queue.PERFECT_JOURNEY)
def push_purchases_of_order(event: Event, now: datetime) -> None:
    purchases.push_order(order_id=event.payload["order_id"])


@on(events.LINE_DELIVERED, queue=Queue.PERFECT_JOURNEY)
def push_delivered_purchase(event: Event, now: datetime) -> None:
    purchases.push_line(line_id=event.payload["line_id"])


@on(catalog_events.REVIEW_ANSWERED, queue=Queue.PERFECT_JOURNEY)
def tell_review_answered(event: Event, now: datetime) -> None:
    mails.review_answered(line_reference=event.payload["line_reference"], now=now)


@on(events.LINES_SHIPPED, queue=Queue.PERFECT_JOURNEY)
def issue_invoices_of_parcel(event: Event, now: datetime) -> None:
    documents.issue_for_parcel(parcel_id=event.payload["parcel_id"], now=now)


@on(payment_events.REFUND_SUCCEEDED, queue=Queue.PERFECT_JOURNEY)
def issue_credit_notes_of_refund(event: Event, now: datetime) -> None:
    documents.issue_for_refund(refund_id=event.payload["refund_id"], now=now)
