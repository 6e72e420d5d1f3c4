"""
The books recomputed and compared with everything else that is stored, part by part.

Each part is one statement and so sees one instant: sales that go on meanwhile are no difference.
"""

from collections.abc import Iterator

from django.db import connection

from .balances import SINCE

LISTED = 200

_BALANCED = """
SELECT format('entry %%s is off balance by %%s %%s', p.entry_id, sum(p.amount_minor), a.currency)
FROM payments_posting p JOIN payments_account a ON a.id = p.account_id
GROUP BY p.entry_id, a.currency HAVING sum(p.amount_minor) <> 0 ORDER BY p.entry_id
"""
_STAMPED = """
SELECT format('posting %%s does not carry its entry''s time', p.id)
FROM payments_posting p JOIN payments_entry e ON e.id = p.entry_id
WHERE p.occurred_at <> e.occurred_at OR p.recorded_in <> e.recorded_in ORDER BY p.id
"""


def _compared(what: str, key: str, stored: str, booked: str) -> str:
    """Compare two queries of (key, currency, total)."""
    return f"""
    WITH stored AS ({stored}), booked AS ({booked})
    SELECT format('{what} %%s %%s: stored %%s, ledger %%s', {key}, currency,
                  COALESCE(stored.total, 0), COALESCE(booked.total, 0))
    FROM stored FULL JOIN booked USING ({key}, currency)
    WHERE COALESCE(stored.total, 0) <> COALESCE(booked.total, 0) ORDER BY {key}, currency
    """  # noqa: S608 — constants of this module


def _booked(column: str, condition: str) -> str:
    """Sum what was credited to accounts, by a column of entries or accounts and currency."""
    return f"""
    SELECT {column}, a.currency, -sum(p.amount_minor) AS total
    FROM payments_posting p JOIN payments_account a ON a.id = p.account_id JOIN payments_entry e ON e.id = p.entry_id
    WHERE {condition} GROUP BY 1, 2
    """  # noqa: S608 — constants of this module


