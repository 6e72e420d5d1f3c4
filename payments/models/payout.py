"""Payouts: money on its way to a seller, with the postings that make it up."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from backmarket.core.states import StateMachine
from payments.enums import PayoutState

from .ledger import Posting

_S = PayoutState
PAYOUT_STATES = StateMachine(
    field="state",
    moves={
        _S.CREATED: frozenset({_S.SENT, _S.PAID, _S.RETURNED}),
        _S.SENT: frozenset({_S.PAID, _S.RETURNED}),
        _S.PAID: frozenset({_S.RETURNED}),
        _S.RETURNED: frozenset(),
    },
)


class Payout(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, choices=PayoutState, default=PayoutState.CREATED)
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="payments_payout_public_id"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_payout_above_zero"),
        ]
        indexes = [
            models.Index(fields=["owner"], name="payments_payout_owner"),
            models.Index(
                fields=["checked_at"], name="payments_payout_open", condition=Q(state__in=["created", "sent"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        return f"payout:{self.public_id}"


class PayoutLine(models.Model):
    """A posting on the seller's payable account that this payout settles; no posting is settled twice."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="payout_line")

    class Meta:
        ordering = ("posting_id",)

    def __str__(self) -> str:
        return f"{self.payout_id} {self.posting_id}"
