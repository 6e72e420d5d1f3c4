"""Refund the item of a ticket: the money first, then the ticket's end."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from care.models import Ticket
from care.services import tickets
from checkout.flows import refunds as checkout_refunds
from payments.selectors.views import RefundView


class RefundKeyReusedError(DomainError):
    code = "ticket_refund_key_reused"
    message = gettext_lazy("This refund was already made, with another amount. Nothing more was sent back.")


def refund_ticket(
    *,
    ticket_id: int,
    amount: Money | None,
    borne_by: str,
    reason: str,
    actor: Actor,
    key: str,
    now: datetime,
    resolves: bool = True,
) -> RefundView:
    """
    Refund a ticket's order line, in full when `amount` is None, and resolve the ticket if asked to.

    Fired twice with the same key it refunds once: the refund's key is unique and the ticket's end is a state. A
    crash between money and ticket is made good by firing again.

    :raises RefundKeyReusedError: the key was spent on another amount
    :raises DomainError: the amount is above what is left, or the line cannot be refunded
    """
    ticket = Ticket.objects.select_related("line__order").get(pk=ticket_id)
    refund = checkout_refunds.refund_line(
        line_id=ticket.line_id,
        amount=amount,
        reason=reason,
        borne_by=borne_by,
        actor=actor,
        key=f"ticket:{ticket.public_id}:{key}",
        now=now,
    )
    if amount is not None and refund.amount != amount:
        raise RefundKeyReusedError(refunded=str(refund.amount))
    if resolves:
        _resolve(ticket, refund.amount, actor=actor, now=now)
    return refund


def _resolve(ticket: Ticket, amount: Money, *, actor: Actor, now: datetime) -> None:
    """Resolve a ticket that nobody resolved meanwhile, in the words of the shopper's language."""
    locale = ticket.line.order.locale
    with translation.override(locale):
        resolution = _("Refund of %(amount)s") % {"amount": amount.format(locale)}
    with transaction.atomic(durable=True):
        tickets.resolve_if_open(ticket_id=ticket.pk, resolution=resolution, actor=actor, now=now)