_CAPTURED = _compared(
    "captured",
    "reference",
    """
    SELECT p.reference, c.currency, sum(c.amount_minor) AS total
    FROM payments_capture c JOIN payments_payment p ON p.id = c.payment_id GROUP BY 1, 2
    """,
    _booked("e.reference", "e.kind = 'sale_captured' AND a.kind = 'customer_funds'"),
)
_SPENT = _compared(
    "spent",
    "reference",
    """
    SELECT h.reference, a.currency, sum(h.amount_minor) AS total
    FROM payments_storedvaluehold h JOIN payments_account a ON a.id = h.account_id
    WHERE h.state = 'posted' GROUP BY 1, 2
    """,
    _booked("e.reference", "e.kind = 'stored_value_spent' AND a.kind = 'customer_funds'"),
)
_REFUNDS = _compared(
    "refund_payable",
    "reference",
    "SELECT reference, currency, sum(amount_minor) AS total FROM payments_refund WHERE state = 'pending' GROUP BY 1, 2",
    _booked("e.reference", "a.kind = 'refund_payable'"),
)
_MATURING = _compared(
    "seller_pending",
    "owner",
    """
    SELECT owner, currency, sum(amount_minor) AS total
    FROM payments_maturity WHERE matured_at IS NULL GROUP BY 1, 2
    """,
    _booked("a.owner", "a.kind = 'seller_pending'"),
)
_OVERDRAWN = """
SELECT format('%%s:%%s %%s is overdrawn by %%s', a.kind, a.owner, a.currency, sum(p.amount_minor))
FROM payments_account a JOIN payments_posting p ON p.account_id = a.id
WHERE a.kind = 'stored_value' GROUP BY a.id HAVING sum(p.amount_minor) > 0 ORDER BY a.id
"""
_PAYOUTS = """
SELECT format('payout %%s is %%s, its statement %%s', o.public_id, o.amount_minor, COALESCE(-sum(p.amount_minor), 0))
FROM payments_payout o
LEFT JOIN payments_payoutline l ON l.payout_id = o.id LEFT JOIN payments_posting p ON p.id = l.posting_id
GROUP BY o.id HAVING COALESCE(-sum(p.amount_minor), 0) <> o.amount_minor ORDER BY o.id
"""
_RESERVES = _compared(
    "reserve",
    "reference",
    """
    SELECT 'payout:' || o.public_id AS reference, r.currency, sum(r.amount_minor) AS total
    FROM payments_rollingreserve r JOIN payments_payout o ON o.id = r.payout_id
    WHERE r.released_at IS NULL GROUP BY 1, 2
    """,
    _booked("e.reference", "a.kind = 'seller_reserve' AND e.reference LIKE 'payout:%%'"),
)
_SNAPSHOTS = f"""
WITH following AS (
    SELECT s.account_id, s.ends_at, s.horizon, s.amount_minor,
           lag(s.ends_at) OVER w AS last_at, lag(s.horizon) OVER w AS last_horizon,
           COALESCE(lag(s.amount_minor) OVER w, 0) AS last_amount
    FROM payments_balancesnapshot s WINDOW w AS (PARTITION BY s.account_id ORDER BY s.ends_at)
)
SELECT format('snapshot of %%s:%%s %%s at %%s is %%s, recomputed %%s', a.kind, a.owner, a.currency, f.ends_at,
              f.amount_minor, f.last_amount + moved.total)
FROM following f JOIN payments_account a ON a.id = f.account_id
CROSS JOIN LATERAL (SELECT f.last_at AS ends_at, f.last_horizon AS horizon) AS last
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(since.amount_minor), 0) AS total
    FROM ({SINCE.format(account="f.account_id", horizon="f.horizon", at="f.ends_at", last="last")}) AS since
) AS moved
WHERE f.amount_minor <> f.last_amount + moved.total ORDER BY f.account_id, f.ends_at
"""  # noqa: S608 — constants of this module
# What the newest snapshot and later postings say must be the sum of all postings.
_BALANCES = """
WITH plain AS (SELECT account_id, sum(amount_minor) AS total FROM payments_posting GROUP BY 1)
SELECT format('balance of %%s:%%s %%s is read as %%s, its postings are %%s', a.kind, a.owner, a.currency,
              s.amount_minor + later.total, plain.total)
FROM plain JOIN payments_account a ON a.id = plain.account_id
CROSS JOIN LATERAL (
    SELECT * FROM payments_balancesnapshot WHERE account_id = a.id ORDER BY ends_at DESC LIMIT 1
) AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(p.amount_minor), 0) AS total FROM payments_posting p
    WHERE p.account_id = a.id AND (p.occurred_at >= s.ends_at OR (p.is_late AND p.recorded_in >= s.horizon))
) AS later
WHERE s.amount_minor + later.total <> plain.total ORDER BY a.id
"""

PARTS = {
    "entries": _BALANCED,
    "stamps": _STAMPED,
    "captures": _CAPTURED,
    "stored_value_spent": _SPENT,
    "refunds": _REFUNDS,
    "maturities": _MATURING,
    "stored_value": _OVERDRAWN,
    "payouts": _PAYOUTS,
    "reserves": _RESERVES,
    "snapshots": _SNAPSHOTS,
    "balances": _BALANCES,
}


def differences_in(part: str) -> list[str]:
    """Return what one part finds as sentences, all of them."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS[part], {})
        return [sentence for (sentence,) in cursor.fetchall()]


def differences() -> Iterator[str]:
    """
    Yield each difference between the books and what else is stored.

    Silence means: every entry is balanced, captures, refunds, maturities and payouts say what the ledger says, no
    stored value is overdrawn, and remembered balances are the sums of their postings.
    """
    for part in PARTS:
        yield from differences_in(part)
