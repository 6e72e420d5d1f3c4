"""Reads of the money pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from backmarket.core.money import Money
from payments.enums import AccountKind, EntryKind, PaymentState, PayoutState, RefundState
from payments.models import Entry, Maturity, Payment, Payout, Posting, Refund

from .views import StatementLine


@dataclass(frozen=True, slots=True)
class CloseRow:
    """One kind of account over one day, debit positive; `credit` is shown without its sign."""

    kind: str
    currency: str
    opening: Money
    debit: Money
    credit: Money
    closing: Money


def daily_close(day: date) -> list[CloseRow]:
    """Return opening + movements = closing of a UTC day, by currency and kind of account."""
    start = datetime.combine(day, time(), UTC)
    end = start + timedelta(days=1)
    in_day = Q(entry__occurred_at__gte=start, entry__occurred_at__lt=end)

    def total(condition: Q) -> Coalesce:
        return Coalesce(Sum("amount_minor", filter=condition), 0)

    rows = (
        Posting.objects.filter(entry__occurred_at__lt=end)
        .values("account__currency", "account__kind")
        .annotate(
            opening=total(Q(entry__occurred_at__lt=start)),
            debit=total(in_day & Q(amount_minor__gt=0)),
            credit=total(in_day & Q(amount_minor__lt=0)),
        )
        .order_by("account__currency", "account__kind")
    )
    return [_close_row(row["account__kind"], row["account__currency"], row) for row in rows]


def _close_row(kind: str, currency: str, sums: dict[str, int]) -> CloseRow:
    opening, debit, credit = (Money(sums[name], currency) for name in ("opening", "debit", "credit"))
    return CloseRow(kind, currency, opening, debit, -credit, opening + debit + credit)


def close_totals(rows: list[CloseRow]) -> list[CloseRow]:
    """Return the sums by currency; opening and closing are zero, debits equal credits."""
    found = []
    for currency in sorted({row.currency for row in rows}):
        own = [row for row in rows if row.currency == currency]
        parts = [
            Money.total((getattr(row, name) for row in own), currency)
            for name in ("opening", "debit", "credit", "closing")
        ]
        found.append(CloseRow("", currency, *parts))
    return found


def recent_payments(limit: int = 20) -> QuerySet[Payment]:
    return Payment.objects.order_by("-pk")[:limit]


@dataclass(frozen=True, slots=True)
class OpenThings:
    """What waits for an answer or a person."""

    unknown_payments: int
    pending_refunds: int
    failed_refunds: int
    payouts_on_their_way: int


def open_things() -> OpenThings:
    return OpenThings(
        unknown_payments=Payment.objects.filter(state=PaymentState.UNKNOWN).count(),
        pending_refunds=Refund.objects.filter(state=RefundState.PENDING).count(),
        failed_refunds=Refund.objects.filter(state=RefundState.FAILED).count(),
        payouts_on_their_way=Payout.objects.filter(state__in=(PayoutState.CREATED, PayoutState.SENT)).count(),
    )


def find_references(text: str) -> list[str]:
    """Return the references that a payment, refund or payout id, a provider's id or a reference leads to."""
    wanted = text.strip()
    payments = Q(reference=wanted) | Q(provider_ref=wanted, provider_ref__gt="")
    refunds = payments | Q(line_reference=wanted)
    payouts = Q(provider_ref=wanted, provider_ref__gt="")
    public_id = _uuid(wanted.rpartition(":")[2])
    if public_id is not None:
        payments, refunds, payouts = (q | Q(public_id=public_id) for q in (payments, refunds, payouts))
    found = [*Payment.objects.filter(payments).values_list("reference", flat=True)[:20]]
    found += Refund.objects.filter(refunds).values_list("reference", flat=True)[:20]
    found += [payout.reference for payout in Payout.objects.filter(payouts)[:20]]
    found += Entry.objects.filter(Q(reference=wanted) | Q(line_reference=wanted)).values_list("reference", flat=True)[
        :1
    ]
    return list(dict.fromkeys(found))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def open_lines(owner: str, currency: str) -> list[StatementLine]:
    """Return what the next payout would settle, from the seller's side."""
    postings = (
        Posting.objects.filter(
            account__kind=AccountKind.SELLER_PAYABLE,
            account__owner=owner,
            account__currency=currency,
            payout_line=None,
        )
        .exclude(entry__kind=EntryKind.PAYOUT_CREATED)
        .select_related("entry", "account")
        .order_by("pk")
    )
    return [
        StatementLine(
            occurred_at=posting.entry.occurred_at,
            kind=posting.entry.kind,
            reference=posting.entry.reference,
            line_reference=posting.entry.line_reference,
            note=posting.entry.note,
            amount=-posting.amount,
        )
        for posting in postings
    ]


def open_maturities(owner: str) -> QuerySet[Maturity]:
    """Return a seller's pending lines, the next to mature first."""
    return Maturity.objects.filter(owner=owner, matured_at=None).order_by("matures_at", "pk")
