"""The rolling reserve: a share of each payout stays with the house until its day."""

from datetime import datetime, timedelta

from django.db import transaction

from backmarket.core.money import Money
from payments import locks
from payments.enums import EntryKind
from payments.models import Entry, Payout, RollingReserve
from payments.rules import movements

from .ledger import post_entry

SWEEP_SIZE = 200


@transaction.atomic
def keep_reserve(*, payout: Payout, amount: Money, days: int, now: datetime) -> Entry:
    """Keep back a payout's reserve for its days; the caller holds the seller's payable account."""
    RollingReserve.objects.create(
        payout=payout,
        owner=payout.owner,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        releases_at=now + timedelta(days=days),
    )
    return post_entry(
        kind=EntryKind.RESERVE_HELD,
        reference=payout.reference,
        postings=movements.reserve_held(owner=payout.owner, amount=amount),
        key=f"{payout.reference}:reserve",
        occurred_at=now,
    )


@transaction.atomic
def release_due_reserves(*, now: datetime, limit: int = SWEEP_SIZE) -> int:
    """Make reserves payable whose days are over; return how many. Sweepers side by side share the rows."""
    due = locks.claim_reserves(now=now, limit=limit)
    for reserve in due:
        post_entry(
            kind=EntryKind.RESERVE_RELEASED,
            reference=reserve.payout.reference,
            postings=movements.reserve_released(owner=reserve.owner, amount=reserve.amount),
            key=f"{reserve.payout.reference}:reserve released",
            occurred_at=now,
        )
        reserve.released_at = now
        reserve.save(update_fields=["released_at"])
    return len(due)
