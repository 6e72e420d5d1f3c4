from datetime import UTC, datetime

import boto3
import pytest
from django.db import transaction

from backmarket.celery import DelayTooLongError, app
from backmarket.core import outbox
from backmarket.core.models import InboxEvent, OutboxEvent
from backmarket.core.queues import Queue
from backmarket.core.tasks import handle_events
from backmarket.notify.events import MESSAGE_QUEUED
from backmarket.notify.models import Message

from .queue_stack import queue_stack, wait_until

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def message_waiting() -> Message:
    with transaction.atomic():
        message = Message.objects.create(
            kind="test",
            to="ada@example.com",
            locale="en-gb",
            subject="Hello",
            text="Hello",
            html="<p>Hello</p>",
            dedupe_key="test",
            created_at=NOW,
        )
        outbox.publish(MESSAGE_QUEUED, key=str(message.pk), payload={"message_id": message.pk}, now=NOW)
    return message


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_event_travels_from_the_outbox_over_sqs_to_its_handler(tmp_path):
    with queue_stack(tmp_path) as stack:
        message = message_waiting()
        stack.start_worker()
        stack.start_relay()

        assert wait_until(lambda: Message.objects.get().sent_at is not None), stack.log.read_text()[-3000:]

        sqs = boto3.client("sqs", endpoint_url=stack.env["SQS_ENDPOINT_URL"], region_name="eu-west-3")
        urls = sqs.list_queues()["QueueUrls"]
        attributes = sqs.get_queue_attributes(
            QueueUrl=next(url for url in urls if url.endswith("backmarket-bucks-long")), AttributeNames=["All"]
        )["Attributes"]
    assert InboxEvent.objects.filter(event_id=OutboxEvent.objects.get().pk).count() == 1
    assert message.pk == Message.objects.get().pk
    assert len(urls) == 20
    assert attributes["VisibilityTimeout"] == "40"
    assert "backmarket-bucks-long-dead" in attributes["RedrivePolicy"]


@pytest.mark.parametrize("options", [{"countdown": 15 * 60}, {"eta": NOW}])
def test_a_long_delay_is_refused_at_run_time(options):
    with pytest.raises(DelayTooLongError):
        handle_events.apply_async((Queue.CARE.value, []), **options)


def test_the_settings_that_keep_killed_work_are_on():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_acks_on_failure_or_timeout is False
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]
    assert set(app.conf.broker_transport_options["predefined_queues"]) == {queue.value for queue in Queue}
