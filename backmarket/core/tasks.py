"""Tasks of the platform: event handling, the outbox sweep, partitions, keys that are over."""

from datetime import timedelta

from celery import shared_task

from . import clock, idempotency, outbox, partitions
from .queues import Queue


@shared_task
def handle_events(queue: str, event_ids: list[int]) -> None:
    outbox.handle(Queue(queue), event_ids, now=clock.now())


@shared_task
def sweep_outbox() -> None:
    outbox.requeue_unhandled(now=clock.now(), older_than=timedelta(minutes=15))


@shared_task
def ensure_partitions() -> None:
    partitions.ensure(now=clock.now())


@shared_task
def forget_idempotent_calls() -> None:
    idempotency.forget_old(now=clock.now())


def send_to_queue(queue: Queue, event_ids: list[int]) -> None:
    """Send one message of event ids; the relay's way to SQS."""
    handle_events.apply_async((queue.value, event_ids), queue=queue.value)
