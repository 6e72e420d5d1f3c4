"""Messages of providers, stored raw before anything else happens."""

from django.db import models


class WebhookReceipt(models.Model):
    """That a provider's event was stored; unique without the month, which a partitioned table cannot be."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="payments_webhook_once_per_event")]
        indexes = [models.Index(fields=["received_at"], name="payments_webhook_received")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class WebhookEvent(models.Model):
    """
    A signed message as it came.

    The table is partitioned by month of `received_at` (decision 14), so its database key is (id, received_at).
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
