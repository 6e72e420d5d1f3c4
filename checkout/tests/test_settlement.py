from datetime import timedelta

import pytest

from backmarket.core import outbox
from backmarket.core.models import OutboxEvent
from backmarket.notify.models import Message
from catalog.enums import ReservationState
from catalog.models import StockReservation
from catalog.services import stock
from catalog.tests.factories import NOW, make_listing
from checkout import events
from checkout.enums import LineState, OrderState
from checkout.services import mails, settlement
from payments.enums import AccountKind
from payments.selectors import refunds as payment_refunds
from payments.selectors.ledger import reference_balance

from .factories import capture, make_basket, paid_order, place

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)


def lapse(order):
    """Let the time to pay pass."""
    stock.release_expired(now=LATER)
    assert settlement.expire(order_id=order.pk, now=LATER)
    order.refresh_from_db()


def customer_funds(order):
    balance = reference_balance(reference=order.reference, kind=AccountKind.CUSTOMER_FUNDS, currency=order.currency)
    return -balance.amount_minor


def test_a_paid_order_sells_its_stock_and_sets_the_sellers_clocks():
    listing = make_listing(quantity=2)

    order = paid_order(listing)

    line = order.lines.get()
    listing.refresh_from_db()
    assert (order.state, line.state, line.paid_at) == (OrderState.PAID, LineState.PAID, NOW)
    assert (listing.quantity, listing.reserved) == (1, 0)
    assert line.accept_by == NOW + timedelta(days=1)
    assert customer_funds(order) == 46_399


def test_confirming_again_changes_nothing():
    order = paid_order()
    before = OutboxEvent.objects.count()

    assert settlement.confirm_paid(order_id=order.pk, now=LATER) == []

    order.refresh_from_db()
    assert order.paid_at == NOW
    assert OutboxEvent.objects.count() == before


def test_an_order_without_captured_money_stays_unpaid():
    order = place(make_basket([make_listing()]))

    assert settlement.confirm_paid(order_id=order.pk, now=NOW) == []

    order.refresh_from_db()
    assert order.state == OrderState.PENDING_PAYMENT
    assert order.lines.get().state == LineState.PENDING_PAYMENT


def test_an_order_that_nobody_pays_gives_its_stock_back():
    listing = make_listing(quantity=1)
    order = place(make_basket([listing]))

    assert settlement.expire(order_id=order.pk, now=LATER)

    order.refresh_from_db()
    listing.refresh_from_db()
    assert (order.state, order.lines.get().state) == (OrderState.UNPAID, LineState.UNPAID)
    assert (listing.quantity, listing.reserved) == (1, 0)


def test_an_order_does_not_end_before_its_time():
    order = place(make_basket([make_listing()]))

    assert not settlement.expire(order_id=order.pk, now=NOW + timedelta(minutes=14))

    order.refresh_from_db()
    assert order.state == OrderState.PENDING_PAYMENT
    assert StockReservation.objects.get().state == ReservationState.HELD


def test_money_that_comes_late_buys_what_is_still_there():
    listing = make_listing(quantity=1)
    order = place(make_basket([listing]))
    lapse(order)
    capture(order, now=LATER)

    assert settlement.confirm_paid(order_id=order.pk, now=LATER) == []

    order.refresh_from_db()
    listing.refresh_from_db()
    assert (order.state, order.lines.get().state) == (OrderState.PAID, LineState.PAID)
    assert (listing.quantity, listing.reserved) == (0, 0)
    assert payment_refunds.refunds_of(order.reference) == []


def test_money_that_comes_when_nothing_is_left_goes_back_once():
    listing = make_listing(quantity=1)
    order = place(make_basket([listing]))
    lapse(order)
    paid_order(listing, now=LATER)
    capture(order, now=LATER)

    refunds = settlement.confirm_paid(order_id=order.pk, now=LATER)
    again = settlement.confirm_paid(order_id=order.pk, now=LATER)

    order.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert [refund.amount for refund in refunds] == [order.total]
    assert [refund.public_id for refund in again] == [refund.public_id for refund in refunds]
    assert len(payment_refunds.refunds_of(order.reference)) == 1
    assert customer_funds(order) == 0


def test_stock_that_returns_after_the_money_went_back_sells_nothing():
    listing = make_listing(quantity=1)
    order = place(make_basket([listing]))
    lapse(order)
    paid_order(listing, now=LATER)
    capture(order, now=LATER)
    settlement.confirm_paid(order_id=order.pk, now=LATER)
    stock.restock(listing_id=listing.pk, quantity=1, now=LATER)

    settlement.confirm_paid(order_id=order.pk, now=LATER)

    order.refresh_from_db()
    listing.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert (listing.quantity, listing.reserved) == (1, 0)


def test_a_second_payment_of_one_order_goes_back():
    order = paid_order()
    capture(order, attempt=1)

    refunds = settlement.confirm_paid(order_id=order.pk, now=NOW)

    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert [refund.amount for refund in refunds] == [order.total]
    assert customer_funds(order) == order.total_minor


def test_the_shopper_hears_of_a_paid_order_once():
    order = paid_order()
    outbox.drain(now=NOW)
    OutboxEvent.objects.create(
        type=events.ORDER_PAID.name, key=str(order.pk), payload={"order_id": order.pk}, occurred_at=NOW
    )

    outbox.drain(now=NOW)

    mail = Message.objects.get(reference=order.reference)
    assert (mail.kind, mail.to) == ("order_confirmed", "ada@example.org")
    assert order.number_text in mail.subject + mail.text
    assert f"/en-fr/orders/{order.public_id}/?key=" in mail.text
    assert f"/en-fr/orders/{order.public_id}/?key=" in mail.html


def test_the_shopper_hears_that_late_money_goes_back():
    listing = make_listing(quantity=1)
    order = place(make_basket([listing]))
    lapse(order)
    outbox.drain(now=LATER)
    paid_order(listing, now=LATER)
    capture(order, now=LATER)
    settlement.confirm_paid(order_id=order.pk, now=LATER)

    mails.order_unpaid(order_id=order.pk, now=LATER)
    mails.order_unpaid(order_id=order.pk, now=LATER)

    first, second = Message.objects.filter(reference=order.reference).order_by("pk")
    assert (first.kind, second.kind) == ("order_unpaid", "order_unpaid")
    assert first.text != second.text
