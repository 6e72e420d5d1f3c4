"""Cancel or refund a line, then send the refund to the provider."""

from datetime import datetime

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from checkout.enums import CancelledBy
from checkout.services import refunds
from payments.flows import refunds as payment_flows
from payments.selectors.views import RefundView


def cancel_line(*, line_id: int, by: CancelledBy, reason: str, actor: Actor, now: datetime) -> RefundView:
    """
    Cancel a line and send its money back; a crash in between is made good by payments' sweep.

    :raises DomainError: see `services.refunds.cancel_line`
    """
    with transaction.atomic(durable=True):
        refund = refunds.cancel_line(line_id=line_id, by=by, reason=reason, actor=actor, now=now)
    return payment_flows.send_refund(refund_id=refund.public_id, now=now)


def refund_line(
    *, line_id: int, amount: Money | None, reason: str, borne_by: str, actor: Actor, key: str, now: datetime
) -> RefundView:
    """
    Refund a line, in full when `amount` is None, once per key.

    :raises DomainError: see `services.refunds.refund_line`
    """
    with transaction.atomic(durable=True):
        refund = refunds.refund_line(
            line_id=line_id, amount=amount, reason=reason, borne_by=borne_by, actor=actor, key=key, now=now
        )
    return payment_flows.send_refund(refund_id=refund.public_id, now=now)
