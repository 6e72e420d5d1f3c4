"""When a seller's money of one line becomes payable."""

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money


class Maturity(models.Model):
    """
    The seller's pending money of a dispatched line: `amount_minor` falls with refunds, `matured_at` ends it.

    The sum of the open rows of an owner equals the owner's pending balance in the ledger.
    """

    reference = models.CharField(max_length=100)
    line_reference = models.CharField(max_length=100)
    owner = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    matures_at = models.DateTimeField()
    matured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "maturities"
        constraints = [
            models.UniqueConstraint(fields=["line_reference"], name="payments_maturity_once_per_line"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="payments_maturity_never_negative"),
        ]
        indexes = [
            models.Index(fields=["matures_at"], name="payments_maturity_open", condition=Q(matured_at=None)),
            models.Index(fields=["owner"], name="payments_maturity_owner"),
        ]

    def __str__(self) -> str:
        return self.line_reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
