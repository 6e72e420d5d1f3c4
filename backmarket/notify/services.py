"""Queue messages to people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from backmarket.core import outbox
from backmarket.markets.registry import market_of_locale

from .events import MESSAGE_QUEUED
from .models import Message


@transaction.atomic
def queue_mail(
    *,
    kind: str,
    to: str,
    locale: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    now: datetime,
    reference: str = "",
) -> Message | None:
    """
    Store a mail in the person's language, to be sent by a worker after the commit.

    Renders `mail/<kind>.txt` (its first line is the subject) and `mail/<kind>.html`. Returns None when the
    same `dedupe_key` was queued before, because events are delivered at least once.
    """
    zone = market_of_locale(locale).time_zone
    with translation.override(locale), timezone.override(zone):
        full = {**context, "shop_url": settings.PUBLIC_URL, "locale": locale}
        subject, _, text = render_to_string(f"mail/{kind}.txt", full).lstrip().partition("\n")
        html = render_to_string(f"mail/{kind}.html", {**full, "subject": subject})
    message, created = Message.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "to": to,
            "locale": locale,
            "subject": subject.strip()[:250],
            "text": text.strip(),
            "html": html,
            "reference": reference,
            "created_at": now,
        },
    )
    if not created:
        return None
    outbox.publish(MESSAGE_QUEUED, key=str(message.pk), payload={"message_id": message.pk}, now=now)
    return message
