"""Sellers' money that is not payable yet."""

from dataclasses import dataclass
from datetime import datetime

from backmarket.core.money import Money
from payments.models import Maturity


@dataclass(frozen=True, slots=True)
class PendingView:
    reference: str
    line_reference: str
    amount: Money
    matures_at: datetime


def pending_of(owner: str) -> list[PendingView]:
    """Return what is on its way to a seller, soonest first; lines that were refunded in full are left out."""
    rows = Maturity.objects.filter(owner=owner, matured_at=None, amount_minor__gt=0).order_by("matures_at", "pk")
    return [PendingView(row.reference, row.line_reference, row.amount, row.matures_at) for row in rows]


def pending_line(line_reference: str) -> PendingView | None:
    row = Maturity.objects.filter(line_reference=line_reference, matured_at=None).first()
    return PendingView(row.reference, row.line_reference, row.amount, row.matures_at) if row else None
