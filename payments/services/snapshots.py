"""Remember balances, so that reading one never sums all history."""

import time

from django.db import connection

from payments.models import BalanceSnapshot
from payments.selectors.balances import SINCE

# A snapshot lies this long before the present: more than the five minutes after which the database calls a posting
# late, so that whatever is written from now on occurred after it, or is called late.
BEHIND = "6 minutes"
# One a so many postings of an account, also of those that came at once: a row in a thousand, a thousand to sum.
EVERY = 1_000
PATIENCE_S = 10.0

# A new transaction's number is above those of all that have written.
_NOW = f"SELECT clock_timestamp() - interval '{BEHIND}', txid_current()"
_ALL_ENDED = "SELECT txid_snapshot_xmin(txid_current_snapshot()) >= %s"
_TAKE = f"""
WITH due AS (
    SELECT a.id, last.ends_at, last.horizon, last.amount_minor
    FROM payments_account a
    LEFT JOIN LATERAL (
        SELECT s.ends_at, s.horizon, s.amount_minor FROM payments_balancesnapshot s
        WHERE s.account_id = a.id ORDER BY s.ends_at DESC LIMIT 1
    ) AS last ON true
    WHERE (SELECT count(*) FROM (({SINCE.format(account="a.id", horizon="%(horizon)s", at="%(at)s", last="last")})
           LIMIT %(every)s) AS missing) >= %(every)s
), since AS (
    SELECT due.id, due.ends_at AS last_at, COALESCE(due.amount_minor, 0) AS last_amount, moved.amount_minor,
           GREATEST(moved.occurred_at, due.ends_at) AS at
    FROM due CROSS JOIN LATERAL (
        {SINCE.format(account="due.id", horizon="%(horizon)s", at="%(at)s", last="due")}
    ) AS moved
    WHERE due.ends_at IS NULL OR due.ends_at < %(at)s
), numbered AS (
    SELECT id, at, last_at, last_amount, row_number() OVER (PARTITION BY id ORDER BY at) AS number,
           sum(amount_minor) OVER (
               PARTITION BY id ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND interval '1 microsecond' PRECEDING
           ) AS before
    FROM since
)
INSERT INTO payments_balancesnapshot (account_id, ends_at, horizon, amount_minor)
SELECT DISTINCT id, at, %(horizon)s, last_amount + COALESCE(before, 0)
FROM numbered WHERE number > 1 AND (number - 1) %% %(every)s = 0 AND (last_at IS NULL OR at > last_at)
UNION ALL
SELECT id, %(at)s, %(horizon)s, min(last_amount) + sum(amount_minor) FROM since GROUP BY id
ON CONFLICT DO NOTHING
"""  # noqa: S608 — constants of this module


class TransactionOpenError(Exception):
    """Some transaction stayed open for too long to say what is final; the next run tries again."""


def take_snapshots(*, every: int = EVERY) -> int:
    """
    Snapshot each account that got `every` postings since its last one, once for each as many; return how many.

    Called outside of any transaction: it waits until all that run now have ended, because only then is it known what
    they wrote. Nobody waits for it.

    :raises TransactionOpenError: one did not end within ten seconds
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        at, horizon = cursor.fetchone()
        _wait_for_all_before(horizon)
        cursor.execute(_TAKE, {"at": at, "horizon": horizon, "every": every})
        return int(cursor.rowcount)


def _wait_for_all_before(horizon: int) -> None:
    until = time.monotonic() + PATIENCE_S
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_ALL_ENDED, [horizon])
            if cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise TransactionOpenError
            time.sleep(0.05)


def forget_snapshots() -> int:
    """Delete all snapshots; return how many. Balances stay the same and are slower to read until there are new ones."""
    return BalanceSnapshot.objects.all().delete()[0]
