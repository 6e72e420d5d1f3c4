"""The daily close."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from backmarket.core.money import Money
from payments.models import Posting


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
