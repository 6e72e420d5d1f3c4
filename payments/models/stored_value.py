"""Gift cards, and stored value that an order holds or has spent; the value itself is in the ledger."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from payments.enums import HoldState

from .ledger import Account

GIFT = "gift:"


class GiftCardQuerySet(models.QuerySet["GiftCard"]):
    def of_owners(self, owners: Iterable[str]) -> Self:
        """Keep the cards that these accounts of stored value belong to; other owners have none."""
        return self.filter(public_id__in=[owner.removeprefix(GIFT) for owner in owners if owner.startswith(GIFT)])


class GiftCard(models.Model):
    """
    A gift card, known by the digest of its code: whoever reads the table can spend none.

    `amount_minor` is what it was issued with; what is left is the balance of the account `stored_value:gift:…`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    code_digest = models.CharField(max_length=64)
    last4 = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    key = models.CharField(max_length=120)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)

    objects = GiftCardQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="payments_gift_card_public_id"),
            models.UniqueConstraint(fields=["code_digest"], name="payments_gift_card_once_per_code"),
            models.UniqueConstraint(fields=["key"], name="payments_gift_card_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_gift_card_above_zero"),
        ]
        indexes = [models.Index(fields=["last4"], name="payments_gift_card_last4")]

    def __str__(self) -> str:
        return f"•••• {self.last4}"

    @property
    def owner(self) -> str:
        return f"{GIFT}{self.public_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class StoredValueHold(models.Model):
    """
    What an order takes of one account of stored value, once an order and account.

    `held` is set aside until the order is paid, `posted` is spent, `voided` is free again. `returned_minor` of what
    was posted came back by refunds.
    """

    reference = models.CharField(max_length=100)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    amount_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=10, choices=HoldState, default=HoldState.HELD)
    held_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["reference", "account"], name="payments_hold_once_per_account"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_hold_above_zero"),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0) & Q(returned_minor__lte=models.F("amount_minor")),
                name="payments_hold_returns_no_more_than_it_took",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="payments_hold_open", condition=Q(state="held"))]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.account.currency)
