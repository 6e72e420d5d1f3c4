"""What is payable and in no payout yet, straight from the postings."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from backmarket.core.money import Money

# A reserve is taken from what was earned, not from what was held back or paid out before.
_TOTALS = """
SELECT a.id, a.owner, a.currency, -sum(p.amount_minor) AS payable,
       -COALESCE(sum(p.amount_minor) FILTER (
           WHERE e.kind NOT IN ('reserve_held', 'reserve_released', 'payout_returned')
       ), 0) AS earned {postings}
FROM payments_account a
JOIN payments_posting p ON p.account_id = a.id
JOIN payments_entry e ON e.id = p.entry_id
WHERE a.id = ANY(%(accounts)s) AND e.kind <> 'payout_created'
  AND NOT EXISTS (SELECT 1 FROM payments_payoutline l WHERE l.posting_id = p.id)
GROUP BY a.id
"""
_WITHOUT_POSTINGS = _TOTALS.format(postings="")
_WITH_POSTINGS = _TOTALS.format(postings=", array_agg(p.id ORDER BY p.id)")


@dataclass(frozen=True, slots=True)
class Payable:
    """
    What no payout has settled of one account; `earned` is the part that a reserve is taken from.

    `postings` are the keys of what makes it up, where they were asked for.
    """

    owner: str
    payable: Money
    earned: Money
    postings: tuple[int, ...] = ()


def payables(accounts: Iterable[int], *, with_postings: bool = False) -> list[Payable]:
    """Return what is payable on payable accounts by their keys, in one query; accounts with nothing are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_POSTINGS if with_postings else _WITHOUT_POSTINGS, {"accounts": list(accounts)})
        return [
            Payable(owner, Money(int(payable), currency), Money(int(earned), currency), *map(tuple, postings))
            for _, owner, currency, payable, earned, *postings in cursor.fetchall()
        ]
