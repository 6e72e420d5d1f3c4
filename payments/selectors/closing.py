"""The daily close and the books' own check."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from backmarket.core.money import Money
from payments.enums import AccountKind, EntryKind, HoldState, RefundState
from payments.models import Account, Capture, Maturity, Payout, Posting, Refund, StoredValueHold


@dataclass(frozen=True, slots=True)
class CloseRow:
    """One kind of account over a span of time, debit positive: opening + debit - credit = closing."""

    kind: str
    currency: str
    opening: Money
    debit: Money
    credit: Money
    closing: Money


def close_rows(*, start: datetime, end: datetime) -> list[CloseRow]:
    """Return opening, movements and closing of each kind of account and currency, in one query."""
    before, within = Q(entry__occurred_at__lt=start), Q(entry__occurred_at__gte=start, entry__occurred_at__lt=end)
    rows = (
        Posting.objects.filter(entry__occurred_at__lt=end)
        .values(kind=F("account__kind"), currency=F("account__currency"))
        .annotate(
            opening=Coalesce(Sum("amount_minor", filter=before), 0),
            debit=Coalesce(Sum("amount_minor", filter=within & Q(amount_minor__gt=0)), 0),
            credit=Coalesce(Sum("amount_minor", filter=within & Q(amount_minor__lt=0)), 0),
        )
        .order_by("currency", "kind")
    )
    return [_close_row(**row) for row in rows]


def _close_row(*, kind: str, currency: str, opening: int, debit: int, credit: int) -> CloseRow:
    return CloseRow(
        kind,
        currency,
        Money(opening, currency),
        Money(debit, currency),
        Money(-credit, currency),
        Money(opening + debit + credit, currency),
    )


def close_totals(rows: list[CloseRow]) -> list[CloseRow]:
    """Return the sum of each currency; opening and closing are zero in books that are whole."""
    totals = []
    for currency in sorted({row.currency for row in rows}):
        own = [row for row in rows if row.currency == currency]
        totals.append(
            CloseRow(
                "",
                currency,
                Money.total((row.opening for row in own), currency),
                Money.total((row.debit for row in own), currency),
                Money.total((row.credit for row in own), currency),
                Money.total((row.closing for row in own), currency),
            )
        )
    return totals


def differences() -> Iterator[str]:
    """
    Recompute the books from their postings and compare with what else is stored; yield each difference.

    Silence means: every entry is balanced, captures, refunds, maturities and payouts say what the ledger says, and no
    stored value is overdrawn.
    """
    yield from _unbalanced_entries()
    yield from _differing("captured", _sums(Capture.objects.all(), "amount_minor"), _moved(EntryKind.SALE_CAPTURED))
    spent = StoredValueHold.objects.filter(state=HoldState.POSTED).annotate(currency=F("account__currency"))
    yield from _differing("spent", _sums(spent, "amount_minor"), _moved(EntryKind.STORED_VALUE_SPENT))
    pending = Refund.objects.filter(state=RefundState.PENDING)
    yield from _differing("refund_payable", _sums(pending, "amount_minor"), _owed(AccountKind.REFUND_PAYABLE))
    maturing = Maturity.objects.filter(matured_at=None)
    yield from _differing("seller_pending", _sums_by_owner(maturing), _owed_by_owner(AccountKind.SELLER_PENDING))
    yield from _overdrawn()
    yield from _payouts_off_their_statement()


def _unbalanced_entries() -> Iterator[str]:
    wrong = (
        Posting.objects.values("entry_id", "account__currency")
        .annotate(total=Sum("amount_minor"))
        .exclude(total=0)
        .order_by("entry_id")
    )
    for row in wrong:
        yield f"entry {row['entry_id']} is off balance by {row['total']} {row['account__currency']}"


def _overdrawn() -> Iterator[str]:
    """No gift card and no account's credit can owe anything."""
    spent = Account.objects.filter(kind=AccountKind.STORED_VALUE).annotate(total=Sum("postings__amount_minor"))
    for account in spent.filter(total__gt=0).order_by("pk"):
        yield f"{account} is overdrawn by {account.total}"


Sums = dict[tuple[str, ...], int]


def _sums(rows: QuerySet[Any, Any], field: str) -> Sums:
    found = rows.order_by("currency").values_list("currency").annotate(Sum(field))
    return {(currency,): total for currency, total in found if total}


def _sums_by_owner(rows: QuerySet[Any, Any]) -> Sums:
    found = rows.order_by("owner").values_list("owner", "currency").annotate(Sum("amount_minor"))
    return {(owner, currency): total for owner, currency, total in found if total}


def _moved(kind: str) -> Sums:
    rows = Posting.objects.filter(entry__kind=kind, account__kind=AccountKind.CUSTOMER_FUNDS)
    return {(c,): -total for c, total in rows.values_list("account__currency").annotate(Sum("amount_minor")) if total}


def _owed(kind: str) -> Sums:
    rows = Posting.objects.filter(account__kind=kind)
    return {(c,): -total for c, total in rows.values_list("account__currency").annotate(Sum("amount_minor")) if total}


def _owed_by_owner(kind: str) -> Sums:
    rows = Posting.objects.filter(account__kind=kind).values_list("account__owner", "account__currency")
    return {(owner, c): -total for owner, c, total in rows.annotate(Sum("amount_minor")) if total}


def _differing(what: str, stored: Sums, booked: Sums) -> Iterator[str]:
    for key in sorted(stored.keys() | booked.keys()):
        if stored.get(key, 0) != booked.get(key, 0):
            yield f"{what} {' '.join(key)}: stored {stored.get(key, 0)}, ledger {booked.get(key, 0)}"


def _payouts_off_their_statement() -> Iterator[str]:
    wrong = Payout.objects.annotate(stated=Coalesce(Sum("lines__posting__amount_minor"), 0)).exclude(
        stated=-F("amount_minor")
    )
    for payout in wrong:
        yield f"payout {payout.public_id} is {payout.amount_minor}, its statement {-payout.stated}"
