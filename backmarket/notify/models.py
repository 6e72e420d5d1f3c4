"""Messages to people, stored before they are sent."""

from django.db import models


class Message(models.Model):
    """An e-mail, written with the change it tells of and sent by a worker; `dedupe_key` keeps it single."""

    kind = models.CharField(max_length=60)
    to = models.EmailField()
    locale = models.CharField(max_length=5)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    reference = models.CharField(max_length=80, blank=True)
    dedupe_key = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [models.UniqueConstraint(fields=["dedupe_key"], name="notify_message_once_per_key")]
        indexes = [models.Index(fields=["to", "-created_at"], name="notify_message_to")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
