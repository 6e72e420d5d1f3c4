"""Terms, holds and the rolling reserve at payout, through the services (M7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backmarket.core.models import AuditEntry
from backmarket.core.money import Money
from payments.enums import HoldKind, PayoutSchedule
from payments.models import Entry, Payout, PayoutHold, PayoutLine, PayoutTerms, RollingReserve
from payments.providers.base import ProviderTransfer, Truth
from payments.rules.payout_terms import Terms
from payments.selectors import balances_of
from payments.selectors.checks import differences
from payments.selectors.payout_terms import terms_of
from payments.selectors.payouts import statement_of
from payments.services import adjustments, payouts, reserves
from payments.services.payout_terms import HeldAlreadyError, TermsRefusedError, hold_payouts, lift_hold, set_terms
from payments.services.payouts import NothingToPayError, PayoutHeldError
from payments.services.reasons import ReasonMissingError

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, mature, seller_share

pytestmark = pytest.mark.django_db
NET = 9_800 - 980 - 196
KEPT = 862
TENTH = Terms(reserve_percent=Decimal(10), reserve_days=30)
DUE = NOW + timedelta(days=30)


def payable(line="line:1"):
    payment = captured()
    dispatch(payment, line=line)
    mature(line)
    return payment


def agree(terms=TENTH, reason="new seller"):
    return set_terms(owner=SELLER, currency="EUR", terms=terms, reason=reason, actor=ACTOR, now=NOW)


def hold(kind=HoldKind.BY_HAND, reason="odd orders"):
    return hold_payouts(owner=SELLER, kind=kind, reason=reason, actor=ACTOR, now=NOW)


def pay_out():
    return payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)


def test_a_share_of_a_payout_stays_in_reserve_and_the_statement_shows_it():
    agree()
    payable()

    payout = pay_out()

    assert payout.amount == eur(NET - KEPT)
    assert [(line.kind, line.amount) for line in statement_of(payout)] == [
        ("matured", eur(NET)),
        ("reserve_held", eur(-KEPT)),
    ]
    balance = balances_of(SELLER)["EUR"]
    assert (balance.payable, balance.reserve, balance.in_transit) == (eur(0), eur(KEPT), eur(NET - KEPT))
    assert list(differences()) == []


def test_a_reserve_is_released_after_its_days_and_then_paid_in_full():
    agree()
    payable()
    pay_out()

    assert reserves.release_due_reserves(now=DUE - timedelta(seconds=1)) == 0
    assert reserves.release_due_reserves(now=DUE) == 1
    assert reserves.release_due_reserves(now=DUE) == 0
    assert (balances_of(SELLER)["EUR"].reserve, balances_of(SELLER)["EUR"].payable) == (eur(0), eur(KEPT))
    assert pay_out().amount == eur(KEPT)
    assert RollingReserve.objects.count() == 1
    assert list(differences()) == []


def test_a_reserve_that_the_books_do_not_have_is_found():
    agree()
    payable()
    payout = pay_out()

    RollingReserve.objects.update(amount_minor=KEPT + 1)

    assert list(differences()) == [f"reserve payout:{payout.public_id} EUR: stored {KEPT + 1}, ledger {KEPT}"]


def test_a_payout_that_comes_back_leaves_its_reserve_and_is_paid_again_in_full():
    agree()
    payable()
    payout = pay_out()

    payouts.record_truth(payout_id=payout.public_id, truth=ProviderTransfer("tr", Truth.SUCCEEDED), now=NOW)
    payouts.record_truth(payout_id=payout.public_id, truth=ProviderTransfer("tr", Truth.RETURNED), now=DUE)

    assert balances_of(SELLER)["EUR"].payable == eur(NET - KEPT)
    assert pay_out().amount == eur(NET - KEPT)
    assert balances_of(SELLER)["EUR"].reserve == eur(KEPT)


def test_a_carry_over_is_taken_before_the_reserve():
    payment = payable()
    pay_out()
    agree()
    ask_refund(payment, 3_000, shares=seller_share(3_000), line="line:1")
    payable("line:2")

    second = pay_out()

    kept = eur(NET - 3_000).share(Decimal("0.1"))
    assert second.amount == eur(NET - 3_000) - kept
    assert Money.total((line.amount for line in statement_of(second)), "EUR") == second.amount


def test_a_rolling_reserve_is_not_released_by_hand_as_if_it_were_held_by_hand():
    agree()
    payable()
    pay_out()

    with pytest.raises(adjustments.AmountNotThereError):
        adjustments.release_reserve(owner=SELLER, amount=eur(1), reason="asked", actor=ACTOR, key="k", now=NOW)

    assert not Entry.objects.filter(kind="reserve_released").exists()


@pytest.mark.parametrize("kind", HoldKind)
def test_a_held_seller_is_not_paid_until_the_hold_is_lifted(kind):
    payable()
    hold(kind)

    with pytest.raises(PayoutHeldError):
        pay_out()
    assert (Payout.objects.count(), PayoutLine.objects.count()) == (0, 0)
    lift_hold(owner=SELLER, kind=kind, reason="cleared", actor=ACTOR, now=NOW)

    assert pay_out().amount == eur(NET)
    audited = AuditEntry.objects.filter(action__in=("payouts held", "payout hold lifted")).order_by("pk")
    assert [(entry.action, entry.reason) for entry in audited] == [
        ("payouts held", "odd orders"),
        ("payout hold lifted", "cleared"),
    ]


def test_two_holds_are_lifted_one_by_one_and_none_is_set_twice():
    payable()
    hold(HoldKind.QUALITY)
    hold(HoldKind.DISPUTES)
    with pytest.raises(HeldAlreadyError):
        hold(HoldKind.QUALITY)

    lift_hold(owner=SELLER, kind=HoldKind.QUALITY, reason="better", actor=ACTOR, now=NOW)

    assert PayoutHold.objects.filter(lifted_at=None).count() == 1
    with pytest.raises(PayoutHeldError):
        pay_out()


def test_a_person_may_pay_below_the_minimum():
    agree(Terms(minimum_minor=NET + 1))
    payable()

    assert pay_out().amount == eur(NET)


def test_no_payout_is_made_of_what_stays_in_reserve_wholly():
    payment = payable()
    pay_out()
    agree(Terms(reserve_percent=Decimal(99), reserve_days=9))
    ask_refund(payment, NET - 1, shares=seller_share(NET - 1), line="line:1")
    payable("line:2")

    # One cent is left, all of which would be kept.
    with pytest.raises(NothingToPayError):
        pay_out()

    assert RollingReserve.objects.count() == 0


@pytest.mark.parametrize(
    "terms",
    [
        Terms(schedule="hourly"),
        Terms(schedule=PayoutSchedule.WEEKLY, weekday=7),
        Terms(minimum_minor=-1),
        Terms(reserve_percent=Decimal(100), reserve_days=1),
        Terms(reserve_percent=Decimal(-1), reserve_days=1),
        Terms(reserve_percent=Decimal(5)),
        Terms(reserve_days=5),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(terms):
    with pytest.raises(TermsRefusedError):
        agree(terms)

    assert PayoutTerms.objects.count() == 0


def test_terms_are_audited_and_hold_for_their_currency_only():
    agree(TENTH)
    agree(Terms(schedule=PayoutSchedule.DAILY, weekday=3), reason="trusted")

    assert terms_of(SELLER, "EUR") == Terms(schedule=PayoutSchedule.DAILY)
    assert terms_of(SELLER, "GBP") == Terms()
    reasons = AuditEntry.objects.filter(action="payout terms changed").order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["new seller", "trusted"]


def test_nothing_changes_without_a_reason():
    for act in (lambda: agree(reason=" "), lambda: hold(reason="")):
        with pytest.raises(ReasonMissingError):
            act()

    assert (PayoutTerms.objects.count(), PayoutHold.objects.count()) == (0, 0)


def test_the_database_refuses_a_second_open_hold_of_a_kind():
    hold()

    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutHold.objects.create(owner=SELLER, kind=HoldKind.BY_HAND, reason="again", started_at=NOW)
