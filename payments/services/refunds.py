"""Refunds: asked for under a cap, settled or undone by what the provider says."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from payments import events, locks
from payments.enums import EntryKind, RefundState
from payments.models import REFUND_STATES, Maturity, Payment, Refund
from payments.providers.base import ProviderRefund, Truth
from payments.rules import movements
from payments.rules.shares import RefundShares
from payments.selectors.payments import captured_of
from payments.selectors.refunds import refund_view, taken_back_of
from payments.selectors.views import RefundView

from . import stored_value
from .ledger import post_entry
from .movements import require_customer_funds
from .payments import PROVIDER

__all__ = ["RefundShares", "record_attempt", "record_truth", "request_refund"]


class RefundExceedsCaptureError(DomainError):
    code = "refund_exceeds_capture"
    message = _("This is more than was paid and not yet given back.")


class RefundKeyReusedError(DomainError):
    code = "refund_key_reused"


class NothingDispatchedError(DomainError):
    """A seller gives back only what it was given."""

    code = "refund_before_dispatch"


@transaction.atomic
def request_refund(
    *,
    reference: str,
    line_reference: str,
    amount: Money,
    shares: RefundShares,
    borne_by: str,
    reason: str,
    actor: Actor,
    key: str,
    now: datetime,
) -> RefundView:
    """
    Store a refund and set its money aside, once per key; a flow or the sweep sends it to the provider.

    Pending and done refunds together never exceed what was captured: the payment is locked while they are
    counted (M2). The seller's share comes from pending money first, then from payable.

    :raises RefundExceedsCaptureError: no payment of the reference has that much left
    :raises RefundKeyReusedError: the key was spent on another refund
    :raises NothingDispatchedError: a seller's share without a dispatch
    :raises NotEnoughFundsError: the customer's money of the reference is less than its share
    :raises SharesDoNotAddUpError: the shares do not sum to the amount
    """
    shares.check(amount)
    payments = locks.lock_payments_of(reference)
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        if (known.reference, known.line_reference, known.amount) != (reference, line_reference, amount):
            raise RefundKeyReusedError(key=key)
        return refund_view(known)
    payment, credit = _tenders(reference, payments, amount)
    if shares.customer_funds:
        require_customer_funds(reference=reference, amount=shares.customer_funds)
    owner, from_pending = _take_from_seller(line_reference, shares.seller)
    refund = Refund.objects.create(
        payment=payment,
        reference=reference,
        line_reference=line_reference,
        amount_minor=amount.amount_minor,
        credit_minor=credit.amount_minor,
        currency=amount.currency,
        key=key,
        shares=shares.to_json(),
        seller_owner=owner,
        from_pending_minor=from_pending.amount_minor,
        borne_by=borne_by,
        reason=reason[:300],
        created_at=now,
    )
    post_entry(
        kind=EntryKind.REFUND_CREATED,
        reference=reference,
        line_reference=line_reference,
        postings=movements.refund_created(amount=amount, shares=shares, owner=owner, from_pending=from_pending),
        key=f"refund:{refund.public_id}",
        occurred_at=now,
        note=reason[:300],
    )
    audit.record(actor, "refund requested", refund, now=now, reason=reason[:500], amount_minor=amount.amount_minor)
    return refund_view(refund)


def _tenders(reference: str, payments: list[Payment], amount: Money) -> tuple[Payment | None, Money]:
    """
    Say which payment a refund goes back by, and what of it goes back to stored value: the card comes first.

    The caller holds the payments' locks.
    """
    nothing = Money.zero(amount.currency)
    rests = [(left_of(payment), payment) for payment in payments if payment.currency == amount.currency]
    for rest, payment in rests:
        if rest >= amount:
            return payment, nothing
    rest, best = max(rests, key=lambda pair: pair[0].amount_minor, default=(nothing, None))
    if amount - rest > stored_value.left_to_return(reference, amount.currency):
        raise RefundExceedsCaptureError(wanted=str(amount))
    return (best if rest else None), amount - rest


def left_of(payment: Payment) -> Money:
    """Return what was taken by a payment and is not going back."""
    return captured_of(payment) - taken_back_of(payment)


def _take_from_seller(line_reference: str, share: Money) -> tuple[str, Money]:
    """Take the seller's share out of what matures; return the owner and the part that was still pending."""
    nothing = Money.zero(share.currency)
    if not share:
        return "", nothing
    maturity = locks.lock_maturity(line_reference)
    if maturity is None:
        raise NothingDispatchedError(line=line_reference)
    locks.lock_payable([maturity.owner], share.currency)
    if maturity.matured_at is not None:
        return maturity.owner, nothing
    from_pending = min(share, maturity.amount)
    _change(maturity, -from_pending)
    return maturity.owner, from_pending


