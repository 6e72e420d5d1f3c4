"""
Balances, exact at any instant, in a time that does not grow with history.

A balance is the account's newest snapshot before the instant, and what it does not hold: postings that occurred since,
and postings that occurred before it but were written after it (see `BalanceSnapshot`).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from backmarket.core.money import Money
from payments.models import Account

_BALANCES = """
SELECT wanted.id,
       COALESCE(snapshot.amount_minor, 0)
       + COALESCE((
           SELECT sum(p.amount_minor) FROM payments_posting p
           WHERE p.account_id = wanted.id
             AND p.occurred_at >= COALESCE(snapshot.ends_at, '-infinity') AND p.occurred_at <= %(at)s
       ), 0)
       + COALESCE((
           SELECT sum(p.amount_minor) FROM payments_posting p
           WHERE p.account_id = wanted.id AND p.is_late
             AND p.recorded_in >= snapshot.horizon AND p.occurred_at < snapshot.ends_at
       ), 0)
FROM unnest(%(accounts)s::bigint[]) AS wanted (id)
LEFT JOIN LATERAL (
    SELECT s.ends_at, s.horizon, s.amount_minor FROM payments_balancesnapshot s
    WHERE s.account_id = wanted.id AND s.ends_at <= %(at)s ORDER BY s.ends_at DESC LIMIT 1
) AS snapshot ON true
"""

# What a snapshot at an instant holds that the last one before it does not; names of SQL fill the braces.
SINCE = """
SELECT p.amount_minor, p.occurred_at FROM payments_posting p
WHERE p.account_id = {account} AND p.recorded_in < {horizon}
  AND p.occurred_at >= COALESCE({last}.ends_at, '-infinity') AND p.occurred_at < {at}
UNION ALL
SELECT p.amount_minor, p.occurred_at FROM payments_posting p
WHERE p.account_id = {account} AND p.is_late AND p.recorded_in >= {last}.horizon AND p.recorded_in < {horizon}
  AND p.occurred_at < {last}.ends_at
"""


def balances(accounts: Iterable[Account], at: datetime | None = None) -> dict[int, Money]:
    """Return the balances of accounts by their keys, debit positive, now or as of a past instant, in one query."""
    currencies = {account.pk: account.currency for account in accounts}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"accounts": list(currencies), "at": at or "infinity"})
        return {pk: Money(int(minor), currencies[pk]) for pk, minor in cursor.fetchall()}


def balance(account: Account, at: datetime | None = None) -> Money:
    """Return one account's balance, debit positive, now or as of a past instant."""
    return balances([account], at)[account.pk]


def balance_of(*, kind: str, owner: str = "", currency: str, at: datetime | None = None) -> Money:
    """Return the balance of an account that may not exist yet."""
    account = Account.objects.filter(kind=kind, owner=owner, currency=currency).first()
    return balance(account, at) if account else Money.zero(currency)
