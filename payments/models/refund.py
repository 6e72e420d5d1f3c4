"""Refunds: money on its way back to the buyer."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from backmarket.core.states import StateMachine
from payments.enums import BorneBy, RefundState

from .payin import Payment

REFUND_STATES = StateMachine(
    field="state",
    moves={
        RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.SUCCEEDED: frozenset(),
        RefundState.FAILED: frozenset(),
    },
)


class Refund(models.Model):
    """
    A refund, stored before the provider hears of it.

    `shares` says who gives back what in minor units; `from_pending_minor` is the part of the seller's share
    that was still pending, so that a failed refund can be undone. `credit_minor` of it goes back to gift
    cards and credit, the rest by way of `payment`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=100)
    line_reference = models.CharField(max_length=100, blank=True)
    amount_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, choices=RefundState, default=RefundState.PENDING)
    failure_code = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=120)
    shares = models.JSONField()
    seller_owner = models.CharField(max_length=60, blank=True)
    from_pending_minor = models.BigIntegerField(default=0)
    borne_by = models.CharField(max_length=20, choices=BorneBy)
    reason = models.CharField(max_length=300, blank=True)
    provider_ref = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="payments_refund_public_id"),
            models.UniqueConstraint(fields=["key"], name="payments_refund_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_refund_above_zero"),
            models.CheckConstraint(
                condition=Q(credit_minor__gte=0)
                & (Q(credit_minor=models.F("amount_minor")) | Q(payment__isnull=False)),
                name="payments_refund_knows_where_it_goes",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="payments_refund_reference"),
            models.Index(fields=["line_reference"], name="payments_refund_line"),
            models.Index(fields=["checked_at"], name="payments_refund_open", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def credit(self) -> Money:
        return Money(self.credit_minor, self.currency)

    @property
    def card_amount(self) -> Money:
        """What of it goes back by way of the payment."""
        return self.amount - self.credit
