"""Queue messages to people, and keep what each of them wants to get."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from backmarket.core import outbox
from backmarket.markets.registry import market_of_locale

from . import locks
from .enums import Audience, Category
from .events import MESSAGE_QUEUED, TEXT_QUEUED
from .kinds import KINDS
from .models import Message, Recipient, Text
from .rendering import render_mail, render_text
from .rules import loud_at, segments


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

    Returns None where the shopper has switched its category off, and when the same `dedupe_key` was queued before,
    because events are delivered at least once.

    :raises KeyError: nobody has declared this kind
    """
    declared = KINDS[kind]
    recipient = recipient_of(to) if declared.audience == Audience.SHOPPER else None
    if recipient and declared.category in recipient.mails_off:
        return None
    mail = render_mail(
        declared, context, locale=locale, preferences_url=preferences_url(recipient, locale) if recipient else ""
    )
    off_url = unsubscribe_url(recipient, declared.category, locale) if recipient and declared.can_be_off else ""
    message, created = Message.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "to": to,
            "locale": locale,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "reference": reference,
            "unsubscribe_url": off_url,
            "created_at": now,
        },
    )
    if not created:
        return None
    outbox.publish(MESSAGE_QUEUED, key=str(message.pk), payload={"message_id": message.pk}, now=now)
    return message


@transaction.atomic
def queue_text(
    *,
    kind: str,
    to: str,
    email: str,
    locale: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    now: datetime,
    expires_at: datetime,
    reference: str = "",
) -> Text | None:
    """
    Store a text message to a phone in E.164, to be sent when its recipient is awake, or dropped at `expires_at`.

    The caller knows that the person asked for texts about this matter; `email` is who may have switched all of them off
    since. Returns None then, and when the same `dedupe_key` was queued before.

    :raises KeyError: nobody has declared this kind
    """
    declared = KINDS[kind]
    recipient = recipient_of(email)
    if recipient.is_texts_off:
        return None
    body = render_text(declared, context, locale=locale)
    text, created = Text.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "recipient": recipient,
            "kind": kind,
            "to": to,
            "locale": locale,
            "body": body,
            "segments": segments(body),
            "reference": reference,
            "created_at": now,
            "due_at": loud_at(now, market_of_locale(locale).time_zone),
            "expires_at": expires_at,
        },
    )
    if not created:
        return None
    outbox.publish(TEXT_QUEUED, key=str(text.pk), payload={"text_id": text.pk}, now=now)
    return text


def recipient_of(email: str) -> Recipient:
    """Return what is known of an address; what it wants until it says otherwise is everything."""
    return Recipient.objects.get_or_create(email=email.strip().lower())[0]


def preferences_url(recipient: Recipient, locale: str) -> str:
    with translation.override(locale):
        return f"{settings.PUBLIC_URL}{reverse('notify:preferences', args=[recipient.token])}"


def unsubscribe_url(recipient: Recipient, category: str, locale: str) -> str:
    with translation.override(locale):
        return f"{settings.PUBLIC_URL}{reverse('notify:unsubscribe', args=[recipient.token, category])}"


@transaction.atomic
def choose(*, recipient: Recipient, wanted: Iterable[str], wants_texts: bool, now: datetime) -> None:
    """Keep which categories an address wants; what is essential comes whatever is chosen."""
    chosen = set(wanted)
    off = [value for value in Category.values if value != Category.ESSENTIAL and value not in chosen]
    Recipient.objects.filter(pk=recipient.pk).update(mails_off=off, is_texts_off=not wants_texts, changed_at=now)


@transaction.atomic
def switch(*, recipient: Recipient, category: str, is_on: bool, now: datetime) -> None:
    """Switch one category of mails on or off; repeating it changes nothing."""
    recipient = locks.lock_recipient(recipient.pk)
    off = {*recipient.mails_off} - {category} if is_on else {*recipient.mails_off, category}
    if off != {*recipient.mails_off}:
        Recipient.objects.filter(pk=recipient.pk).update(mails_off=sorted(off), changed_at=now)
