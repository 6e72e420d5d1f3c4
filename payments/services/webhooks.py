"""Providers' messages, stored raw and once."""

from datetime import datetime

from django.db import connection, transaction

from backmarket.core import outbox
from payments import events
from payments.models import WebhookEvent


@transaction.atomic
def store_webhook(*, provider: str, event_id: str, body: bytes, now: datetime) -> bool:
    """Store a verified message and have a worker read it; False when the event was stored before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_webhookreceipt (provider, event_id, received_at) VALUES (%s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [provider, event_id, now],
        )
        if cursor.rowcount == 0:
            return False
    stored = WebhookEvent.objects.create(provider=provider, event_id=event_id, body=body, received_at=now)
    outbox.publish(events.WEBHOOK_RECEIVED, key=event_id, payload={"webhook_id": stored.pk}, now=now)
    return True
