from datetime import timedelta
from itertools import permutations

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core import outbox
from backmarket.core.errors import NotFoundError
from backmarket.notify.models import Message
from catalog.tests.factories import NOW, make_listing
from checkout.models import ParcelEvent
from checkout.services import refunds, tracking

from .factories import ACTOR, accept, paid_order, ship, shipped_line
from .test_order_page import sign_in, url_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def scan(parcel_id, key, code, *, at=NOW + timedelta(hours=5), now=LATER, **more):
    return tracking.record_parcel_event(
        parcel_id=parcel_id, carrier_event_id=key, code=code, at=at, actor=ACTOR, now=now, **more
    )


def test_a_scan_told_twice_is_one_and_the_first_telling_stays():
    line = shipped_line()

    first = scan(line.parcel_id, "1", "in_transit", place="Lyon")
    second = scan(line.parcel_id, "1", "delivered", place="Paris")

    line.refresh_from_db()
    assert second == first
    assert ParcelEvent.objects.get().place == "Lyon"
    assert line.state == "shipped"


def test_two_parcels_may_have_scans_of_the_same_id():
    one = shipped_line()
    other = paid_order().lines.get()
    accept(other)
    ship(other, imei="356938035643809")
    other.refresh_from_db()

    scan(one.parcel_id, "1", "in_transit")
    scan(other.parcel_id, "1", "in_transit")

    assert ParcelEvent.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_scans_come_the_line_is_delivered_once_at_the_carriers_instant(order):
    line = shipped_line()
    scans = [
        ("1", "in_transit", NOW + timedelta(hours=5)),
        ("2", "out_for_delivery", NOW + timedelta(hours=20)),
        ("3", "delivered", NOW + timedelta(hours=22)),
    ]

    for place in (*order, *order):
        key, code, at = scans[place]
        scan(line.parcel_id, key, code, at=at)

    line.refresh_from_db()
    assert (line.state, line.delivered_at) == ("delivered", NOW + timedelta(hours=22))
    assert [event.code for event in ParcelEvent.objects.filter(parcel=line.parcel)] == [
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]


@pytest.mark.parametrize(
    ("at", "delivered_at"),
    [(NOW - timedelta(days=400), NOW), (LATER + timedelta(days=1), LATER)],
)
def test_a_carriers_wrong_clock_moves_no_period(at, delivered_at):
    line = shipped_line()

    scan(line.parcel_id, "1", "delivered", at=at)

    line.refresh_from_db()
    assert line.delivered_at == delivered_at


def test_a_scan_of_a_line_whose_money_went_back_delivers_nothing():
    line = shipped_line()
    refunds.refund_line(line_id=line.pk, amount=None, reason="lost", borne_by="seller", actor=ACTOR, key="k", now=NOW)

    scan(line.parcel_id, "1", "delivered")

    line.refresh_from_db()
    assert line.state == "refunded_after_shipping"


@pytest.mark.parametrize(("key", "code"), [("", "delivered"), ("x" * 81, "delivered"), ("1", "beamed")])
def test_a_scan_that_says_nothing_known_is_refused(key, code):
    line = shipped_line()

    with pytest.raises(tracking.ScanUnreadableError):
        scan(line.parcel_id, key, code)

    assert not ParcelEvent.objects.exists()


def test_a_scan_of_no_parcel_is_refused():
    with pytest.raises(NotFoundError):
        scan(1, "1", "delivered")


def test_the_shopper_hears_once_that_it_arrives_today_and_once_that_it_is_there():
    line = shipped_line()

    at = LATER - timedelta(hours=2)
    for key in ("1", "2"):
        scan(line.parcel_id, key, "out_for_delivery", at=at)
    outbox.drain(now=LATER)
    scan(line.parcel_id, "3", "delivered", at=LATER)
    outbox.drain(now=LATER)

    kinds = list(Message.objects.filter(to=line.order.email).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["order_confirmed", "parcel_shipped", "parcel_arriving", "line_delivered"]
    assert f"6A{line.pk:011d}" in Message.objects.get(kind="parcel_arriving").text


def test_old_news_of_an_arrival_is_not_told():
    line = shipped_line()

    scan(line.parcel_id, "1", "out_for_delivery", at=LATER - timedelta(days=2))
    scan(line.parcel_id, "3", "delivered", at=LATER)
    scan(line.parcel_id, "2", "ready_for_pick_up", at=LATER - timedelta(hours=1))
    outbox.drain(now=LATER)

    assert not Message.objects.filter(kind__in=["parcel_arriving", "parcel_ready"]).exists()


def test_the_page_shows_what_the_carrier_said_and_its_part_alone(client):
    line = shipped_line()
    user = sign_in(client)
    type(line.order).objects.update(user=user)
    scan(line.parcel_id, "1", "out_for_delivery", place="Paris 11", text="With the courier <b>")

    page = client.get(url_of(line.order))
    part = client.get(url_of(line.order), {"part": "parcels"})

    assertContains(page, "Out for delivery")
    assertContains(page, "Paris 11")
    assertContains(page, "With the courier &lt;b&gt;")
    assertContains(part, "Paris 11")
    assertNotContains(part, "<html")


def test_lines_of_one_seller_that_go_the_same_way_share_a_parcel(client, django_assert_max_num_queries):
    first = make_listing()
    second = make_listing(seller=first.seller)
    order = paid_order(first, second, make_listing(), user_id=sign_in(client).pk)
    client.get(url_of(order))

    with django_assert_max_num_queries(11):
        page = client.get(url_of(order))

    assertContains(page, '<article class="card parcel">', count=2)
    assertContains(page, 'class="p-item"', count=3)
