"""Cards that shoppers agreed to keep: the provider's token and what people know a card by, never its number."""

import uuid

from django.db import models


class SavedCard(models.Model):
    """
    A kept card of an opaque owner such as `user:17`.

    `forgotten_at` marks one that its owner deleted: nobody sees or charges it any more, and it goes as soon as the
    provider has deleted it too.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=80)
    provider = models.CharField(max_length=20)
    token = models.CharField(max_length=80)
    brand = models.CharField(max_length=20)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="payments_card_public_id"),
            models.UniqueConstraint(fields=["provider", "token"], name="payments_card_once_per_token"),
        ]
        indexes = [models.Index(fields=["owner"], name="payments_card_owner")]

    def __str__(self) -> str:
        return f"{self.brand} {self.last4}"
