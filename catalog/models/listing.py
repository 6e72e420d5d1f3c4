"""What sellers have: listings with one stock, their price a market, and stock held for orders being paid."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from catalog.enums import Grade, ReservationState

from .product import Sku
from .seller import Seller


class Listing(models.Model):
    """A seller's own sku: `quantity` units not yet sold, of which `reserved` are held for orders being paid."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="listings")
    seller_sku = models.CharField(max_length=80)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="listings")
    grade = models.CharField(max_length=10, choices=Grade)
    quantity = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    handling_hours = models.PositiveSmallIntegerField(default=24)
    warranty_months = models.PositiveSmallIntegerField(default=12)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="catalog_listing_public_id"),
            models.UniqueConstraint("seller", Lower("seller_sku"), name="catalog_listing_sku_once_per_seller"),
            models.CheckConstraint(condition=Q(reserved__lte=F("quantity")), name="catalog_listing_never_oversold"),
            models.CheckConstraint(condition=Q(warranty_months__gte=12), name="catalog_listing_warranty_a_year"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="catalog_listing_grade_known"),
        ]
        indexes = [models.Index(fields=["sku", "grade"], name="catalog_listing_sku_grade")]

    def __str__(self) -> str:
        return f"{self.seller_sku} ({self.grade})"

    @property
    def available(self) -> int:
        return self.quantity - self.reserved


class ListingMarket(models.Model):
    """A listing's price in one market, in the market's currency."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="markets")
    market = models.CharField(max_length=2)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    min_price_minor = models.BigIntegerField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    is_published = models.BooleanField(default=True)

    class Meta:
        ordering = ("listing", "market")
        constraints = [
            models.UniqueConstraint(fields=["listing", "market"], name="catalog_one_price_per_market"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="catalog_price_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.price_minor} {self.currency}"


class StockReservation(models.Model):
    """Units held for one order until it is paid or `expires_at` passes; `reference` is the order's."""

    reference = models.CharField(max_length=80)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ReservationState, default=ReservationState.HELD)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "listing"], name="catalog_reserved_once_per_reference"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="catalog_reservation_of_something"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="catalog_reservation_expiry", condition=Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.quantity} of {self.listing_id}"