def _change(maturity: Maturity, by: Money) -> None:
    maturity.amount_minor += by.amount_minor
    maturity.save(update_fields=["amount_minor"])


@transaction.atomic
def record_attempt(*, refund_id: UUID, now: datetime) -> tuple[Refund, bool]:
    """Note that the provider is about to be called; say whether it may know this refund already."""
    refund = locks.lock_refund(refund_id)
    tried_before = refund.checked_at is not None
    refund.checked_at = now
    refund.save(update_fields=["checked_at"])
    return refund, tried_before


@transaction.atomic
def record_truth(*, refund_id: UUID, truth: ProviderRefund, now: datetime) -> RefundView:
    """Record what the provider's refund says; a failed one gives every part back by a counter-entry."""
    refund = locks.lock_refund(refund_id)
    if truth.ref and refund.provider_ref != truth.ref:
        refund.provider_ref = truth.ref
        refund.save(update_fields=["provider_ref"])
    if truth.state == Truth.SUCCEEDED and REFUND_STATES.allows(refund, RefundState.SUCCEEDED):
        _settle(refund, now)
    elif truth.state == Truth.FAILED and REFUND_STATES.allows(refund, RefundState.FAILED):
        _undo(refund, truth.failure_code, now)
    return refund_view(refund)


def _settle(refund: Refund, now: datetime) -> None:
    REFUND_STATES.move(refund, RefundState.SUCCEEDED, actor=PROVIDER, now=now, settled_at=now)
    if refund.payment is not None:
        post_entry(
            kind=EntryKind.REFUND_PAID,
            reference=refund.reference,
            line_reference=refund.line_reference,
            postings=movements.refund_paid(provider=refund.payment.provider, amount=refund.card_amount),
            key=f"refund-paid:{refund.public_id}",
            occurred_at=now,
        )
    if refund.credit:
        stored_value.give_back(refund=refund, now=now)
    outbox.publish(events.REFUND_SUCCEEDED, key=refund.reference, payload=_payload(refund), now=now)


def _undo(refund: Refund, code: str, now: datetime) -> None:
    REFUND_STATES.move(refund, RefundState.FAILED, actor=PROVIDER, now=now, settled_at=now, failure_code=code[:60])
    to_pending = Money(refund.from_pending_minor, refund.currency)
    if to_pending:
        maturity = locks.lock_maturity(refund.line_reference)
        if maturity is not None and maturity.matured_at is None:
            _change(maturity, to_pending)
        else:
            to_pending = Money.zero(refund.currency)
    shares = RefundShares.from_json(refund.shares, refund.currency)
    post_entry(
        kind=EntryKind.REFUND_FAILED,
        reference=refund.reference,
        line_reference=refund.line_reference,
        postings=movements.refund_failed(
            amount=refund.amount, shares=shares, owner=refund.seller_owner, to_pending=to_pending
        ),
        key=f"refund-failed:{refund.public_id}",
        occurred_at=now,
        note=code,
    )
    outbox.publish(events.REFUND_FAILED, key=refund.reference, payload=_payload(refund), now=now)


def _payload(refund: Refund) -> dict[str, str]:
    return {
        "refund_id": str(refund.public_id),
        "reference": refund.reference,
        "line_reference": refund.line_reference,
    }
