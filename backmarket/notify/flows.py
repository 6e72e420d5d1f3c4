"""Send a stored message through the mail server."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from .models import Message


def send_message(*, message_id: int, now: datetime) -> None:
    """Send one message if it was not sent yet; a crash between sending and storing sends it twice, never not at all."""
    message = Message.objects.get(pk=message_id)
    if message.sent_at is not None:
        return
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    mail.attach_alternative(message.html, "text/html")
    mail.send()
    Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=now)
