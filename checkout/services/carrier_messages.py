"""Carriers' messages, stored raw and once."""

from datetime import datetime, timedelta

from django.db import transaction

from backmarket.core import outbox
from checkout import events
from checkout.models import CarrierMessage

# Long enough to look into a complaint; the scans themselves stay.
KEPT_FOR = timedelta(days=90)


@transaction.atomic
def store_message(*, client: str, message_id: str, body: bytes, now: datetime) -> bool:
    """Store a verified message and have a worker read it; False when it was stored before."""
    stored, is_new = CarrierMessage.objects.get_or_create(
        client=client, message_id=message_id, defaults={"body": body, "received_at": now}
    )
    if is_new:
        payload = {"carrier_message_id": stored.pk}
        outbox.publish(events.CARRIER_MESSAGE_RECEIVED, key=str(stored.pk), payload=payload, now=now)
    return is_new


@transaction.atomic
def forget_messages(*, now: datetime, limit: int = 1000) -> int:
    """Delete messages that came more than 90 days ago; return how many."""
    old = CarrierMessage.objects.filter(received_at__lt=now - KEPT_FOR).order_by("received_at").values("pk")[:limit]
    return CarrierMessage.objects.filter(pk__in=old).delete()[0]
