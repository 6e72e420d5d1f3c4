"""Refunds of a reference, a line, a payment."""

from datetime import datetime

from django.db.models import F, Sum

from backmarket.core.money import Money
from payments.enums import RefundState
from payments.models import Payment, Refund
from payments.rules.shares import PART_NAMES, RefundShares

from .views import RefundView, SettledRefund


def refunds_of(reference: str) -> list[RefundView]:
    """Return all refunds of a reference, oldest first."""
    return [refund_view(refund) for refund in Refund.objects.filter(reference=reference).order_by("pk")]


def refunded_minor(line_reference: str) -> int:
    """Return what was refunded on a line or is on its way, in minor units."""
    total = (
        Refund.objects.filter(line_reference=line_reference)
        .exclude(state=RefundState.FAILED)
        .aggregate(total=Sum("amount_minor"))["total"]
    )
    return total or 0


def given_back_minor(line_reference: str) -> dict[str, int]:
    """Return what each party gave back on a line, pending refunds included, by the names of `RefundShares`."""
    rows = Refund.objects.filter(line_reference=line_reference).exclude(state=RefundState.FAILED)
    given = dict.fromkeys(PART_NAMES, 0)
    for shares in rows.values_list("shares", flat=True):
        for name in PART_NAMES:
            given[name] += shares.get(name, 0)
    return given


def refund_by_key(key: str) -> RefundView | None:
    """Return the refund that was asked for under this key."""
    refund = Refund.objects.filter(key=key).first()
    return refund_view(refund) if refund else None


def settled_refund(refund_id: str) -> SettledRefund | None:
    """Return a refund that has reached the buyer, with who gave what back."""
    refund = Refund.objects.filter(public_id=refund_id, state=RefundState.SUCCEEDED).first()
    return _settled(refund) if refund else None


def refunds_settled_between(start: datetime, end: datetime) -> list[SettledRefund]:
    """List the refunds that reached their buyers from `start` on and before `end`, oldest first."""
    rows = Refund.objects.filter(state=RefundState.SUCCEEDED, settled_at__gte=start, settled_at__lt=end)
    return [_settled(refund) for refund in rows.order_by("settled_at", "pk")]


def _settled(refund: Refund) -> SettledRefund:
    return SettledRefund(
        public_id=refund.public_id,
        line_reference=refund.line_reference,
        amount=refund.amount,
        shares=RefundShares.from_json(refund.shares, refund.currency),
        settled_at=refund.settled_at or refund.created_at,
    )


def taken_back_of(payment: Payment) -> Money:
    """Return what of refunds that are done or on their way goes back by way of a payment."""
    total = (
        Refund.objects.filter(payment=payment)
        .exclude(state=RefundState.FAILED)
        .aggregate(total=Sum(F("amount_minor") - F("credit_minor")))["total"]
    )
    return Money(total or 0, payment.currency)


def credited_minor(reference: str) -> int:
    """Return what of a reference's refunds goes back to stored value, in minor units."""
    rows = Refund.objects.filter(reference=reference).exclude(state=RefundState.FAILED)
    return rows.aggregate(total=Sum("credit_minor"))["total"] or 0


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        public_id=refund.public_id,
        state=refund.state,
        amount=refund.amount,
        credit=refund.credit,
        reference=refund.reference,
        line_reference=refund.line_reference,
        created_at=refund.created_at,
        settled_at=refund.settled_at,
    )
