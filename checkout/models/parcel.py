"""Parcels: where they are, and the moves between."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.states import StateMachine
from backmarket.markets.registry import MARKETS
from checkout.enums import ParcelState

_S = ParcelState
PARCEL_STATES = StateMachine(
    field="state",
    moves={
        _S.ON_ITS_WAY: frozenset({_S.DELIVERED, _S.RETURNING, _S.RETURNED, _S.LOST}),
        # Some carriers try again after they turned back.
        _S.RETURNING: frozenset({_S.ON_ITS_WAY, _S.DELIVERED, _S.RETURNED}),
        # What was lost may be found.
        _S.LOST: frozenset({_S.DELIVERED, _S.RETURNING, _S.RETURNED}),
        _S.RETURNED: frozenset({_S.DELIVERED}),
        _S.DELIVERED: frozenset(),
    },
)
PARCELS_UNDER_WAY = (_S.ON_ITS_WAY, _S.RETURNING)
# These will not reach the shopper: what was paid for them goes back.
PARCELS_FAILED = (_S.LOST, _S.RETURNED)


class Parcel(models.Model):
    """
    What one seller sends at once.

    `expected_date` is the last promised day of its lines. It `is_tracked` once we had a label or a scan of it: then its
    carrier tells where it is, and silence means something. `news_at` is the carrier's last sign of life, or the
    dispatch; `late_at` is when the shopper was told that it is late, `review_asked_at` when they were asked how it is.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.ForeignKey("checkout.Order", on_delete=models.PROTECT, related_name="parcels")
    seller = models.ForeignKey("catalog.Seller", on_delete=models.PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=30)
    tracking_number = models.CharField(max_length=60)
    shipped_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=ParcelState, default=ParcelState.ON_ITS_WAY, db_default=ParcelState.ON_ITS_WAY
    )
    expected_date = models.DateField(null=True)
    is_tracked = models.BooleanField(default=False, db_default=False)
    news_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True, blank=True)
    review_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="checkout_parcel_public_id"),
            models.CheckConstraint(condition=Q(state__in=ParcelState.values), name="checkout_parcel_state_known"),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="checkout_parcel_number"),
            models.Index(
                fields=["expected_date"],
                condition=Q(state__in=PARCELS_UNDER_WAY),
                name="checkout_parcel_expected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"

    @property
    def carrier_name(self) -> str:
        return MARKETS[self.order.market].carrier(self.carrier).name

    @property
    def tracking_url(self) -> str:
        pattern = MARKETS[self.order.market].carrier(self.carrier).tracking_url
        return pattern.replace("{number}", self.tracking_number)
