"""The mails of a ticket: each side hears what the other wrote, once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from backmarket.notify.services import queue_mail
from care.enums import AuthorKind
from care.models import Message, Ticket
from checkout.selectors import orders
from checkout.slots import seller_contacts


def _ticket(ticket_id: int) -> Ticket:
    return Ticket.objects.select_related("line__order", "seller").get(pk=ticket_id)


def _to_shopper(kind: str, ticket: Ticket, *, dedupe: str, now: datetime, **context: Any) -> None:
    """Write to the shopper; the link opens the ticket also for a guest, whose order it names by a signed key."""
    order = ticket.line.order
    with translation.override(order.locale):
        path = f"{reverse('care:ticket', args=[ticket.public_id])}?key={orders.signed_key(order)}"
    queue_mail(
        kind=kind,
        to=order.email,
        locale=order.locale,
        context={"ticket": ticket, "line": ticket.line, "ticket_url": f"{settings.PUBLIC_URL}{path}", **context},
        dedupe_key=f"{kind}:{ticket.public_id}:{dedupe}",
        reference=f"ticket:{ticket.public_id}",
        now=now,
    )


def _to_seller(kind: str, ticket: Ticket, *, dedupe: str, now: datetime, **context: Any) -> None:
    office_url = f"{settings.PUBLIC_URL}{reverse('office:ticket', args=[ticket.public_id])}"
    for address, locale in seller_contacts(ticket.seller_id):
        queue_mail(
            kind=kind,
            to=address,
            locale=locale,
            context={"ticket": ticket, "line": ticket.line, "office_url": office_url, **context},
            dedupe_key=f"{kind}:{ticket.public_id}:{dedupe}:{address}"[:150],
            reference=f"ticket:{ticket.public_id}",
            now=now,
        )


def ticket_opened(*, ticket_id: int, now: datetime) -> None:
    ticket = _ticket(ticket_id)
    first = ticket.messages.filter(is_internal=False).first()
    _to_seller("ticket_for_seller", ticket, dedupe="opened", now=now, message=first, is_new=True)


def ticket_replied(*, message_id: int, now: datetime) -> None:
    """Tell the other side: the seller of the shopper's message, the shopper of the seller's and support's."""
    message = Message.objects.get(pk=message_id)
    if message.is_internal:
        return
    ticket = _ticket(message.ticket_id)
    dedupe = str(message.pk)
    if message.author_kind == AuthorKind.SHOPPER:
        _to_seller("ticket_for_seller", ticket, dedupe=dedupe, now=now, message=message, is_new=False)
    else:
        _to_shopper("ticket_answered", ticket, dedupe=dedupe, now=now, message=message)


def ticket_escalated(*, ticket_id: int, occurred_at: datetime, now: datetime) -> None:
    """Tell both sides that the marketplace decides from here on."""
    ticket = _ticket(ticket_id)
    dedupe = occurred_at.isoformat()
    _to_shopper("ticket_escalated", ticket, dedupe=dedupe, now=now)
    _to_seller("ticket_taken_over", ticket, dedupe=dedupe, now=now)


def ticket_resolved(*, ticket_id: int, occurred_at: datetime, now: datetime) -> None:
    ticket = _ticket(ticket_id)
    if ticket.resolution:
        _to_shopper("ticket_resolved", ticket, dedupe=occurred_at.isoformat(), now=now)
