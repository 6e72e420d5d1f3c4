"""What a visitor means to buy."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from checkout.enums import BasketState


class Basket(models.Model):
    """
    A basket of one market, named by the visitor's session (`token`) or owned by a user.

    `codes` were typed in; `gift_cards` are the ids of those whose codes were, so that no code is kept.
    """

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="baskets"
    )
    market = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=BasketState, default=BasketState.OPEN)
    codes = ArrayField(models.CharField(max_length=24), default=list, db_default=[], blank=True)
    gift_cards = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    uses_credit = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], name="checkout_basket_token"),
            models.UniqueConstraint(
                fields=["user", "market"], condition=Q(state="open"), name="checkout_one_open_basket_per_user"
            ),
        ]
        indexes = [
            models.Index(fields=["touched_at"], name="checkout_open_basket_age", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.token}"


class BasketLine(models.Model):
    """
    Units of one listing, to be bought or, with `saved_at`, kept for later.

    What the shopper was shown last is kept, so that a change is said once: the price, whether it was gone, and by
    when which carrier was to bring it. A saved line keeps the price that it had when it was saved.
    """

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    price_seen_minor = models.BigIntegerField()
    has_protection = models.BooleanField(default=False, db_default=False)
    saved_at = models.DateTimeField(null=True, blank=True)
    is_gone = models.BooleanField(default=False, db_default=False)
    arrival_seen_date = models.DateField(null=True, blank=True)
    carrier_seen = models.CharField(max_length=30, blank=True, default="", db_default="")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["basket", "listing"], name="checkout_listing_once_per_basket"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 10)), name="checkout_basket_quantity_1_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.listing_id}"


class SharedBasket(models.Model):
    """
    What stood in a basket when its link was made, for whoever knows `token`, until `expires_at`.

    A copy: what comes into the basket later is nobody else's business, and ordering it ends no link. It is its
    maker's to take back, the account's or that of the guest whose session knows the token.
    """

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="shared_baskets"
    )
    market = models.CharField(max_length=2)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["token"], name="checkout_shared_basket_token")]
        indexes = [models.Index(fields=["expires_at"], name="checkout_shared_basket_age")]

    def __str__(self) -> str:
        return f"{self.market} {self.pk}"


class SharedItem(models.Model):
    """Units of one listing in a shared basket."""

    shared = models.ForeignKey(SharedBasket, on_delete=models.CASCADE, related_name="items")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["shared", "listing"], name="checkout_listing_once_per_shared_basket"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 10)), name="checkout_shared_quantity_1_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.listing_id}"
