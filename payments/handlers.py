"""What payments does when its events arrive."""

from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue

from . import events
from .flows import webhooks


@on(events.WEBHOOK_RECEIVED, queue=Queue.BUCKS, flow=True)
def process_stored_webhook(event: Event, now: datetime) -> None:
    webhooks.process_webhook(webhook_id=event.payload["webhook_id"], now=now)
