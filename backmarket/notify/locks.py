"""Row locks of messages."""

from .models import Recipient


def lock_recipient(recipient_id: int) -> Recipient:
    """:raises Recipient.DoesNotExist: there is none"""
    return Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
