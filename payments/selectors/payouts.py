"""Payouts and their statements."""

from uuid import UUID

from payments.models import Payout, PayoutLine, Posting

from .views import PayoutView, StatementLine


def payouts_of(owner: str) -> list[PayoutView]:
    """Return a seller's payouts, newest first."""
    return [payout_view(payout) for payout in Payout.objects.filter(owner=owner).order_by("-pk")]


def statement_of(payout: Payout) -> list[StatementLine]:
    """Return the lines of a payout; their sum equals it to the cent."""
    lines = PayoutLine.objects.filter(payout=payout).select_related("posting__entry", "posting__account")
    return [statement_line(line.posting) for line in lines]


def statement_line(posting: Posting) -> StatementLine:
    """Show a payable posting from the seller's side."""
    entry = posting.entry
    return StatementLine(
        occurred_at=entry.occurred_at,
        kind=entry.kind,
        reference=entry.reference,
        line_reference=entry.line_reference,
        note=entry.note,
        amount=-posting.amount,
    )


def payout_view(payout: Payout) -> PayoutView:
    return PayoutView(
        public_id=payout.public_id,
        owner=payout.owner,
        state=payout.state,
        amount=payout.amount,
        created_at=payout.created_at,
        paid_at=payout.paid_at,
        returned_at=payout.returned_at,
    )


def statement_for(*, owner: str, public_id: UUID) -> tuple[PayoutView, list[StatementLine]] | None:
    """Return a payout with its lines if it is this owner's, else None."""
    payout = Payout.objects.filter(owner=owner, public_id=public_id).first()
    return (payout_view(payout), statement_of(payout)) if payout else None
