"""What shoppers see: the elected listing for each market, SKU and grade."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from catalog.enums import Grade

from .listing import Listing
from .product import ProductModel, Sku
from .seller import Seller


class Offer(models.Model):
    """
    The buy box's winner with all that a page shows of it; written by elections only.

    `inputs` holds every candidate with its score, so that the election can be replayed and explained. When
    nobody is eligible the row stays with the last winner and `in_stock` false. `facets` are the values of
    `rules.facets` that people filter by, `value_permille` the price as a share of the launch price. `reduced_at` and
    `low_before_minor` are set while its price is announced as reduced (`rules.price_history`); `restocked_at` is
    when it last came back after being sold out.
    """

    market = models.CharField(max_length=2)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="offers")
    grade = models.CharField(max_length=10, choices=Grade)
    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="offers")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="offers")
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    handling_hours = models.PositiveSmallIntegerField()
    in_stock = models.BooleanField()
    facets = ArrayField(models.TextField(), default=list, db_default=[])
    value_permille = models.PositiveIntegerField(null=True)
    inputs = models.JSONField(default=list)
    reason = models.CharField(max_length=40)
    elected_at = models.DateTimeField()
    reduced_at = models.DateTimeField(null=True, blank=True)
    low_before_minor = models.BigIntegerField(null=True, blank=True)
    restocked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "sku", "grade"], name="catalog_one_offer_per_sku_and_grade"),
        ]
        indexes = [
            models.Index(fields=["market", "product", "price_minor"], name="catalog_offer_product"),
            models.Index(fields=["market", "seller"], name="catalog_offer_seller"),
            models.Index(fields=["market", "-elected_at"], name="catalog_offer_latest"),
            GinIndex(fields=["market", "facets"], name="catalog_offer_facets", condition=Q(in_stock=True)),
            models.Index(fields=["reduced_at"], name="catalog_offer_reduced", condition=Q(reduced_at__isnull=False)),
            models.Index(
                fields=["market", "-restocked_at"], name="catalog_offer_restocked", condition=Q(in_stock=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.sku_id} {self.grade}"


class OfferPrice(models.Model):
    """The history of an offer's price, a row a change: what was the lowest in the 30 days before a reduction."""

    market = models.CharField(max_length=2)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=10, choices=Grade)
    price_minor = models.BigIntegerField()
    from_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["market", "sku", "grade", "-from_at"], name="catalog_offer_price_history")]

    def __str__(self) -> str:
        return f"{self.market} {self.sku_id} {self.grade} {self.price_minor}"


class DirtyOffer(models.Model):
    """A market, SKU and grade to elect again: floods go through this table, not through messages."""

    market = models.CharField(max_length=2)
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+")
    grade = models.CharField(max_length=10, choices=Grade)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "sku", "grade"], name="catalog_dirty_once")]

    def __str__(self) -> str:
        return f"{self.market} {self.sku_id} {self.grade}"
