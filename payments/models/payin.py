"""Payments: what a buyer was asked for, and what was taken."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from backmarket.core.states import StateMachine
from payments.enums import PaymentMethod, PaymentState

_S = PaymentState
_LIVE = {_S.PENDING, _S.REQUIRES_ACTION, _S.CAPTURED, _S.FAILED, _S.CANCELLED}
# The provider's word is the truth: money that was taken is recorded whatever was thought before.
PAYMENT_STATES = StateMachine(
    field="state",
    moves={
        _S.CREATED: frozenset({_S.UNKNOWN, *_LIVE}),
        _S.UNKNOWN: frozenset(_LIVE),
        _S.PENDING: frozenset(_LIVE - {_S.PENDING}),
        _S.REQUIRES_ACTION: frozenset(_LIVE - {_S.REQUIRES_ACTION}),
        _S.FAILED: frozenset({_S.CAPTURED}),
        _S.CANCELLED: frozenset({_S.CAPTURED}),
        _S.CAPTURED: frozenset(),
    },
)
OPEN_STATES = (_S.CREATED, _S.UNKNOWN, _S.PENDING, _S.REQUIRES_ACTION)


class Payment(models.Model):
    """An intent to take money, stored before the provider hears of it; `public_id` is its name over there."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200)
    email = models.EmailField()
    locale = models.CharField(max_length=5)
    # What it was routed by, and the provider that would have had it, had it answered (empty: the one that has it).
    market = models.CharField(max_length=2, blank=True, default="", db_default="")
    method = models.CharField(max_length=20, choices=PaymentMethod, default=PaymentMethod.CARD, db_default="card")
    instead_of = models.CharField(max_length=20, blank=True, default="", db_default="")
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20, choices=PaymentState, default=PaymentState.CREATED)
    failure_code = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=120)
    return_url = models.URLField(max_length=500)
    redirect_url = models.URLField(max_length=2000, blank=True)
    # Who may keep the card of this payment (empty: nobody), and the provider's token of the kept one it charges.
    owner = models.CharField(max_length=80, blank=True, default="", db_default="")
    card_token = models.CharField(max_length=80, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="payments_payment_public_id"),
            models.UniqueConstraint(fields=["key"], name="payments_payment_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_payment_above_zero"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="payments_payment_reference"),
            models.Index(fields=["created_at"], name="payments_payment_created"),
            models.Index(
                fields=["checked_at"],
                name="payments_payment_open",
                condition=Q(state__in=[s.value for s in OPEN_STATES]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Capture(models.Model):
    """Money that was taken, once per idempotency key."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="captures")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=120)
    captured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="payments_capture_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_capture_above_zero"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
