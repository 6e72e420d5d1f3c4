"""A seller's movements: all of them, found by filters, never another's; what the next payout is made of."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.tests.factories import NOW, make_listing
from checkout.tests.factories import accept, paid_order, ship, shipped_line
from merchants.enums import Role
from payments.rules import movements
from payments.selectors.ledger import balances_of
from payments.selectors.seller_money import Wanted, all_movements_of, unsettled_of
from payments.services import maturity, payouts
from payments.services.adjustments import hold_reserve
from payments.services.ledger import post_entry

from .factories import office_of

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
PAGE = reverse("office:transactions")


def mature(line):
    maturity.release_early(line_reference=line.reference, actor=ACTOR, reason="test", now=NOW)


@pytest.fixture
def line():
    return shipped_line()


def owner(line):
    return f"seller:{line.seller_id}"


def test_movements_sum_to_the_balances(line):
    mature(line)
    hold_reserve(owner=owner(line), amount=Money(1_000, "EUR"), reason="x", actor=ACTOR, key="r", now=NOW)
    payouts.create_payout(owner=owner(line), currency="EUR", actor=ACTOR, now=NOW)

    found = list(all_movements_of(Wanted(owner(line), "EUR")))

    balance = balances_of(owner(line))["EUR"]
    assert [one.kind for one in found] == ["payout_created", "reserve_held", "matured", "line_dispatched"]
    for name in ("pending", "payable", "reserve", "in_transit"):
        assert Money.total((getattr(one, name) for one in found), "EUR") == getattr(balance, name)


def test_the_page_shows_each_movement_with_its_order(line):
    mature(line)

    page = office_of(line.seller, Role.FINANCE).get(PAGE)

    assertContains(page, line.order.number_text, count=2)
    assertContains(page, "€403.92")
    assertContains(page, "-€403.92")


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"kind": "matured"}, ["matured"]),
        ({"since": "2026-11-23", "until": "2026-11-23"}, ["matured", "line_dispatched"]),
        ({"since": "2026-11-24"}, []),
        ({"until": "2026-11-22"}, []),
        ({"order": "own"}, ["matured", "line_dispatched"]),
        ({"order": "1"}, []),
        ({"order": "x"}, []),
    ],
)
def test_filters(line, asked, kinds):
    mature(line)
    if asked.get("order") == "own":
        asked = {"order": line.order.number_text}

    page = office_of(line.seller).get(PAGE, asked)

    assert [row.kind for row, *_ in page.context["rows"]] == kinds


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"kind": "sale"}, {"currency": "XXX"}, {"before": "x,1"}, {"before": "2026-01-01,1"}]
)
def test_filters_typed_wrongly_show_all_and_say_so(line, asked):
    page = office_of(line.seller).get(PAGE, asked)

    assert page.status_code == 200
    assert len(page.context["rows"]) == 1


def test_days_in_the_wrong_order_are_told(line):
    page = office_of(line.seller).get(PAGE, {"since": "2026-11-24", "until": "2026-11-23"})

    assertContains(page, "This day is before the first.")


def test_another_sellers_order_is_not_found(line):
    other = paid_order(make_listing()).lines.get()
    accept(other)
    ship(other, imei="356938035643809")

    office = office_of(line.seller)

    assert office.get(PAGE, {"order": other.order.number_text}).context["rows"] == []
    assertNotContains(office.get(PAGE), other.order.number_text)


def many(line, count):
    for number in range(count):
        amount = Money(100 + number, "EUR")
        post_entry(
            kind="reserve_held",
            reference=owner(line),
            postings=movements.reserve_held(owner=owner(line), amount=amount),
            key=f"many:{number}",
            occurred_at=NOW + timedelta(seconds=number // 2),
        )


def test_pages_follow_each_other_without_gap_or_repeat(line, django_assert_max_num_queries):
    many(line, 120)
    office = office_of(line.seller)
    seen, address = [], PAGE
    while address:
        with django_assert_max_num_queries(14):
            page = office.get(address)
        seen += [row.entry_id for row, *_ in page.context["rows"]]
        address = f"{PAGE}?{page.context['older']}" if page.context["older"] else ""

    assert len(seen) == 121
    assert len(set(seen)) == 121


def test_the_download_has_all_that_was_found(line):
    many(line, 120)

    answer = office_of(line.seller).get(reverse("office:transactions_csv"), {"kind": "reserve_held"})

    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert len(rows) == 120
    assert (rows[0]["payable"], rows[0]["reserve"], rows[0]["currency"]) == ("-2.19", "2.19", "EUR")


def test_the_next_payout_is_explained_line_by_line_and_by_day(line):
    office = office_of(line.seller)
    page = office.get(reverse("office:upcoming", args=["EUR"]))
    assert [amount for _day, amount in page.context["maturing"]] == [Money(40_392, "EUR")]
    assertContains(page, "Nothing is payable yet.")

    mature(line)

    page = office.get(reverse("office:upcoming", args=["EUR"]))
    assert [(one.line.amount, one.order_number) for one, _ in page.context["movements"]] == [
        (Money(40_392, "EUR"), line.order.number)
    ]
    assert page.context["payable"] == Money(40_392, "EUR")
    payouts.create_payout(owner=owner(line), currency="EUR", actor=ACTOR, now=NOW)
    assert unsettled_of(owner(line), "EUR", limit=9) == []


@pytest.mark.parametrize(
    "address", [PAGE, reverse("office:transactions_csv"), reverse("office:upcoming", args=["EUR"])]
)
def test_only_those_who_see_money_see_it(line, address):
    assert office_of(line.seller, Role.ORDERS).get(address).status_code in (403, 404)
