"""The provider's own books. The shop never reads them save over HTTP."""

import secrets

from django.db import models
from django.utils import timezone

from backmarket.core.money import Money


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(10)}"


def new_page_token() -> str:
    return secrets.token_urlsafe(24)


class State(models.TextChoices):
    OPEN = "open"
    PROCESSING = "processing"
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Method(models.TextChoices):
    CARD = "card"
    WALLET = "wallet"
    BANK = "bank"
    INSTALMENTS = "instalments"


class Capture(models.TextChoices):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Object(models.Model):
    """What all of the provider's objects share; `merchant_reference` is the merchant's own id of it."""

    merchant_reference = models.CharField(max_length=80)
    idempotency_key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, choices=State)
    failure_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["merchant_reference"], name="%(app_label)s_%(class)s_reference"),
            models.UniqueConstraint(fields=["idempotency_key"], name="%(app_label)s_%(class)s_key"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Payment(Object):
    id = models.CharField(primary_key=True, max_length=40)
    token = models.CharField(max_length=40, unique=True)
    fee_minor = models.BigIntegerField(default=0)
    description = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=8)
    return_url = models.URLField(max_length=500)
    # Whose cards may be kept, the kept card that is to be charged, and the one that was kept of this payment.
    customer = models.CharField(max_length=80, blank=True, default="", db_default="")
    card_token = models.CharField(max_length=40, blank=True, default="", db_default="")
    method = models.CharField(max_length=20, choices=Method, default=Method.CARD, db_default="card")
    capture = models.CharField(max_length=20, choices=Capture, default=Capture.AUTOMATIC, db_default="automatic")
    # What was taken of the reserved amount; empty while nothing was captured by a call of its own.
    captured_minor = models.BigIntegerField(null=True, blank=True)
    keeps_card = models.BooleanField(default=False, db_default=False)
    kept_card_token = models.CharField(max_length=40, blank=True, default="", db_default="")
    card_expiry = models.CharField(max_length=7, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    challenged_card = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    refunds_fail = models.BooleanField(default=False)
    expires_at = models.DateTimeField()

    class Meta(Object.Meta):
        indexes = [
            models.Index(fields=["expires_at"], name="sandbox_payment_open", condition=models.Q(state="open")),
            models.Index(fields=["expires_at"], name="sandbox_payment_slow", condition=models.Q(state="processing")),
            models.Index(
                fields=["expires_at"], name="sandbox_payment_reserved", condition=models.Q(state="authorised")
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def taken(self) -> Money:
        """What was taken once the payment succeeded, else what was asked for."""
        return self.amount if self.captured_minor is None else Money(self.captured_minor, self.currency)


class Card(models.Model):
    """
    A card that a merchant's customer agreed to keep; its id is the token that the merchant knows.

    The test bank's cards are told apart by their last four digits, so that no number is stored here either.
    """

    id = models.CharField(primary_key=True, max_length=40)
    customer = models.CharField(max_length=80)
    brand = models.CharField(max_length=20)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_deleted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.id


class Refund(Object):
    id = models.CharField(primary_key=True, max_length=40)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    settles_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Transfer(Object):
    id = models.CharField(primary_key=True, max_length=40)
    destination = models.CharField(max_length=80)
    settles_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Event(models.Model):
    id = models.CharField(primary_key=True, max_length=40)
    merchant_reference = models.CharField(max_length=80)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["merchant_reference"], name="sandbox_event_reference")]

    def __str__(self) -> str:
        return self.id


class Delivery(models.Model):
    """One sending of an event; each event has at least two, and none waits for another."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="sandbox_delivery_due", condition=models.Q(is_done=False))]

    def __str__(self) -> str:
        return f"{self.event_id} {self.attempts}"


class Setup(models.Model):
    """
    How badly it behaves; one row.

    The next `fail_next` writes answer 500 and do nothing; the next `lose_next` do their work and answer 504;
    every call waits `delay_ms`.
    """

    webhook_url = models.URLField(max_length=300, blank=True)
    sends_webhooks = models.BooleanField(default=True)
    fail_next = models.PositiveIntegerField(default=0)
    lose_next = models.PositiveIntegerField(default=0)
    delay_ms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return "setup"
