"""What was agreed with sellers about their payouts, what holds them, and what is kept back from them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from payments.enums import HoldKind, PayoutSchedule
from payments.rules.payout_terms import Terms

from .payout import Payout


class PayoutTerms(models.Model):
    """An owner's terms for one currency; who has none is paid by the defaults of `Terms`."""

    owner = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    schedule = models.CharField(max_length=12, choices=PayoutSchedule, default=PayoutSchedule.MONTH_DAYS)
    weekday = models.PositiveSmallIntegerField(default=0)
    minimum_minor = models.BigIntegerField(default=0)
    reserve_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    reserve_days = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("owner", "currency")
        verbose_name_plural = "payout terms"
        constraints = [
            models.UniqueConstraint(fields=["owner", "currency"], name="payments_one_terms_per_owner"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="payments_terms_weekday"),
            models.CheckConstraint(condition=Q(minimum_minor__gte=0), name="payments_terms_minimum"),
            models.CheckConstraint(
                condition=Q(reserve_percent__gte=0, reserve_percent__lte=100), name="payments_terms_reserve"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.currency}"

    @property
    def terms(self) -> Terms:
        return Terms(self.schedule, self.weekday, self.minimum_minor, self.reserve_percent, self.reserve_days)


class PayoutHold(models.Model):
    """No payout is made to an owner while one of these is not lifted; at most one of a kind is open."""

    owner = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=HoldKind)
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind"], condition=Q(lifted_at=None), name="payments_one_open_hold_per_kind"
            )
        ]
        indexes = [models.Index(fields=["owner"], name="payments_hold_owner")]

    def __str__(self) -> str:
        return f"{self.owner} {self.kind}"


class RollingReserve(models.Model):
    """What a payout kept back, until its day; the seller's reserve account holds the money."""

    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="reserve")
    owner = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    releases_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_reserve_above_zero"),
        ]
        indexes = [
            models.Index(fields=["releases_at"], name="payments_reserve_due", condition=Q(released_at=None)),
            models.Index(fields=["owner"], name="payments_reserve_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
