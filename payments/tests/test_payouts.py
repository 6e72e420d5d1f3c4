"""Maturity and payouts: matured money only, never twice, the statement is the payout (M7)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from backmarket.core.models import AuditEntry, OutboxEvent
from backmarket.core.money import Money
from payments.enums import PayoutState
from payments.flows import payouts as flow
from payments.flows import sweep
from payments.models import Maturity, Payout, PayoutLine
from payments.selectors import balances_of, payouts_of
from payments.selectors.payouts import statement_of
from payments.services import maturity, payouts
from payments.services.maturity import AlreadyMaturedError
from payments.services.movements import NotEnoughFundsError
from payments.services.payouts import NothingToPayError
from payments.services.reasons import ReasonMissingError

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, mature, seller_share

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
LATER = NOW + timedelta(minutes=2)
# 98.00 less 10 % commission and 20 % VAT on it.
NET = 9_800 - 980 - 196


@pytest.fixture
def owner():
    return f"seller:{uuid4().hex[:8]}"


def shipped(owner, *, line="line:1"):
    payment = captured()
    dispatch(payment, line=line, owner=owner)
    return payment


def pay_out(owner):
    return payouts.create_payout(owner=owner, currency="EUR", actor=ACTOR, now=NOW)


def test_money_matures_on_its_day_and_not_before(owner):
    shipped(owner)

    assert maturity.release_matured(now=NOW + WEEK - timedelta(seconds=1)) == 0
    assert balances_of(owner)["EUR"].pending == eur(NET)
    assert maturity.release_matured(now=NOW + WEEK) == 1
    assert maturity.release_matured(now=NOW + WEEK) == 0
    assert (balances_of(owner)["EUR"].pending, balances_of(owner)["EUR"].payable) == (eur(0), eur(NET))


def test_a_line_is_dispatched_once(owner):
    payment = shipped(owner)
    dispatch(payment, owner=owner)

    assert Maturity.objects.count() == 1
    assert balances_of(owner)["EUR"].pending == eur(NET)


def test_a_dispatch_cannot_spend_more_than_was_paid(owner):
    payment = captured(amount=9_999)

    with pytest.raises(NotEnoughFundsError):
        dispatch(payment, owner=owner)

    assert (Maturity.objects.count(), balances_of(owner)) == (0, {})


def test_early_release_is_named_and_audited(owner):
    shipped(owner)

    maturity.release_early(line_reference="line:1", actor=ACTOR, reason="seller in need", now=NOW)

    entry = AuditEntry.objects.get(action="released early")
    assert (entry.actor_user_id, entry.reason) == (7, "seller in need")
    assert balances_of(owner)["EUR"].payable == eur(NET)
    with pytest.raises(AlreadyMaturedError):
        mature()


def test_early_release_needs_a_reason(owner):
    shipped(owner)

    with pytest.raises(ReasonMissingError):
        maturity.release_early(line_reference="line:1", actor=ACTOR, reason=" ", now=NOW)

    assert balances_of(owner)["EUR"].payable == eur(0)


def test_a_payout_takes_all_that_is_payable_and_its_statement_sums_to_it(owner):
    payment = shipped(owner)
    mature()
    shipped(owner, line="line:2")
    mature("line:2")
    ask_refund(payment, 1_234, shares=seller_share(1_234), line="line:1")

    payout = pay_out(owner)

    lines = statement_of(payout)
    assert [(line.kind, line.amount) for line in lines] == [
        ("matured", eur(NET)),
        ("matured", eur(NET)),
        ("refund_created", eur(-1_234)),
    ]
    assert Money.total((line.amount for line in lines), "EUR") == payout.amount == eur(2 * NET - 1_234)
    assert balances_of(owner)["EUR"].payable == eur(0)
    assert balances_of(owner)["EUR"].in_transit == payout.amount


def test_a_second_payout_finds_nothing(owner):
    shipped(owner)
    mature()
    pay_out(owner)

    with pytest.raises(NothingToPayError):
        pay_out(owner)

    assert Payout.objects.count() == 1


def test_pending_money_is_never_paid_out(owner):
    shipped(owner)

    with pytest.raises(NothingToPayError):
        pay_out(owner)

    assert (Payout.objects.count(), PayoutLine.objects.count()) == (0, 0)


def test_a_negative_balance_is_carried_over_and_paid_off_first(owner):
    payment = shipped(owner)
    mature()
    pay_out(owner)
    ask_refund(payment, 3_000, shares=seller_share(3_000), line="line:1")
    assert balances_of(owner)["EUR"].payable == eur(-3_000)

    with pytest.raises(NothingToPayError):
        pay_out(owner)
    shipped(owner, line="line:2")
    mature("line:2")
    second = pay_out(owner)

    assert second.amount == eur(NET - 3_000)
    assert [line.amount for line in statement_of(second)] == [eur(-3_000), eur(NET)]


def test_a_payout_is_sent_and_confirmed(owner, sandbox_provider):
    shipped(owner)
    mature()
    payout = pay_out(owner)

    sent = flow.send_payout(payout_id=payout.public_id, now=NOW)
    assert sent.state == PayoutState.SENT
    sandbox_provider.settled("transfers", payout.public_id)
    done = flow.send_payout(payout_id=payout.public_id, now=LATER)

    assert (done.state, done.paid_at) == (PayoutState.PAID, LATER)
    assert balances_of(owner)["EUR"].in_transit == eur(0)
    assert payouts_of(owner) == [done]
    assert OutboxEvent.objects.filter(type="payments.payout.paid.v1").count() == 1


@pytest.mark.parametrize("after_paid", [False, True])
def test_a_returned_payout_is_payable_again(owner, sandbox_provider, after_paid):
    shipped(owner)
    mature()
    payout = pay_out(owner)
    flow.send_payout(payout_id=payout.public_id, now=NOW)
    sandbox_provider.settled("transfers", payout.public_id)
    if after_paid:
        flow.send_payout(payout_id=payout.public_id, now=NOW)

    sandbox_provider.return_transfer(payout.public_id)
    returned = flow.send_payout(payout_id=payout.public_id, now=LATER)

    assert returned.state == PayoutState.RETURNED
    assert balances_of(owner)["EUR"].payable == eur(NET)
    assert balances_of(owner)["EUR"].in_transit == eur(0)
    again = pay_out(owner)
    assert [(line.kind, line.amount) for line in statement_of(again)] == [("payout_returned", eur(NET))]


def test_an_unknown_payout_is_looked_up_and_never_doubled(owner, sandbox_provider):
    shipped(owner)
    mature()
    payout = pay_out(owner)
    sandbox_provider.setup(lose_next=1)

    assert flow.send_payout(payout_id=payout.public_id, now=NOW).state == PayoutState.CREATED
    sandbox_provider.settled("transfers", payout.public_id)
    sweep.sweep(now=LATER)

    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID
    assert len(sandbox_provider.objects("transfers", payout.public_id)) == 1


def test_a_payout_that_was_never_sent_is_sent_by_the_sweep(owner, sandbox_provider):
    shipped(owner)
    mature()
    payout = pay_out(owner)

    sweep.sweep(now=LATER)

    assert len(sandbox_provider.objects("transfers", payout.public_id)) == 1


def test_refunds_of_another_line_do_not_reach_this_seller(owner):
    shipped(owner)
    other = captured()
    dispatch(other, line="line:other", owner=SELLER)

    ask_refund(other, 500, shares=seller_share(500), line="line:other")

    assert balances_of(owner)["EUR"].pending == eur(NET)
