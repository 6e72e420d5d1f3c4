"""Which provider takes a payment, as finance wrote it down."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q


class RoutingRule(models.Model):
    """
    Payments that fit go to `provider`; the first that fits decides, by `position`.

    Empty `market`, `method` and `currency` fit any; amounts are minor units, both ends included, empty is no bound.
    """

    position = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    market = models.CharField(max_length=2, blank=True)
    method = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    from_minor = models.BigIntegerField(null=True, blank=True)
    to_minor = models.BigIntegerField(null=True, blank=True)
    provider = models.CharField(max_length=20)

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["position"], name="payments_routing_position"),
            models.CheckConstraint(
                condition=Q(from_minor=None) | Q(to_minor=None) | Q(from_minor__lte=F("to_minor")),
                name="payments_routing_amounts_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.provider}"
