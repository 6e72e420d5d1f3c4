"""Paid lines reach the catalogue: once each, whatever the order of events, with their buyer where there is one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backmarket.accounts.models import User
from backmarket.core.events import Event
from catalog.models import PurchasedLine
from catalog.services.purchases import record_purchased_lines
from catalog.tests.factories import NOW, make_listing
from checkout import handlers
from checkout.models import OrderLine
from checkout.services import lines
from checkout.services.purchases import purchase_of, push_line, push_order

from .factories import ACTOR, make_basket, paid_order, place, shipped_line

pytestmark = pytest.mark.django_db


def event(**payload):
    return Event(id=1, type="", key="", payload=payload, occurred_at=NOW)


def test_a_paid_order_is_pushed_once_however_often_its_event_comes():
    order = paid_order(make_listing(), make_listing())

    for _delivery in range(2):
        handlers.push_purchases_of_order(event(order_id=order.pk), NOW)

    rows = PurchasedLine.objects.order_by("pk")
    assert [row.line_reference for row in rows] == [line.reference for line in order.lines.order_by("pk")]
    assert {(row.order_reference, row.market, row.paid_at, row.user_id) for row in rows} == {
        (order.reference, "FR", NOW, None)
    }
    assert [row.product_id for row in rows] == list(order.lines.order_by("pk").values_list("product_id", flat=True))


def test_an_order_that_was_never_paid_is_nobodys_purchase():
    order = place(make_basket([make_listing()]))

    push_order(order_id=order.pk)

    assert not PurchasedLine.objects.exists()


def test_a_delivered_line_says_when_it_arrived_even_if_its_payment_is_told_last():
    line = shipped_line()
    arrived = NOW + timedelta(days=3)
    lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=arrived)

    handlers.push_delivered_purchase(event(line_id=line.pk), NOW)
    handlers.push_purchases_of_order(event(order_id=line.order_id), NOW)

    assert PurchasedLine.objects.get().delivered_at == arrived


def test_an_older_reading_that_comes_last_forgets_nothing():
    user = User.objects.create_user("ada@example.org", "x")
    line = OrderLine.objects.select_related("order").get(order=paid_order(user_id=user.pk))
    older = purchase_of(line)
    record_purchased_lines([replace(older, delivered_at=NOW)])

    record_purchased_lines([replace(older, user_id=None)])

    row = PurchasedLine.objects.get()
    assert (row.delivered_at, row.user_id) == (NOW, user.pk)


def test_a_claimed_order_tells_whose_it_is():
    user = User.objects.create_user("ada@example.org", "x")
    order = paid_order()
    push_order(order_id=order.pk)
    order.user = user
    order.save(update_fields=["user"])

    push_line(line_id=order.lines.get().pk)

    assert PurchasedLine.objects.get().user_id == user.pk
