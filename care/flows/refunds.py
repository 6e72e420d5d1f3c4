"""Refund the item of a ticket: the money first, then the ticket's end."""

from datetime import datetime

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from care.models import Ticket
from care.services import tickets
from checkout.flows import refunds as checkout_refunds
from payments.selectors.views import RefundView


def refund_ticket(
    *, ticket_id: int, amount: Money | None, borne_by: str, reason: str, actor: Actor, key: str, now: datetime
) -> RefundView:
    """
    Refund a ticket's order line, in full when `amount` is None, and resolve the ticket.

    Fired twice with the same key it refunds once: the refund's key is unique and the ticket's end is a state.

    :raises DomainError: the amount is above what is left, or the line cannot be refunded
    """
    ticket = Ticket.objects.get(pk=ticket_id)
    refund = checkout_refunds.refund_line(
        line_id=ticket.line_id,
        amount=amount,
        reason=reason,
        borne_by=borne_by,
        actor=actor,
        key=f"ticket:{ticket.public_id}:{key}",
        now=now,
    )
    if Ticket.objects.open().filter(pk=ticket_id).exists():
        with transaction.atomic(durable=True):
            tickets.resolve(ticket_id=ticket_id, resolution=f"Refund {refund.amount}", actor=actor, now=now)
    return refund
