"""What a visitor keeps: a wish list a market, and the products that an account looked at."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.enums import Grade

from .product import ProductModel, Sku


class WishList(models.Model):
    """
    A wish list of one market, named by a guest's session (`token`) or owned by a user.

    Whoever knows `share_key` may read the list and nothing else; it is empty until the owner shares it.
    """

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="wish_lists"
    )
    market = models.CharField(max_length=2)
    share_key = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "market"], name="catalog_wish_list_token"),
            models.UniqueConstraint(fields=["user", "market"], name="catalog_one_wish_list_per_user"),
            models.UniqueConstraint(fields=["share_key"], name="catalog_wish_list_share_key"),
        ]
        indexes = [
            models.Index(fields=["touched_at"], name="catalog_wish_list_guests", condition=Q(user=None)),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.token}"


class Wish(models.Model):
    """A wished product, once a list, in the version that was looked at; `price_minor` is what it cost then."""

    wish_list = models.ForeignKey(WishList, on_delete=models.CASCADE, related_name="wishes")
    product = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+")
    grade = models.CharField(max_length=10, choices=Grade)
    price_minor = models.BigIntegerField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-saved_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["wish_list", "product"], name="catalog_product_once_per_wish_list"),
        ]

    def __str__(self) -> str:
        return f"{self.wish_list_id}: {self.product_id}"


class SeenProduct(models.Model):
    """A product that an account looked at; guests keep theirs in a cookie of their own browser."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seen_products")
    product = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["user", "product"], name="catalog_seen_once_per_user"),
        ]
        indexes = [
            models.Index(fields=["user", "-seen_at"], name="catalog_seen_latest"),
            models.Index(fields=["seen_at"], name="catalog_seen_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.product_id}"
