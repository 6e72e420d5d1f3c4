"""M8: remembered balances are exact at any instant, and a difference freezes payouts."""

import random
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from payments.models import Account, BalanceSnapshot, LedgerCheck, Payout, PayoutFreeze, Posting
from payments.rules.movements import Leg
from payments.selectors.balances import balance, balance_of
from payments.selectors.checks import PARTS
from payments.services import checks, freezes, payouts, snapshots
from payments.services.ledger import post_entry
from payments.services.reasons import ReasonMissingError

from .factories import ACTOR, NOW, SELLER, captured, dispatch, eur, mature


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Tests beside this one keep transactions open, and the server counts those of all its databases."""
    monkeypatch.setattr(snapshots, "PATIENCE_S", 60)


real = pytest.mark.django_db(transaction=True)


def post(key, minor, occurred_at):
    with transaction.atomic():
        post_entry(
            kind="correction",
            reference="order:1",
            postings=[Leg("bank", "", eur(minor)), Leg("customer_funds", "", eur(-minor))],
            key=key,
            occurred_at=occurred_at,
        )


def plain(account, at=None):
    postings = Posting.objects.filter(account=account)
    if at is not None:
        postings = postings.filter(entry__occurred_at__lte=at)
    return postings.aggregate(total=Sum("amount_minor"))["total"] or 0


@real
@pytest.mark.parametrize("seed", range(4))
def test_a_balance_is_the_sum_of_its_postings_at_any_instant_with_any_snapshots(seed):
    chance = random.Random(seed)
    now = timezone.now()
    # Back-dated by days, just late, just not late, and of the future: every side of every bound.
    ages = [timedelta(days=3), timedelta(hours=1), timedelta(minutes=7), timedelta(minutes=4), -timedelta(minutes=2)]
    for turn in range(40):
        post(f"k{turn}", chance.randint(1, 900), now - chance.choice(ages) * chance.random())
        if turn % 5 == 4:
            snapshots.take_snapshots(every=chance.choice([1, 4]))

    call_command("ledger", "check")
    bank = Account.objects.get(kind="bank")
    instants = [None, *(now - age * chance.random() for age in ages for _ in range(4))]

    assert BalanceSnapshot.objects.filter(account=bank).count() > 5
    assert [balance(bank, at).amount_minor for at in instants] == [plain(bank, at) for at in instants]


@real
def test_a_late_entry_counts_though_the_snapshot_was_taken_before_it():
    long_ago = timezone.now() - timedelta(days=2)
    post("k1", 500, long_ago)
    snapshots.take_snapshots(every=1)

    post("k2", 70, long_ago + timedelta(hours=1))

    assert balance_of(kind="bank", currency="EUR") == eur(570)
    assert balance_of(kind="bank", currency="EUR", at=long_ago + timedelta(minutes=1)) == eur(500)
    assert snapshots.take_snapshots(every=1) == 2
    assert [s.amount_minor for s in BalanceSnapshot.objects.filter(account__kind="bank")] == [500, 570]


@real
def test_postings_that_came_at_once_are_split_so_that_no_instant_sums_many():
    start = timezone.now() - timedelta(days=9)
    for day in range(9):
        post(f"k{day}", 10, start + timedelta(days=day))

    snapshots.take_snapshots(every=3)

    found = BalanceSnapshot.objects.filter(account__kind="bank").values_list("ends_at", "amount_minor")
    assert list(found)[:-1] == [(start + timedelta(days=day), 10 * day) for day in (3, 6)]
    assert list(found)[-1][1] == 90
    assert balance_of(kind="bank", currency="EUR", at=start + timedelta(days=5)) == eur(60)


def late_entry_while(snapshot):
    """Take a snapshot while another connection has written, but not committed, an entry of the past."""
    long_ago = timezone.now() - timedelta(days=2)
    post("k1", 500, long_ago)
    written, taken = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                post("k2", 70, long_ago)
                written.set()
                taken.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(20)
    try:
        snapshot()
    finally:
        taken.set()
        writer.join()


@pytest.mark.race
@real
def test_no_snapshot_is_taken_while_a_transaction_may_still_write_the_past(monkeypatch):
    monkeypatch.setattr(snapshots, "PATIENCE_S", 0.2)

    with pytest.raises(snapshots.TransactionOpenError):
        late_entry_while(lambda: snapshots.take_snapshots(every=1))

    assert balance_of(kind="bank", currency="EUR") == eur(570)
    assert BalanceSnapshot.objects.count() == 0


@pytest.mark.race
@real
def test_without_the_wait_an_open_transactions_entry_is_lost(monkeypatch):
    monkeypatch.setattr(snapshots, "_wait_for_all_before", lambda horizon: None)

    late_entry_while(lambda: snapshots.take_snapshots(every=1))

    assert balance_of(kind="bank", currency="EUR") == eur(500)
    with pytest.raises(CommandError):
        call_command("ledger", "check")


@real
def test_the_check_finds_a_wrong_snapshot_and_freezes_payouts():
    post("k1", 500, timezone.now() - timedelta(days=2))
    snapshots.take_snapshots(every=1)
    call_command("ledger", "check")
    assert not PayoutFreeze.objects.exists()
    BalanceSnapshot.objects.filter(account__kind="bank").update(amount_minor=499)

    with pytest.raises(CommandError, match="2 differences; payouts are frozen"):
        call_command("ledger", "check")

    found = LedgerCheck.objects.latest("pk").parts
    assert [part for part in PARTS if found[part]] == ["snapshots", "balances"]
    assert found["balances"] == ["balance of bank: EUR is read as 499, its postings are 500"]
    assert PayoutFreeze.objects.get().lifted_at is None
    call_command("ledger", "forget-snapshots")
    assert balance_of(kind="bank", currency="EUR") == eur(500)


def payable() -> None:
    dispatch(captured())
    mature()


@pytest.mark.django_db
def test_no_payout_is_made_while_they_are_frozen_until_somebody_says_why_they_go_again():
    payable()
    freezes.freeze_payouts(reason="a difference", actor=ACTOR, now=NOW)

    with pytest.raises(freezes.PayoutsFrozenError):
        payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
    with pytest.raises(freezes.FrozenAlreadyError):
        freezes.freeze_payouts(reason="again", actor=ACTOR, now=NOW)
    with pytest.raises(ReasonMissingError):
        freezes.lift_freeze(reason=" ", actor=ACTOR, now=NOW)
    freezes.lift_freeze(reason="explained", actor=ACTOR, now=NOW)

    assert payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW).amount == eur(8_624)
    assert Payout.objects.count() == 1


@pytest.mark.django_db
def test_a_check_goes_on_where_its_worker_was_killed():
    checks.start_check(now=NOW)
    assert checks.check_next_part(now=NOW)

    again = checks.start_check(now=NOW)

    assert list(again.parts) == [next(iter(PARTS))]
    turns = 0
    while checks.check_next_part(now=NOW):
        turns += 1
    assert turns == len(PARTS) - 1
    assert LedgerCheck.objects.get().finished_at == NOW


@pytest.mark.django_db
def test_a_balance_is_read_by_one_query(django_assert_num_queries):
    payable()
    account = Account.objects.get(kind="seller_payable")

    with django_assert_num_queries(1):
        balance(account)
