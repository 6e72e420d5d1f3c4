"""M1: entries sum to zero and are append-only, whatever way they are written."""

import io
from datetime import timedelta

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from payments.models import Account, Entry, Posting
from payments.rules.movements import Leg
from payments.selectors import trail
from payments.selectors.balances import balance
from payments.services.ledger import EntryKeyReusedError, EntryOffBalanceError, post_entry

from .factories import NOW, captured, eur

LEGS = [Leg("bank", "", eur(500)), Leg("customer_funds", "", eur(-500))]


def post(key="k1", legs=LEGS, **facts):
    return post_entry(
        **{"kind": "correction", "reference": "order:1", "postings": legs, "key": key, "occurred_at": NOW, **facts}
    )


def totals():
    return Entry.objects.count(), Posting.objects.count()


def attack(sql, *parameters):
    """Run SQL in a transaction of its own and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@transaction.atomic
def write_raw(*amounts):
    """Write an entry past the service."""
    entry = Entry.objects.create(kind="correction", reference="x", occurred_at=NOW, idempotency_key="raw")
    for currency, minor in amounts:
        account, _ = Account.objects.get_or_create(kind="bank", currency=currency)
        Posting.objects.bulk_create([Posting(entry=entry, account=account, amount_minor=minor)])


@transaction.atomic
def copy_in(rows):
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY payments_posting (entry_id, account_id, amount_minor) FROM STDIN", io.StringIO(rows))


@pytest.mark.django_db
def test_an_entry_is_written_once_per_key():
    first = post()

    assert post() == first
    assert totals() == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"legs": [Leg("bank", "", eur(501)), Leg("customer_funds", "", eur(-501))]},
        {"legs": [Leg("write_off", "", eur(500)), Leg("customer_funds", "", eur(-500))]},
        {"reference": "order:2"},
        {"kind": "matured"},
    ],
)
def test_a_key_is_refused_for_another_movement(other):
    post()

    with pytest.raises(EntryKeyReusedError):
        post(**other)

    assert totals() == (1, 2)


@pytest.mark.django_db
def test_legs_off_balance_are_refused_before_the_database_is_asked():
    with pytest.raises(EntryOffBalanceError):
        post(legs=[Leg("bank", "", eur(500)), Leg("customer_funds", "", eur(-499))])

    assert totals() == (0, 0)


@pytest.mark.django_db
def test_legs_of_zero_are_left_out():
    entry = post(legs=[*LEGS, Leg("write_off", "", eur(0))])

    assert [str(posting.account) for posting in entry.postings.all()] == ["bank EUR", "customer_funds EUR"]


@pytest.mark.django_db
def test_a_balance_is_exact_at_any_past_instant():
    post("k1")
    post("k2", occurred_at=NOW + timedelta(hours=1))
    bank = Account.objects.get(kind="bank")

    assert balance(bank) == eur(1_000)
    assert balance(bank, NOW) == eur(500)
    assert balance(bank, NOW - timedelta(seconds=1)) == eur(0)


@pytest.mark.django_db
def test_the_trail_of_a_reference_sums_to_zero():
    payment = captured(amount=12_345)

    entries = trail(payment.reference)

    assert [entry.kind for entry in entries] == ["sale_captured"]
    assert [(leg.account_kind, leg.account_owner, leg.amount) for leg in entries[0].postings] == [
        ("provider_receivable", "sandbox", eur(12_345)),
        ("customer_funds", "", eur(-12_345)),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_an_entry_off_balance_at_commit():
    with pytest.raises(DatabaseError, match="off balance by 1 EUR"):
        write_raw(("EUR", 1))

    assert totals() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_amounts_that_balance_only_across_currencies():
    with pytest.raises(DatabaseError, match="off balance"):
        write_raw(("EUR", 1), ("GBP", -1))

    assert totals() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_an_entry_without_postings():
    with pytest.raises(DatabaseError, match="no postings"):
        write_raw()

    assert totals() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_copy_cannot_bring_in_an_unbalanced_posting():
    with transaction.atomic():
        entry = post()
    account = Account.objects.get(kind="bank")

    with pytest.raises(psycopg2.DatabaseError, match="earlier transaction"):
        copy_in(f"{entry.pk}\t{account.pk}\t5\n{entry.pk}\t{account.pk}\t-5\n")

    assert totals() == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_completed_entry_takes_no_more_postings_even_balanced_ones():
    with transaction.atomic():
        entry = post()
    account = Account.objects.get(kind="bank")

    with pytest.raises(DatabaseError, match="completed by an earlier transaction"), transaction.atomic():
        Posting.objects.bulk_create(Posting(entry=entry, account=account, amount_minor=minor) for minor in (5, -5))

    assert totals() == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_an_entry_cannot_claim_the_transaction_of_another():
    with transaction.atomic():
        entry = post()

    with pytest.raises(DatabaseError, match="append-only"):
        attack("UPDATE payments_entry SET recorded_in = txid_current() WHERE id = %s", entry.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payments_posting SET amount_minor = amount_minor + 1",
        "UPDATE payments_posting SET amount_minor = amount_minor",
        "UPDATE payments_entry SET reference = 'order:9'",
        "UPDATE payments_account SET kind = 'write_off'",
        "DELETE FROM payments_posting",
        "DELETE FROM payments_entry",
        "SET session_replication_role = replica; UPDATE payments_posting SET amount_minor = 1",
        "SET session_replication_role = replica; DELETE FROM payments_posting",
    ],
)
def test_the_ledger_refuses_change(sql):
    with transaction.atomic():
        post()

    # A role that is no superuser is not even let into the replica's mode.
    with pytest.raises(DatabaseError, match=r"append-only|permission denied to set parameter"):
        attack(sql)

    assert totals() == (1, 2)
    assert Posting.objects.get(account__kind="bank").amount_minor == 500


@pytest.mark.django_db(transaction=True)
def test_the_ledger_refuses_truncate():
    with transaction.atomic():
        post()

    # The test runner sleeps this trigger to empty tables; here it is awake again.
    awake = "ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_kept; "
    with pytest.raises(DatabaseError, match="append-only"):
        attack(f"{awake} TRUNCATE payments_posting CASCADE")

    assert totals() == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_orm_cannot_change_or_delete_an_entry():
    with transaction.atomic():
        entry = post()
    entry.reference = "order:9"

    with pytest.raises(DatabaseError, match="append-only"):
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"):
        Posting.objects.all().delete()

    assert totals() == (1, 2)
