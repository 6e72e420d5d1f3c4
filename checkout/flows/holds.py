"""Decide on held orders: what a refusal gives back is sent after its transaction."""

from datetime import datetime

from django.db import transaction

from backmarket.core.actors import Actor
from checkout import locks
from checkout.services import holds
from payments.flows import refunds as payment_refunds


def refuse(*, order_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """
    Cancel a held order and send its money back; a crash in between is made good by payments' sweep.

    :raises DomainError: see `services.holds.refuse`
    """
    with transaction.atomic(durable=True):
        refunds = holds.refuse(order_id=order_id, reason=reason, actor=actor, now=now)
    for refund in refunds:
        payment_refunds.send_refund(refund_id=refund.public_id, now=now)


def remind_overdue(*, now: datetime, limit: int = 100) -> int:
    """Remind of the orders that wait for a decision longer than was promised; return how many."""
    reminded = 0
    for order_id in locks.overdue_hold_ids(now=now, limit=limit):
        with transaction.atomic(durable=True):
            reminded += holds.remind(order_id=order_id, now=now)
    return reminded
