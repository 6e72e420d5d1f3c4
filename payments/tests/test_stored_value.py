"""Gift cards and credit: held once, spent once, given back in the right order, and never twice by two at once."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest

from backmarket.core.models import AuditEntry
from payments import locks
from payments.enums import EntryKind, HoldState, RefundState
from payments.flows import refunds as refund_flow
from payments.models import Account, Entry, GiftCard, Refund, StoredValueHold
from payments.providers.base import ProviderRefund, Truth
from payments.rules import movements
from payments.rules.gift_codes import digest_of, new_code, plain_code
from payments.rules.shares import RefundShares
from payments.selectors.checks import differences
from payments.selectors.stored_value import available, credit_of, statement_of, tenders_of
from payments.services import gift_cards, refunds, stored_value
from payments.services.gift_cards import (
    GiftCardEmptyError,
    GiftCardExpiredError,
    GiftCardIssuedError,
    GiftCardUnknownError,
    GrantTooHighError,
)
from payments.services.ledger import post_entry
from payments.services.reasons import ReasonMissingError
from payments.services.refunds import RefundExceedsCaptureError
from payments.services.stored_value import StoredValueGoneError

from .factories import ACTOR, NOW, captured, eur
from .test_races import together

pytestmark = pytest.mark.django_db
HOLDER = "user:3"
SUCCEEDED = ProviderRefund("re_1", Truth.SUCCEEDED)
FAILED = ProviderRefund("re_1", Truth.FAILED, "card_closed")


def card_of(minor: int, *, days: int | None = None, key: str = "") -> tuple[GiftCard, str]:
    return gift_cards.issue_gift_card(
        amount=eur(minor),
        reason="contest",
        expires_at=NOW + timedelta(days=days) if days is not None else None,
        actor=ACTOR,
        key=key or uuid4().hex,
        now=NOW,
    )


def grant(minor: int, *, owner: str = HOLDER, key: str = "grant"):
    return gift_cards.grant_credit(owner=owner, amount=eur(minor), reason="late", actor=ACTOR, key=key, now=NOW)


def left(owner: str) -> int:
    return available([owner], "EUR")[owner].amount_minor


def refund(reference: str, minor: int, *, key: str = ""):
    return refunds.request_refund(
        reference=reference,
        line_reference="",
        amount=eur(minor),
        shares=RefundShares.before_dispatch(eur(minor)),
        borne_by="customer_funds",
        reason="changed mind",
        actor=ACTOR,
        key=key or uuid4().hex,
        now=NOW,
    )


def test_a_code_is_read_however_it_is_typed_and_stored_nowhere():
    card, code = card_of(5_000)

    assert code == code.upper()
    assert len(code) == 19
    typed = f" {code.lower().replace('-', ' ')} "
    assert gift_cards.usable_card(typed, currency="EUR", now=NOW) == card.public_id
    assert (card.last4, card.code_digest) == (code[-4:], digest_of(code))
    assert plain_code(code) not in str(list(GiftCard.objects.values())) + str(list(AuditEntry.objects.values()))
    assert plain_code("0000-1111-OOOO-IIII") == plain_code("short") == ""
    assert new_code() != new_code()


def test_what_cannot_pay_is_refused_and_a_blocked_card_is_no_other_than_an_unknown_one():
    expired, _ = card_of(100, days=1)
    codes = {name: card_of(100, days=1)[1] for name in ("expired", "blocked", "empty")}
    cards = {code: gift_cards.usable_card(code, currency="EUR", now=NOW) for code in codes.values()}
    gift_cards.set_blocked(card_id=cards[codes["blocked"]], is_blocked=True, reason="theft", actor=ACTOR, now=NOW)
    gift_cards.move_to_credit(card_id=cards[codes["empty"]], owner=HOLDER, actor=ACTOR, now=NOW)

    for code, currency, now, error in (
        (codes["blocked"], "EUR", NOW, GiftCardUnknownError),
        (new_code(), "EUR", NOW, GiftCardUnknownError),
        ("", "EUR", NOW, GiftCardUnknownError),
        (codes["expired"], "GBP", NOW, GiftCardUnknownError),
        (codes["expired"], "EUR", NOW + timedelta(days=1), GiftCardExpiredError),
        (codes["empty"], "EUR", NOW, GiftCardEmptyError),
    ):
        with pytest.raises(error):
            gift_cards.usable_card(code, currency=currency, now=now)
    assert left(HOLDER) == 100
    assert left(expired.owner) == 100


def test_issuing_and_granting_happen_once_with_a_reason_and_a_bound():
    card_of(100, key="once")
    first = grant(500)

    with pytest.raises(GiftCardIssuedError):
        card_of(100, key="once")
    assert grant(500) == first
    for minor in (0, -1, 100_001):
        with pytest.raises(GrantTooHighError):
            grant(minor, key="other")
    with pytest.raises(ReasonMissingError):
        gift_cards.grant_credit(owner=HOLDER, amount=eur(1), reason=" ", actor=ACTOR, key="x", now=NOW)

    assert (GiftCard.objects.count(), Entry.objects.count(), left(HOLDER)) == (1, 2, 500)
    assert [money.amount_minor for money in credit_of(HOLDER)] == [500]
    assert [row.amount.amount_minor for row in statement_of(HOLDER)] == [500]
    assert AuditEntry.objects.count() == 2


def test_what_an_order_holds_cannot_be_held_or_moved_again():
    card, _ = card_of(1_000)
    stored_value.hold(reference="order:1", wants=[(card.owner, eur(700))], now=NOW)

    with pytest.raises(StoredValueGoneError):
        stored_value.hold(reference="order:2", wants=[(card.owner, eur(301))], now=NOW)
    assert gift_cards.move_to_credit(card_id=card.public_id, owner=HOLDER, actor=ACTOR, now=NOW) == eur(300)
    assert (StoredValueHold.objects.count(), left(card.owner), left(HOLDER)) == (1, 0, 300)


def test_balance_and_holds_are_read_at_one_instant(django_assert_num_queries):
    grant(1_000)
    stored_value.hold(reference="order:1", wants=[(HOLDER, eur(300))], now=NOW)

    # Between two statements another order may spend what it holds, and would then be missing from both.
    with django_assert_num_queries(1):
        assert left(HOLDER) == 700


def test_the_books_check_tells_of_stored_value_that_is_overdrawn():
    grant(100)
    post_entry(
        kind=EntryKind.STORED_VALUE_MOVED,
        reference=HOLDER,
        postings=movements.stored_value_moved(source=HOLDER, owner="user:4", amount=eur(101)),
        key="wrong",
        occurred_at=NOW,
    )

    assert list(differences()) == ["stored_value:user:3 EUR is overdrawn by 1"]


def test_all_that_is_wanted_is_held_or_nothing():
    card, _ = card_of(1_000)
    grant(100)

    with pytest.raises(StoredValueGoneError):
        stored_value.hold(reference="order:1", wants=[(card.owner, eur(1_000)), (HOLDER, eur(101))], now=NOW)
    with pytest.raises(StoredValueGoneError):
        stored_value.hold(reference="order:1", wants=[("user:99", eur(1))], now=NOW)
    with pytest.raises(StoredValueGoneError):
        stored_value.hold(
            reference="order:1", wants=[(card_of(10, days=1)[0].owner, eur(1))], now=NOW + timedelta(days=2)
        )

    assert not StoredValueHold.objects.exists()


def test_a_hold_is_spent_once_and_what_was_freed_is_taken_again_while_it_is_there():
    grant(1_000)
    stored_value.hold(reference="order:1", wants=[(HOLDER, eur(600))], now=NOW)
    stored_value.free(reference="order:1")
    assert left(HOLDER) == 1_000

    stored_value.spend(reference="order:1", now=NOW)
    stored_value.spend(reference="order:1", now=NOW)
    stored_value.free(reference="order:1")

    assert left(HOLDER) == 400
    assert StoredValueHold.objects.get().state == HoldState.POSTED
    assert [(tender.name, tender.amount) for tender in tenders_of("order:1")] == [("Your credit", eur(600))]
    assert list(differences()) == []


def test_what_was_freed_and_spent_elsewhere_is_not_spent_twice():
    grant(1_000)
    stored_value.hold(reference="order:1", wants=[(HOLDER, eur(600))], now=NOW)
    stored_value.free(reference="order:1")
    stored_value.hold(reference="order:2", wants=[(HOLDER, eur(600))], now=NOW)

    with pytest.raises(StoredValueGoneError):
        stored_value.spend(reference="order:1", now=NOW)

    stored_value.spend(reference="order:2", now=NOW)
    assert left(HOLDER) == 400
    assert tenders_of("order:1") == []


def paid_by_all(card_minor: int = 3_000):
    """An order of 100.00: 30.00 of a gift card, 20.00 of credit, the rest by card."""
    card, _ = card_of(card_minor, days=30)
    grant(2_000)
    reference = f"order:{uuid4()}"
    stored_value.hold(reference=reference, wants=[(card.owner, eur(3_000)), (HOLDER, eur(2_000))], now=NOW)
    captured(amount=5_000, reference=reference)
    stored_value.spend(reference=reference, now=NOW)
    return reference, card


@pytest.mark.parametrize(
    ("steps", "back"),
    [
        ((4_000,), (0, 0)),
        ((6_000,), (0, 1_000)),
        ((6_000, 4_000), (3_000, 2_000)),
        ((10_000,), (3_000, 2_000)),
        ((8_000,), (1_000, 2_000)),
    ],
)
def test_refunds_go_to_the_card_first_then_to_what_was_taken_last(steps, back):
    reference, card = paid_by_all()

    for minor in steps:
        view = refund(reference, minor)
        refunds.record_truth(refund_id=view.public_id, truth=SUCCEEDED, now=NOW)

    assert (left(card.owner), left(HOLDER)) == back
    assert sum(one.card_amount.amount_minor for one in Refund.objects.all()) == min(5_000, sum(steps))
    with pytest.raises(RefundExceedsCaptureError):
        refund(reference, 10_001 - sum(steps))
    assert list(differences()) == []


def test_a_refund_that_the_card_refuses_credits_nothing_and_can_be_made_again():
    reference, card = paid_by_all()
    view = refund(reference, 10_000, key="first")
    assert (left(card.owner), left(HOLDER)) == (0, 0)

    refunds.record_truth(refund_id=view.public_id, truth=FAILED, now=NOW)

    assert (left(card.owner), left(HOLDER)) == (0, 0)
    again = refund(reference, 10_000, key="second")
    refunds.record_truth(refund_id=again.public_id, truth=SUCCEEDED, now=NOW)
    assert (left(card.owner), left(HOLDER)) == (3_000, 2_000)
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("days", "ends_in"), [(1, 2 + 365), (91, 2 + 365), (92, 92)])
def test_a_refund_without_a_card_asks_no_provider_and_the_gift_card_stays_of_use(days, ends_in):
    card, _ = card_of(3_000, days=days)
    stored_value.hold(reference="order:1", wants=[(card.owner, eur(3_000))], now=NOW)
    stored_value.spend(reference="order:1", now=NOW)
    view = refund("order:1", 3_000, key="k")
    later = NOW + timedelta(days=2)

    for _ in range(2):
        assert refund_flow.send_refund(refund_id=view.public_id, now=later).state == RefundState.SUCCEEDED
    assert refund("order:1", 3_000, key="k").public_id == view.public_id

    card.refresh_from_db()
    assert (left(card.owner), card.expires_at) == (3_000, NOW + timedelta(days=ends_in))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_cannot_hold_the_same_money():
    grant(1_000)

    outcomes = together(*[lambda n=n: hold_700(n) for n in range(6)])

    assert sum(isinstance(outcome, StoredValueGoneError) for outcome in outcomes) == 5
    assert StoredValueHold.objects.count() == 1


def hold_700(number: int) -> None:
    stored_value.hold(reference=f"order:{number}", wants=[(HOLDER, eur(700))], now=NOW)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_orders_hold_the_same_money(monkeypatch):
    grant(1_000)
    both_looked = threading.Barrier(2)
    guard = stored_value._require

    def slow_guard(*facts):
        guard(*facts)
        both_looked.wait(10)

    unlocked = lambda owners, currency: list(Account.objects.filter(owner__in=owners))  # noqa: E731
    monkeypatch.setattr(locks, "lock_stored_value", unlocked)
    monkeypatch.setattr(stored_value, "_require", slow_guard)

    together(*[lambda n=n: hold_700(n) for n in range(2)])

    assert StoredValueHold.objects.count() == 2
