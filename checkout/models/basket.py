"""What a visitor means to buy."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkout.enums import BasketState


class Basket(models.Model):
    """A basket of one market, named by the visitor's session (`token`) or owned by a user."""

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="baskets"
    )
    market = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=BasketState, default=BasketState.OPEN)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], name="checkout_basket_token"),
            models.UniqueConstraint(
                fields=["user", "market"], condition=Q(state="open"), name="checkout_one_open_basket_per_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.token}"


class BasketLine(models.Model):
    """Units of one listing; `price_seen_minor` is what the shopper was shown last."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    price_seen_minor = models.BigIntegerField()
    has_protection = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["basket", "listing"], name="checkout_listing_once_per_basket"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 10)), name="checkout_basket_quantity_1_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.listing_id}"
