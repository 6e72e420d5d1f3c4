"""Write entries of the ledger."""

from collections import Counter
from datetime import datetime

from django.db import connection

from backmarket.core.errors import DomainError
from payments.models import Account, Entry
from payments.rules.movements import Leg, Legs


class EntryKeyReusedError(DomainError):
    code = "entry_key_reused"


class EntryOffBalanceError(DomainError):
    code = "entry_off_balance"
    http_status = 422


# Nothing is written unless all accounts are there and the key is new; the second value says how many there are.
_POST = """
WITH leg AS (
    SELECT * FROM unnest(%(kinds)s, %(owners)s, %(currencies)s, %(amounts)s::bigint[])
    WITH ORDINALITY AS l (kind, owner, currency, amount_minor, place)
), known AS (
    SELECT a.id, leg.amount_minor, leg.place FROM leg JOIN payments_account a USING (kind, owner, currency)
), entry AS (
    INSERT INTO payments_entry
        (kind, reference, line_reference, occurred_at, idempotency_key, note, reverses_id)
    SELECT %(kind)s, %(reference)s, %(line_reference)s, %(occurred_at)s, %(key)s, %(note)s, %(reverses)s
    WHERE (SELECT count(*) FROM known) = cardinality(%(kinds)s)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id
), posted AS (
    INSERT INTO payments_posting (entry_id, account_id, amount_minor)
    SELECT entry.id, known.id, known.amount_minor FROM entry, known ORDER BY known.place
)
SELECT (SELECT id FROM entry), (SELECT count(*) FROM known)
"""


def post_entry(
    *,
    kind: str,
    reference: str,
    line_reference: str = "",
    postings: Legs,
    key: str,
    occurred_at: datetime,
    note: str = "",
    reverses: Entry | None = None,
) -> Entry:
    """
    Write one balanced entry in one statement, once per idempotency key; legs of zero are left out.

    Repeating a call returns the first entry and writes nothing. No row is locked, so that sales do not wait for
    each other on a busy account.

    :raises EntryKeyReusedError: the key was spent on another movement
    :raises EntryOffBalanceError: the legs do not sum to zero per currency
    """
    legs = [leg for leg in postings if leg.amount]
    _require_balance(legs)
    entry = Entry(
        kind=kind,
        reference=reference,
        line_reference=line_reference,
        occurred_at=occurred_at,
        idempotency_key=key,
        note=note,
        reverses=reverses,
    )
    entry_id, accounts = _insert(entry, legs)
    if accounts < len(legs):
        _create_accounts(legs)
        entry_id, _ = _insert(entry, legs)
    entry.pk = entry_id
    if entry_id is None:
        entry = Entry.objects.get(idempotency_key=key)
        _require_same(entry, kind=kind, reference=reference, line_reference=line_reference, legs=legs)
    return entry


def _insert(entry: Entry, legs: list[Leg]) -> tuple[int | None, int]:
    """Return the new entry's key, if it was written, and how many of the legs' accounts there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            {
                "kinds": [str(leg.kind) for leg in legs],
                "owners": [leg.owner for leg in legs],
                "currencies": [leg.amount.currency for leg in legs],
                "amounts": [leg.amount.amount_minor for leg in legs],
                "kind": str(entry.kind),
                "reference": entry.reference,
                "line_reference": entry.line_reference,
                "occurred_at": entry.occurred_at,
                "key": entry.idempotency_key,
                "note": entry.note,
                "reverses": entry.reverses_id,
            },
        )
        written: tuple[int | None, int] = cursor.fetchone()
    return written


def _create_accounts(legs: list[Leg]) -> None:
    """Create the accounts that are not there, in one order, so that two entries cannot wait for each other."""
    names = sorted({(str(leg.kind), leg.owner, leg.amount.currency) for leg in legs})
    Account.objects.bulk_create(
        (Account(kind=kind, owner=owner, currency=currency) for kind, owner, currency in names), ignore_conflicts=True
    )


def _require_balance(legs: Legs) -> None:
    sums: Counter[str] = Counter()
    for leg in legs:
        sums[leg.amount.currency] += leg.amount.amount_minor
    if not legs or any(sums.values()):
        raise EntryOffBalanceError(sums=dict(sums))


def _require_same(entry: Entry, *, kind: str, reference: str, line_reference: str, legs: Legs) -> None:
    stored = sorted(entry.postings.values_list("account__kind", "account__owner", "account__currency", "amount_minor"))
    wanted = sorted((str(leg.kind), leg.owner, leg.amount.currency, leg.amount.amount_minor) for leg in legs)
    same = (entry.kind, entry.reference, entry.line_reference) == (kind, reference, line_reference)
    if not same or stored != wanted:
        raise EntryKeyReusedError(key=entry.idempotency_key)
