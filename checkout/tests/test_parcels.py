"""Late, lost and returned parcels: what scans and silence say, and that the shopper's money goes back once."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from pytest_django.asserts import assertContains

from backmarket.core import outbox
from backmarket.core.models import AuditEntry
from backmarket.core.states import MoveRefusedError
from backmarket.notify.models import Message
from catalog.tests.factories import NOW
from checkout import locks, slots
from checkout.enums import ParcelCode, ParcelState
from checkout.flows import delivery
from checkout.models import OrderLine, Parcel, ParcelEvent
from checkout.rules import parcels as rules
from checkout.services import parcels, tracking
from checkout.services.parcels import ReasonMissingError
from payments.models import Refund

from .factories import ACTOR, IMEI, accept, paid_order, ship, shipped_line
from .test_address_changes import at_once
from .test_order_page import sign_in, url_of

db = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def after(line, days):
    """Noon of a day so many days after the last promised one."""
    return datetime.combine(line.latest_delivery_date, NOW.time(), tzinfo=UTC) + timedelta(days=days)


def scan(line, code, *, at, now=None):
    return tracking.record_parcel_event(
        parcel_id=line.parcel_id, carrier_event_id=f"{code}{at}", code=code, at=at, actor=ACTOR, now=now or at
    )


def tracked_line(imei=IMEI):
    line = paid_order().lines.get()
    accept(line)
    ship(line, imei=imei)
    line.refresh_from_db()
    scan(line, "in_transit", at=NOW + timedelta(hours=5))
    return line


def state_of(line):
    line.refresh_from_db()
    return line.state, Parcel.objects.get(pk=line.parcel_id).state


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        (["handed_over", "in_transit"], ParcelState.ON_ITS_WAY),
        (["out_for_delivery", "failed_attempt", "returning"], ParcelState.RETURNING),
        (["returning", "in_transit"], ParcelState.RETURNING),
        (["returning", "out_for_delivery"], ParcelState.ON_ITS_WAY),
        (["returning", "returned", "in_transit"], ParcelState.RETURNED),
        (["returning", "delivered"], ParcelState.DELIVERED),
        ([], ParcelState.ON_ITS_WAY),
    ],
)
def test_scans_together_say_where_a_parcel_is(codes, state):
    assert rules.state_by_scans([ParcelCode(code) for code in codes]) == state


@pytest.mark.parametrize(
    ("today", "last", "is_silent"),
    [
        # Ten working days from Friday 6 November, the 11th being a holiday in France: Monday the 23rd.
        (date(2026, 11, 23), "in_transit", False),
        (date(2026, 11, 24), "in_transit", True),
        (date(2026, 11, 24), "ready_for_pick_up", False),
        (date(2026, 12, 8), "ready_for_pick_up", True),
    ],
)
def test_silence_is_counted_in_working_days_and_longer_at_a_pick_up_point(today, last, is_silent):
    said = rules.is_silent(news_date=date(2026, 11, 6), last_code=last, today=today, country="FR")

    assert said is is_silent


@db
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_its_scans_come_a_parcel_that_came_back_came_back(order):
    line = shipped_line()
    told = [
        (code, NOW + timedelta(hours=hours))
        for code, hours in (("failed_attempt", 5), ("returning", 9), ("returned", 30))
    ]

    for place in order:
        code, at = told[place]
        scan(line, code, at=at, now=NOW + timedelta(days=2))

    assert state_of(line) == ("shipped", "returned")


@committed
def test_a_tracked_parcel_is_told_late_once_and_never_assumed_delivered(monkeypatch):
    monkeypatch.setattr(slots, "_contacts", [lambda seller_id: [("workshop@example.org", "en-gb")]])
    line = tracked_line()

    found = [delivery.watch_parcels(now=after(line, days)) for days in (0, 1, 2)]
    outbox.drain(now=after(line, 2))

    assert found == [0, 1, 0]
    assert state_of(line) == ("shipped", "on_its_way")
    assert Parcel.objects.get().late_at == after(line, 1)
    assert "longer than promised" in Message.objects.get(kind="parcel_late").subject
    assert Message.objects.get(kind="seller_parcel_late").to == "workshop@example.org"


@committed
def test_after_ten_working_days_of_silence_a_parcel_is_lost_and_its_money_goes_back_once(monkeypatch):
    monkeypatch.setattr(slots, "_contacts", [lambda seller_id: [("workshop@example.org", "en-gb")]])
    line = tracked_line()
    now = after(line, 20)

    assert delivery.watch_parcels(now=now) == 1
    done = [delivery.refund_undelivered(now=now) for _ in range(2)]
    outbox.drain(now=now)

    assert done == [1, 0]
    assert state_of(line) == ("refunded_after_shipping", "lost")
    refund = Refund.objects.get()
    assert (refund.amount, refund.borne_by, refund.reason) == (line.total, "seller", "parcel lost")
    assert "was lost on its way" in Message.objects.get(kind="parcel_lost").subject
    assert "refunded from your balance" in Message.objects.get(kind="seller_parcel_lost").text
    assert "Your parcel was lost on its way." in Message.objects.get(kind="line_refunded").text


@committed
def test_a_sign_of_life_starts_the_silence_anew():
    line = tracked_line()
    scan(line, "delayed", at=after(line, 15))

    delivery.watch_parcels(now=after(line, 20))

    assert state_of(line) == ("shipped", "on_its_way")


@committed
@pytest.mark.parametrize("end", ["scan", "silence"])
def test_a_parcel_that_came_back_is_refunded_and_its_shopper_told_on_the_way(end):
    line = tracked_line()
    scan(line, "returning", at=after(line, 1))
    outbox.drain(now=after(line, 1))
    if end == "scan":
        scan(line, "returned", at=after(line, 4))
    now = after(line, 30)

    delivery.watch_parcels(now=now)
    assert delivery.refund_undelivered(now=now) == 1
    outbox.drain(now=now)

    assert state_of(line) == ("refunded_after_shipping", "returned")
    assert "goes back to the seller" in Message.objects.get(kind="parcel_returning").subject
    assert "back at the seller" in Message.objects.get(kind="line_refunded").text
    assert not Message.objects.filter(kind="parcel_lost").exists()


@committed
def test_a_parcel_that_is_found_before_its_money_went_is_delivered_and_not_refunded():
    line = tracked_line()
    now = after(line, 20)
    delivery.watch_parcels(now=now)

    scan(line, "delivered", at=now)

    assert delivery.refund_undelivered(now=now) == 0
    assert state_of(line) == ("delivered", "delivered")
    assert not Refund.objects.exists()


@pytest.mark.race
@committed
def test_of_a_refund_and_a_delivery_at_once_the_first_wins():
    lost, found = tracked_line(), tracked_line(imei="356938035643809")
    now = after(lost, 20)
    delivery.watch_parcels(now=now)

    def refund(line):
        return lambda: parcels.refund_undelivered(line_id=line.pk, parcel_id=line.parcel_id, actor=ACTOR, now=now)

    first = at_once(refund(lost), lambda: scan(lost, "delivered", at=now))
    second = at_once(lambda: scan(found, "delivered", at=now), refund(found))

    assert (first, second) == (("done", "done"), ("done", "move_refused"))
    assert state_of(lost) == ("refunded_after_shipping", "delivered")
    assert state_of(found) == ("delivered", "delivered")
    assert Refund.objects.count() == 1


@pytest.mark.race
@committed
def test_twin_without_the_locks_what_is_delivered_is_refunded_too(monkeypatch):
    line = tracked_line()
    now = after(line, 20)
    delivery.watch_parcels(now=now)
    monkeypatch.setattr(locks, "lock_parcel", lambda pk: Parcel.objects.select_related("order").get(pk=pk))
    monkeypatch.setattr(locks, "lock_line", lambda pk: OrderLine.objects.select_related("order", "seller").get(pk=pk))

    told = at_once(
        lambda: scan(line, "delivered", at=now),
        lambda: parcels.refund_undelivered(line_id=line.pk, parcel_id=line.parcel_id, actor=ACTOR, now=now),
    )

    assert told == ("done", "done")
    assert Refund.objects.count() == 1


@db
def test_staff_decide_for_a_reason_that_the_trail_keeps():
    line = shipped_line()
    parcel_id = Parcel.objects.get().pk

    with pytest.raises(ReasonMissingError):
        parcels.declare(parcel_id=parcel_id, state=ParcelState.LOST, reason=" ", actor=ACTOR, now=NOW)
    assert state_of(line) == ("shipped", "on_its_way")
    parcels.declare(parcel_id=parcel_id, state=ParcelState.LOST, reason="told by phone", actor=ACTOR, now=NOW)

    assert state_of(line) == ("shipped", "lost")
    assert AuditEntry.objects.get(action="state:on_its_way->lost").reason == "told by phone"
    with pytest.raises(MoveRefusedError):
        parcels.declare(parcel_id=parcel_id, state=ParcelState.LOST, reason="again", actor=ACTOR, now=NOW)


@db
def test_the_order_page_says_what_went_wrong_and_that_the_money_comes(client):
    line = shipped_line()
    user = sign_in(client)
    type(line.order).objects.update(user=user)
    scan(line, "returning", at=NOW + timedelta(days=3))

    page = client.get(url_of(line.order))

    assertContains(page, "takes it back to the seller")
    assertContains(page, "Back at the seller")
    assert ParcelEvent.objects.count() == 1
