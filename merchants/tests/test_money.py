import csv
from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.tests.factories import NOW
from checkout.tests.factories import shipped_line
from merchants.enums import Role
from payments.enums import PayoutSchedule
from payments.rules.payout_terms import Terms
from payments.services import maturity, payouts
from payments.services.payout_terms import set_terms

from .factories import office_of

ACTOR = Actor.system("test")


@pytest.fixture
def paid_out(db):
    """A line of a seller and the payout of its 403.92 euros."""
    line = shipped_line()
    maturity.release_early(line_reference=line.reference, actor=ACTOR, reason="test", now=NOW)
    payout = payouts.create_payout(owner=f"seller:{line.seller_id}", currency="EUR", actor=ACTOR, now=NOW)
    return line, payout


def test_a_statement_lists_what_a_payout_is_made_of_to_the_cent(paid_out):
    line, payout = paid_out
    office = office_of(line.seller, Role.FINANCE)

    page = office.get(reverse("office:payout", args=[payout.public_id]))

    movements = [movement for movement, _ in page.context["movements"]]
    assert [(one.order_number, one.line.amount) for one in movements] == [(line.order.number, Money(40_392, "EUR"))]
    assert page.context["payout"].amount == Money(40_392, "EUR")
    assert "€403.92" in page.content.decode()


def test_the_statement_is_downloaded_as_csv(paid_out):
    line, payout = paid_out

    response = office_of(line.seller).get(reverse("office:payout_csv", args=[payout.public_id]))

    rows = list(csv.DictReader(response.content.decode().splitlines()))
    assert response["Content-Disposition"].startswith('attachment; filename="payout-2026-11-23-')
    assert [(row["order"], row["item"], row["amount"], row["currency"]) for row in rows] == [
        (line.order.number_text, str(line), "403.92", "EUR")
    ]


def test_a_title_that_looks_like_a_formula_stays_a_text(paid_out):
    line, payout = paid_out
    line.title = "=HYPERLINK(1)"
    line.save(update_fields=["title"])

    response = office_of(line.seller).get(reverse("office:payout_csv", args=[payout.public_id]))

    assert next(csv.DictReader(response.content.decode().splitlines()))["item"].startswith("'=HYPERLINK")


def test_balances_show_what_is_payable_maturing_and_on_its_way(paid_out):
    line, _payout = paid_out

    page = office_of(line.seller).get(reverse("office:payouts"))

    balance = page.context["balances"]["EUR"]
    assert (balance.pending, balance.payable, balance.in_transit) == (
        Money(0, "EUR"),
        Money(0, "EUR"),
        Money(40_392, "EUR"),
    )


@pytest.mark.parametrize(
    ("weekday", "expected", "said"),
    [(None, date(2026, 11, 26), "on the 6th, 16th and 26th"), (2, date(2026, 11, 25), "once a week")],
)
def test_the_next_payout_is_by_the_sellers_own_terms(paid_out, weekday, expected, said):
    line, _payout = paid_out
    owner = f"seller:{line.seller_id}"
    if weekday is not None:
        weekly = Terms(PayoutSchedule.WEEKLY, weekday)
        set_terms(owner=owner, currency="EUR", terms=weekly, reason="asked", actor=ACTOR, now=NOW)

    with clock.travel(NOW - clock.now()):
        page = office_of(line.seller).get(reverse("office:payouts"))

    assert page.context["next_payout"] == expected
    assertContains(page, said)
