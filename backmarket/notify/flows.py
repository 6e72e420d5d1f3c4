"""Send stored messages: mails through the mail server, texts through their provider."""

import logging
import time
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives

from backmarket.markets.registry import market_of_locale

from .enums import TextState
from .models import Message, Text
from .providers.base import TextRefusedError, TextUnknownError
from .providers.registry import text_provider
from .rules import loud_at

logger = logging.getLogger(__name__)
AGAIN = timedelta(minutes=5)
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 8.0


def send_message(*, message_id: int, now: datetime) -> None:
    """Send one message if it was not sent yet; a crash between sending and storing sends it twice, never not at all."""
    message = Message.objects.get(pk=message_id)
    if message.sent_at is not None:
        return
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=_headers(message))
    mail.attach_alternative(message.html, "text/html")
    mail.send()
    Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=now)


def _headers(message: Message) -> dict[str, str]:
    """Let mail programs switch it off with one press, for whoever does not open it (RFC 2369 and 8058)."""
    if not message.unsubscribe_url:
        return {}
    return {
        "List-Unsubscribe": f"<{message.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def send_text(*, text_id: int, now: datetime) -> None:
    """
    Send one text if it is due, still wanted and not too late, whatever the hour at which a worker comes to it.

    Without an answer it is asked for again under the same key.
    """
    text = Text.objects.select_related("recipient").get(pk=text_id)
    if text.state != TextState.WAITING or now < text.due_at:
        return
    waiting = Text.objects.filter(pk=text.pk, state=TextState.WAITING)
    if now >= text.expires_at or text.recipient.is_texts_off:
        waiting.update(state=TextState.DROPPED)
        return
    loud = loud_at(now, market_of_locale(text.locale).time_zone)
    if loud > now:
        waiting.update(due_at=loud)
        return
    try:
        text_provider().send(key=str(text.public_id), to=text.to, body=text.body)
    except TextRefusedError as error:
        waiting.update(state=TextState.REFUSED, problem=str(error)[:200])
    except TextUnknownError:
        waiting.update(due_at=now + AGAIN)
    else:
        waiting.update(state=TextState.SENT, sent_at=now)


def send_due_texts(*, now: datetime, limit: int = 200) -> int:
    """Send the texts that waited for the morning or for their provider; return how many were looked at."""
    due = Text.objects.filter(state=TextState.WAITING, due_at__lte=now).order_by("due_at")
    started, count = time.monotonic(), 0
    for text_id in list(due.values_list("pk", flat=True)[:limit]):
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            send_text(text_id=text_id, now=now)
        except Exception:
            logger.exception("text %s could not be sent", text_id)
            Text.objects.filter(pk=text_id, state=TextState.WAITING).update(due_at=now + AGAIN)
        count += 1
    return count
