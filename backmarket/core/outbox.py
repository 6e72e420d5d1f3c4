"""The outbox: events are written with the business change, relayed to queues, handled once a handler."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from . import locks
from .events import Event, EventType, Handler, all_handlers, handlers_of
from .models import InboxEvent, OutboxEvent
from .queues import Queue

logger = logging.getLogger(__name__)
CHANNEL = "outbox"
IDS_PER_MESSAGE = 100
CLAIM_SIZE = 500

# The window names the partitions to look at; the rows never leave the database.
UNHANDLED = """
UPDATE core_outboxevent event SET sent_at = NULL
WHERE event.sent_at < %(sent_before)s AND event.occurred_at > %(occurred_after)s AND EXISTS (
    SELECT 1 FROM unnest(%(types)s::text[], %(handlers)s::text[]) AS wanted(type, handler)
    WHERE wanted.type = event.type AND NOT EXISTS (
        SELECT 1 FROM core_inboxevent done WHERE done.event_id = event.id AND done.handler = wanted.handler
    )
)
"""

Send = Callable[[Queue, list[int]], None]


def publish(event_type: EventType, *, key: str, payload: dict[str, Any], now: datetime) -> OutboxEvent:
    """
    Write an event in the caller's transaction and nudge the relay when it commits.

    :raises ValueError: called outside a transaction, or the payload's keys are not the declared ones
    """
    if not connection.in_atomic_block:
        raise ValueError("publish belongs inside the transaction of the change it tells of")
    if frozenset(payload) != event_type.fields:
        raise ValueError(f"{event_type.name} carries {sorted(event_type.fields)}, not {sorted(payload)}")
    event = OutboxEvent.objects.create(type=event_type.name, key=key, payload=payload, occurred_at=now)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return event


def relay_once(send: Send, *, now: datetime) -> int:
    """
    Send up to 500 unsent events, by queue and at most 100 ids a message; return how many were claimed.

    Rows stay claimed (SKIP LOCKED) while they are sent: a crash in between sends them again, never loses them.
    """
    with transaction.atomic(durable=True):
        claimed = locks.claim_unsent_events(CLAIM_SIZE)
        by_queue: dict[Queue, list[int]] = defaultdict(list)
        for event in claimed:
            for queue in dict.fromkeys(handler.queue for handler in handlers_of(event.type)):
                by_queue[queue].append(event.pk)
        for queue, ids in by_queue.items():
            for start in range(0, len(ids), IDS_PER_MESSAGE):
                send(queue, ids[start : start + IDS_PER_MESSAGE])
        OutboxEvent.objects.filter(pk__in=[event.pk for event in claimed]).update(sent_at=now)
    return len(claimed)


def _handle_one(event: Event, handler: Handler, *, now: datetime) -> None:
    mark = InboxEvent(event_id=event.id, handler=handler.name, handled_at=now)
    if handler.flow:
        if InboxEvent.objects.filter(event_id=event.id, handler=handler.name).exists():
            return
        handler.function(event, now)
        InboxEvent.objects.bulk_create([mark], ignore_conflicts=True)
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_inboxevent (event_id, handler, handled_at) VALUES (%s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [event.id, handler.name, now],
            )
            if cursor.rowcount == 0:
                return
        handler.function(event, now)


def handle(queue: Queue, event_ids: Sequence[int], *, now: datetime) -> None:
    """
    Run the queue's handlers of these events, each in its own transaction, skipping what was handled before.

    One that fails does not hold up the others; the first error is raised at the end, so the message comes back.
    """
    errors: list[Exception] = []
    for row in OutboxEvent.objects.filter(pk__in=event_ids).order_by("pk"):
        event = Event(row.pk, row.type, row.key, row.payload, row.occurred_at)
        for handler in handlers_of(row.type):
            if handler.queue != queue:
                continue
            try:
                _handle_one(event, handler, now=now)
            except Exception as error:
                logger.exception("handler %s failed on event %s (%s)", handler.name, event.id, event.type)
                errors.append(error)
    if errors:
        raise errors[0]


def requeue_unhandled(*, now: datetime, older_than: timedelta, within: timedelta = timedelta(days=14)) -> int:
    """Mark events that were sent but never handled as unsent: a lost message (queue wiped) is sent again."""
    wanted = all_handlers()
    with connection.cursor() as cursor:
        cursor.execute(
            UNHANDLED,
            {
                "types": [handler.event_type for handler in wanted],
                "handlers": [handler.name for handler in wanted],
                "sent_before": now - older_than,
                "occurred_after": now - within,
            },
        )
        found: int = cursor.rowcount
    return found


def drain(*, now: datetime, rounds: int = 50) -> int:
    """Relay and handle everything in this process until nothing is left; for tests, commands and the demo loader."""
    handled = 0
    for _round in range(rounds):
        messages: list[tuple[Queue, list[int]]] = []

        def keep(queue: Queue, ids: list[int], into: list[tuple[Queue, list[int]]] = messages) -> None:
            into.append((queue, ids))

        count = relay_once(keep, now=now)
        for queue, ids in messages:
            handle(queue, ids, now=now)
        if not count:
            return handled
        handled += count
    raise RuntimeError(f"events still breed events after {rounds} rounds")
