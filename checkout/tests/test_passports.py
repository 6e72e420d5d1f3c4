from datetime import date, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core import clock
from catalog.tests.factories import NOW
from checkout.models import Order
from checkout.rules import warranty
from checkout.services import lines

from .factories import ACTOR, IMEI, paid_order, shipped_line
from .test_order_page import sign_in, url_of


@pytest.mark.parametrize(
    ("delivered", "months", "last"),
    [
        (date(2026, 11, 24), 12, date(2027, 11, 24)),
        (date(2027, 8, 31), 18, date(2029, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_a_warranty_ends_on_the_day_it_began_or_the_months_last(delivered, months, last):
    assert warranty.last_day(delivered, months) == last


def test_the_clock_runs_from_delivery_to_nothing():
    def left(today):
        counted = warranty.clock_of(delivered=date(2026, 11, 24), months=12, today=today)
        return counted.days_left, counted.percent_left, counted.is_over

    assert left(date(2026, 11, 24)) == (365, 100, False)
    assert left(date(2027, 11, 23)) == (1, 0, False)
    assert left(date(2027, 11, 25)) == (0, 0, True)


@pytest.mark.django_db
def test_the_owner_sees_the_passport_with_its_number_masked_and_its_clock(client, monkeypatch):
    line = shipped_line()
    lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=NOW)
    Order.objects.update(user=sign_in(client))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=10))

    page = client.get(url_of(line.order))

    assertContains(page, "Device passport")
    assertContains(page, "49••••••••••518")
    assertContains(page, IMEI, count=1)
    assertContains(page, "355 days of warranty left")
    assertContains(page, "31 tests, each one passed")


@pytest.mark.django_db
def test_what_has_not_left_has_no_passport(client):
    order = paid_order(user_id=sign_in(client).pk)

    assertNotContains(client.get(url_of(order)), "Device passport")


@pytest.mark.django_db
def test_a_stranger_sees_no_passport(client):
    line = shipped_line()
    sign_in(client, "eve@example.org")

    assert client.get(url_of(line.order)).status_code == 404
