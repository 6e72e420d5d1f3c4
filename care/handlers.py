"""Care writes to the other side of a conversation."""

from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue

from . import events
from .services import mails


@on(events.TICKET_OPENED, queue=Queue.CARE)
def tell_ticket_opened(event: Event, now: datetime) -> None:
    mails.ticket_opened(ticket_id=event.payload["ticket_id"], now=now)


@on(events.TICKET_REPLIED, queue=Queue.CARE)
def tell_ticket_replied(event: Event, now: datetime) -> None:
    mails.ticket_replied(message_id=event.payload["message_id"], now=now)


@on(events.TICKET_ESCALATED, queue=Queue.CARE)
def tell_ticket_escalated(event: Event, now: datetime) -> None:
    mails.ticket_escalated(ticket_id=event.payload["ticket_id"], occurred_at=event.occurred_at, now=now)


@on(events.TICKET_RESOLVED, queue=Queue.CARE)
def tell_ticket_resolved(event: Event, now: datetime) -> None:
    mails.ticket_resolved(ticket_id=event.payload["ticket_id"], occurred_at=event.occurred_at, now=now)
