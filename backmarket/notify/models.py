"""Messages to people, stored before they are sent, and what each of them wants to get."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .enums import TextState


class Recipient(models.Model):
    """
    An address that shoppers' messages go to, in lower case, and what it wants.

    `token` is the secret of the links in its mails. `mails_off` are the categories it does not want by mail.
    """

    email = models.EmailField()
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    mails_off = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_texts_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="notify_recipient_email"),
            models.UniqueConstraint(fields=["token"], name="notify_recipient_token"),
        ]

    def __str__(self) -> str:
        return self.email


class Message(models.Model):
    """
    An e-mail, written with the change it tells of and sent by a worker; `dedupe_key` keeps it single.

    `unsubscribe_url` is for mail programs (RFC 8058), empty for what cannot be switched off.
    """

    kind = models.CharField(max_length=60)
    to = models.EmailField()
    locale = models.CharField(max_length=5)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    reference = models.CharField(max_length=80, blank=True)
    unsubscribe_url = models.CharField(max_length=250, blank=True, default="", db_default="")
    dedupe_key = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [models.UniqueConstraint(fields=["dedupe_key"], name="notify_message_once_per_key")]
        indexes = [
            models.Index(fields=["to", "-created_at"], name="notify_message_to"),
            models.Index(fields=["created_at", "kind"], name="notify_message_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class Text(models.Model):
    """
    A text message to a phone in E.164, sent from `due_at` on, when its recipient is awake, and not after `expires_at`.

    `recipient` is who may switch texts off until it is sent.

    `public_id` is the key that the provider sends it once under.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=60)
    to = models.CharField(max_length=20)
    locale = models.CharField(max_length=5)
    body = models.CharField(max_length=500)
    segments = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    dedupe_key = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=TextState, default=TextState.WAITING)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="notify_text_once_per_key"),
            models.UniqueConstraint(fields=["public_id"], name="notify_text_public_id"),
            models.CheckConstraint(condition=Q(state__in=TextState.values), name="notify_text_state_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=TextState.WAITING), name="notify_text_due"),
            models.Index(fields=["created_at", "kind"], name="notify_text_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
