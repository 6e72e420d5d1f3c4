"""Care writes to the other side of a conversation."""

from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue
from checkout import events as checkout_events

from . import events
from .services import mails, withdrawals


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


@on(checkout_events.LINE_WITHDRAWN, queue=Queue.CARE)
def open_return_of_withdrawn_line(event: Event, now: datetime) -> None:
    withdrawals.open_return(line_id=event.payload["line_id"], now=now)
