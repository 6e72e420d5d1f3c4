from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from backmarket.core import events, outbox, partitions
from backmarket.core.models import InboxEvent, OutboxEvent
from backmarket.core.queues import Queue

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def happened(monkeypatch):
    """An event type of this test alone, with the calls of its two handlers."""
    monkeypatch.setattr(events, "_types", {})
    monkeypatch.setattr(events, "_handlers", {})
    event_type = events.define("core.thing.happened.v1", "thing_id", meaning="A thing happened.")
    calls: list[tuple[str, int]] = []

    @events.on(event_type, queue=Queue.CARE)
    def first(event, now):
        calls.append(("first", event.payload["thing_id"]))

    @events.on(event_type, queue=Queue.BUCKS)
    def second(event, now):
        calls.append(("second", event.payload["thing_id"]))

    return event_type, calls


def publish(event_type, thing_id=1):
    with transaction.atomic():
        return outbox.publish(event_type, key=str(thing_id), payload={"thing_id": thing_id}, now=NOW)


@pytest.mark.parametrize(
    "name", ["thing.happened.v1", "core.thing.happened", "shop.thing.happened.v1", "core.Thing.x.v1"]
)
def test_a_malformed_event_name_is_refused(name):
    with pytest.raises(ValueError, match="malformed"):
        events.define(name, meaning="")


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(happened):
    with pytest.raises(ValueError, match="transaction"):
        outbox.publish(happened[0], key="1", payload={"thing_id": 1}, now=NOW)

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_a_payload_carries_exactly_the_declared_fields(happened):
    with pytest.raises(ValueError, match="carries"):
        outbox.publish(happened[0], key="1", payload={"thing_id": 1, "email": "a@b.c"}, now=NOW)

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_each_queue_gets_one_message_of_ids_and_the_event_counts_as_sent(happened):
    rows = [publish(happened[0], n) for n in range(3)]
    sent = []

    assert outbox.relay_once(lambda queue, ids: sent.append((queue, ids)), now=NOW) == 3

    ids = [row.pk for row in rows]
    assert sorted(sent) == [(Queue.BUCKS, ids), (Queue.CARE, ids)]
    assert outbox.relay_once(lambda queue, ids: sent.append((queue, ids)), now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_holds_at_most_a_hundred_ids(happened):
    for n in range(130):
        publish(happened[0], n)
    sizes = []

    outbox.relay_once(lambda queue, ids: sizes.append(len(ids)), now=NOW)

    assert sorted(sizes) == [30, 30, 100, 100]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_leaves_the_events_unsent(happened):
    publish(happened[0])

    def refuse(queue, ids):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        outbox.relay_once(refuse, now=NOW)

    assert OutboxEvent.objects.filter(sent_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_delivered_twice_has_one_effect(happened):
    row = publish(happened[0], 7)

    outbox.handle(Queue.CARE, [row.pk], now=NOW)
    outbox.handle(Queue.CARE, [row.pk], now=NOW)

    assert happened[1] == [("first", 7)]


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_inbox_a_message_delivered_twice_has_two_effects(happened):
    row = publish(happened[0], 7)

    outbox.handle(Queue.CARE, [row.pk], now=NOW)
    InboxEvent.objects.all().delete()
    outbox.handle(Queue.CARE, [row.pk], now=NOW)

    assert happened[1] == [("first", 7), ("first", 7)]


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_is_undone_and_does_not_hold_up_the_next_event(happened):
    rows = [publish(happened[0], n) for n in (1, 2)]
    done = []

    @events.on(happened[0], queue=Queue.PLATFORM)
    def fails_on_the_first(event, now):
        InboxEvent.objects.create(event_id=-1, handler="side effect", handled_at=now)
        if event.payload["thing_id"] == 1:
            raise RuntimeError("poison")
        InboxEvent.objects.filter(event_id=-1).delete()
        done.append(event.payload["thing_id"])

    with pytest.raises(RuntimeError, match="poison"):
        outbox.handle(Queue.PLATFORM, [row.pk for row in rows], now=NOW)

    assert done == [2]
    assert list(InboxEvent.objects.values_list("event_id", flat=True)) == [rows[1].pk]


@pytest.mark.django_db(transaction=True)
def test_events_whose_message_was_lost_are_sent_again_once(happened):
    handled, lost = publish(happened[0], 1), publish(happened[0], 2)
    outbox.relay_once(lambda queue, ids: None, now=NOW)
    for queue in (Queue.CARE, Queue.BUCKS):
        outbox.handle(queue, [handled.pk], now=NOW)

    later = NOW + timedelta(minutes=20)
    assert outbox.requeue_unhandled(now=later, older_than=timedelta(minutes=15)) == 1

    assert list(OutboxEvent.objects.filter(sent_at=None).values_list("pk", flat=True)) == [lost.pk]


@pytest.mark.django_db
def test_partitions_are_made_for_this_month_and_three_ahead_once():
    with connection.cursor() as cursor:
        created = partitions.ensure(now=datetime(2031, 11, 5, tzinfo=UTC))
        again = partitions.ensure(now=datetime(2031, 11, 5, tzinfo=UTC))
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'core_outboxevent'::regclass")

    months = ("2031_11", "2031_12", "2032_01", "2032_02")
    assert [name for name in created if name.startswith("core")] == [f"core_outboxevent_{month}" for month in months]
    assert again == []


@pytest.mark.django_db(transaction=True)
def test_an_event_lands_in_the_partition_of_its_month(happened):
    partitions.ensure(now=NOW)
    publish(happened[0])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_outboxevent_2026_11")
        assert cursor.fetchone() == (1,)
