"""Shipping labels: what a seller asked a carrier for, and what it got."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.states import StateMachine
from backmarket.markets.registry import MARKETS
from checkout.enums import LabelState

from .order import Order, OrderLine
from .parcel import Parcel

_S = LabelState
LABEL_STATES = StateMachine(
    field="state",
    moves={
        _S.REQUESTED: frozenset({_S.BOUGHT, _S.REFUSED}),
        _S.BOUGHT: frozenset({_S.VOIDING}),
        # A carrier may say that it is on its way already.
        _S.VOIDING: frozenset({_S.VOIDED, _S.BOUGHT}),
        _S.REFUSED: frozenset(),
        _S.VOIDED: frozenset(),
    },
)
# These stand in the way of another label for the same items.
LIVING_LABELS = (_S.REQUESTED, _S.BOUGHT)


class ShippingLabel(models.Model):
    """
    A label for items of one order, bought once a key, before they are sent.

    `facts` are what the carrier was told, frozen: sender, recipient, pick-up point, weight; `address_version` is that
    of the address then. `parcel` is the one that it went with. `refusal` is in the carrier's words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="labels")
    seller = models.ForeignKey("catalog.Seller", on_delete=models.PROTECT, related_name="labels")
    lines = models.ManyToManyField(OrderLine, related_name="labels")
    parcel = models.OneToOneField(Parcel, null=True, blank=True, on_delete=models.PROTECT, related_name="label")
    carrier = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=LabelState, default=LabelState.REQUESTED)
    facts = models.JSONField()
    address_version = models.PositiveSmallIntegerField()
    tracking_number = models.CharField(max_length=60, blank=True)
    routing_code = models.CharField(max_length=40, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    # When a sweep asks the carrier again, while it has not answered.
    ask_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="checkout_label_public_id"),
            models.UniqueConstraint(fields=["seller", "key"], name="checkout_label_once_per_key"),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="checkout_label_number_once",
            ),
            models.CheckConstraint(condition=Q(state__in=LabelState.values), name="checkout_label_state_known"),
            models.CheckConstraint(
                condition=~Q(state=LabelState.BOUGHT) | ~Q(tracking_number=""),
                name="checkout_label_bought_has_a_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ask_again_at"], condition=Q(ask_again_at__isnull=False), name="checkout_label_unanswered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()

    @property
    def carrier_name(self) -> str:
        return MARKETS[self.order.market].carrier(self.carrier).name
