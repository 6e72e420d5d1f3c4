"""Give money back: the refund is stored with its postings, then sent, then settled by what the provider says."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from payments.enums import RefundState
from payments.models import Payment, Refund
from payments.providers.base import OutcomeUnknownError, ProviderRefund, ProviderRefusedError, Truth
from payments.providers.registry import provider_named
from payments.rules.shares import RefundShares
from payments.selectors.refunds import refund_view
from payments.selectors.views import RefundView
from payments.services import refunds


def refund(
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
    Store a refund and send it; a crash in between is made good by the sweep.

    :raises DomainError: see `services.refunds.request_refund`
    """
    with transaction.atomic(durable=True):
        stored = refunds.request_refund(
            reference=reference,
            line_reference=line_reference,
            amount=amount,
            shares=shares,
            borne_by=borne_by,
            reason=reason,
            actor=actor,
            key=key,
            now=now,
        )
    return send_refund(refund_id=stored.public_id, now=now)


def send_refund(*, refund_id: UUID, now: datetime) -> RefundView:
    """
    Send a pending refund to the provider, or ask how it stands if it may be there already.

    One that goes back to stored value alone is settled at once. Without an answer it stays pending and the sweep asks
    again; it is never sent twice.

    :raises Refund.DoesNotExist: there is none
    """
    pending = Refund.objects.get(public_id=refund_id)
    if pending.state != RefundState.PENDING:
        return refund_view(pending)
    with transaction.atomic(durable=True):
        pending, tried_before = refunds.record_attempt(refund_id=refund_id, now=now)
    try:
        truth = _send(pending, pending.payment, look_first=tried_before)
    except OutcomeUnknownError:
        return refund_view(pending)
    except ProviderRefusedError as error:
        truth = ProviderRefund(pending.provider_ref, Truth.FAILED, error.code)
    with transaction.atomic(durable=True):
        return refunds.record_truth(refund_id=refund_id, truth=truth, now=now)


def _send(pending: Refund, payment: Payment | None, *, look_first: bool) -> ProviderRefund:
    if payment is None:
        return ProviderRefund("", Truth.SUCCEEDED)
    provider = provider_named(payment.provider)
    known = provider.find_refund(pending.public_id, payment_ref=payment.provider_ref) if look_first else None
    return known or provider.create_refund(
        merchant_reference=pending.public_id, payment_ref=payment.provider_ref, amount=pending.card_amount
    )
