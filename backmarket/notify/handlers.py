from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue

from . import events, flows


@on(events.MESSAGE_QUEUED, queue=Queue.PLATFORM, flow=True)
def send_queued_message(event: Event, now: datetime) -> None:
    flows.send_message(message_id=event.payload["message_id"], now=now)


@on(events.TEXT_QUEUED, queue=Queue.PLATFORM, flow=True)
def send_queued_text(event: Event, now: datetime) -> None:
    flows.send_text(text_id=event.payload["text_id"], now=now)
