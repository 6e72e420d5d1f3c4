"""Races on a real database; each guard has a twin that takes it away and shows what it holds off (M2, M7)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from backmarket.core.money import Money
from payments import locks
from payments.models import Account, Payment, Payout, PayoutLine, Refund
from payments.selectors import balances_of
from payments.selectors.payouts import statement_of
from payments.services import maturity, movements, payouts, refunds
from payments.services.payouts import NothingToPayError
from payments.services.refunds import RefundExceedsCaptureError

from .factories import ACTOR, NOW, ask_refund, dispatch, durable_captured, eur, intent, mature, seller_share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
NET = 9_800 - 980 - 196


def together(*tasks):
    """Run the tasks at the same moment, each on a connection of its own; return what each gave or raised."""
    start = threading.Barrier(len(tasks))

    def run(task):
        try:
            start.wait(10)
            return task()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_twenty_refunds_at_once_never_exceed_the_capture(seed):
    payment = durable_captured()
    dice = Random(seed)
    amounts = [dice.randint(1, 3_000) for _ in range(20)]

    outcomes = together(*[lambda amount=amount: ask_refund(payment, amount) for amount in amounts])

    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(error) for error in refused} <= {RefundExceedsCaptureError}
    accepted = sum(refund.amount_minor for refund in Refund.objects.all())
    assert accepted <= 10_000
    # Nobody was refused who would still have fitted at the end.
    rest = 10_000 - accepted
    assert len(refused) + Refund.objects.count() == 20
    assert all(amount > rest for amount, outcome in zip(amounts, outcomes, strict=True) if outcome in refused)


def test_without_the_lock_two_refunds_exceed_the_capture(monkeypatch):
    payment = durable_captured()
    both_looked = threading.Barrier(2)
    guard = movements.require_customer_funds

    def slow_guard(**facts):
        guard(**facts)
        both_looked.wait(10)

    monkeypatch.setattr(locks, "lock_payments_of", lambda reference: list(Payment.objects.filter(reference=reference)))
    monkeypatch.setattr(refunds, "require_customer_funds", slow_guard)

    together(lambda: ask_refund(payment, 6_000), lambda: ask_refund(payment, 6_000))

    assert sum(refund.amount_minor for refund in Refund.objects.all()) == 12_000


def test_the_same_refund_key_at_once_makes_one_refund():
    payment = durable_captured()

    outcomes = together(*[lambda: ask_refund(payment, 1_000, key="k") for _ in range(8)])

    assert len({outcome.public_id for outcome in outcomes}) == 1
    assert Refund.objects.count() == 1


def matured_seller():
    owner = f"seller:{uuid4().hex[:8]}"
    payment = durable_captured()
    dispatch(payment, owner=owner, line=f"line:{owner}")
    mature(f"line:{owner}")
    return owner, payment


def pay_out(owner):
    return payouts.create_payout(owner=owner, currency="EUR", actor=ACTOR, now=NOW)


@pytest.mark.parametrize("round_number", range(6))
def test_a_payout_and_a_refund_at_once_lose_and_double_nothing(round_number):
    owner, payment = matured_seller()

    outcomes = together(
        lambda: pay_out(owner),
        lambda: ask_refund(payment, 3_000, shares=seller_share(3_000), line=f"line:{owner}"),
    )

    assert [error for error in outcomes if isinstance(error, Exception)] == []
    payout = Payout.objects.get()
    assert payout.amount in (eur(NET), eur(NET - 3_000))
    assert balances_of(owner)["EUR"].payable == eur(NET - 3_000) - payout.amount
    assert Money.total((line.amount for line in statement_of(payout)), "EUR") == payout.amount


def test_eight_payouts_at_once_pay_once():
    owner, _ = matured_seller()

    outcomes = together(*[lambda: pay_out(owner) for _ in range(8)])

    assert sum(isinstance(outcome, Payout) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes} == {Payout, NothingToPayError}
    assert balances_of(owner)["EUR"].in_transit == eur(NET)


def test_without_the_lock_the_database_still_refuses_to_settle_a_posting_twice(monkeypatch):
    owner, _ = matured_seller()
    both_looked = threading.Barrier(2)

    def unlocked(owners, currency):
        found = list(Account.objects.filter(kind="seller_payable", owner__in=owners, currency=currency))
        both_looked.wait(10)
        return found

    monkeypatch.setattr(locks, "lock_payable", unlocked)

    outcomes = together(lambda: pay_out(owner), lambda: pay_out(owner))

    # Without the lock the second either collides on a settled posting or, being later, finds none.
    assert sum(isinstance(outcome, Payout) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes} - {Payout} <= {IntegrityError, NothingToPayError}
    assert PayoutLine.objects.count() == 1


def test_sweepers_side_by_side_mature_each_line_once():
    owner = f"seller:{uuid4().hex[:8]}"
    for number in range(12):
        dispatch(durable_captured(), owner=owner, line=f"line:{owner}:{number}")
    later = NOW.replace(day=30)

    outcomes = together(*[lambda: maturity.release_matured(now=later, limit=5) for _ in range(4)])

    assert sum(outcomes) == 12
    assert balances_of(owner)["EUR"].payable == eur(12 * NET)


def test_one_intent_is_stored_when_two_tabs_start_at_once():
    outcomes = together(*[lambda: intent(reference="order:a", key="k").public_id for _ in range(6)])

    assert len(set(outcomes)) == 1
    assert Payment.objects.count() == 1
