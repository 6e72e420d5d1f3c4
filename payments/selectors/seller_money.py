"""What moved a seller's money, and what its next payout is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from backmarket.core.money import Money
from payments.enums import AccountKind, EntryKind
from payments.models import Posting

from .payouts import statement_line
from .views import StatementLine

BATCH = 500


@dataclass(frozen=True, slots=True)
class SellerMovement:
    """One entry from the seller's side, in one currency: what it did to each of the seller's balances."""

    entry_id: int
    occurred_at: datetime
    kind: str
    reference: str
    line_reference: str
    note: str
    pending: Money
    payable: Money
    reserve: Money
    in_transit: Money


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which movements: of an owner in a currency, from `since` on and before `until`, of these kinds (empty: all).

    `references` are those of orders or lines (None: any); `before` is the last movement of the page before.
    """

    owner: str
    currency: str
    since: datetime | None = None
    until: datetime | None = None
    kinds: Sequence[str] = ()
    references: Sequence[str] | None = None
    before: tuple[datetime, int] | None = None


_MOVEMENTS = """
SELECT p.entry_id, p.occurred_at, e.kind, e.reference, e.line_reference, e.note,
       -COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = %(pending)s), 0),
       -COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = %(payable)s), 0),
       -COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = %(reserve)s), 0),
       -COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = %(in_transit)s), 0)
FROM payments_posting p
JOIN payments_account a ON a.id = p.account_id
JOIN payments_entry e ON e.id = p.entry_id
WHERE a.owner = %(owner)s AND a.currency = %(currency)s
  AND a.kind IN (%(pending)s, %(payable)s, %(reserve)s, %(in_transit)s)
  AND p.occurred_at >= %(since)s AND p.occurred_at < %(until)s
  AND (%(kinds)s::text[] IS NULL OR e.kind = ANY(%(kinds)s))
  AND (%(references)s::text[] IS NULL OR e.reference = ANY(%(references)s) OR e.line_reference = ANY(%(references)s))
  AND (%(before_id)s::bigint IS NULL OR (p.occurred_at, p.entry_id) < (%(before)s::timestamptz, %(before_id)s))
GROUP BY p.entry_id, p.occurred_at, e.kind, e.reference, e.line_reference, e.note
ORDER BY p.occurred_at DESC, p.entry_id DESC
LIMIT %(limit)s
"""


def movements_of(wanted: Wanted, *, limit: int) -> list[SellerMovement]:
    """Return the newest movements that fit, in one query."""
    before, before_id = wanted.before or (None, None)
    facts = {
        "owner": wanted.owner,
        "currency": wanted.currency,
        "pending": AccountKind.SELLER_PENDING.value,
        "payable": AccountKind.SELLER_PAYABLE.value,
        "reserve": AccountKind.SELLER_RESERVE.value,
        "in_transit": AccountKind.PAYOUT_IN_TRANSIT.value,
        "since": wanted.since or "-infinity",
        "until": wanted.until or "infinity",
        "kinds": list(wanted.kinds) or None,
        "references": None if wanted.references is None else list(wanted.references),
        "before": before,
        "before_id": before_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS, facts)
        return [
            SellerMovement(*row[:6], *(Money(int(minor), wanted.currency) for minor in row[6:]))
            for row in cursor.fetchall()
        ]


def all_movements_of(wanted: Wanted) -> Iterator[SellerMovement]:
    """Yield every movement that fits, newest first, a few hundred at a time."""
    while True:
        batch = movements_of(wanted, limit=BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]
        wanted = replace(wanted, before=(last.occurred_at, last.entry_id))


def unsettled_of(owner: str, currency: str, *, limit: int) -> list[StatementLine]:
    """Return what the next payout is made of as of now, newest first: payable postings that no payout settled."""
    postings = (
        Posting.objects.filter(
            account__owner=owner,
            account__currency=currency,
            account__kind=AccountKind.SELLER_PAYABLE,
            payout_line=None,
        )
        .exclude(entry__kind=EntryKind.PAYOUT_CREATED)
        .select_related("entry", "account")
        .order_by("-occurred_at", "-pk")
    )
    return [statement_line(posting) for posting in postings[:limit]]
