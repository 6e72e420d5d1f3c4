"""What to show beside a product, computed daily by a worker."""

from django.db import models

from catalog.enums import RelatedKind

from .product import Brand, Category, ProductModel


class RelatedProduct(models.Model):
    """
    A product worth showing beside another, the best one with rank 0.

    `market` is empty for what holds everywhere; a market with enough orders of its own has its own ranks.
    """

    product = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="related")
    kind = models.CharField(max_length=12, choices=RelatedKind)
    market = models.CharField(max_length=2, blank=True)
    rank = models.PositiveSmallIntegerField()
    other = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "market", "rank"], name="catalog_related_one_per_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.rank}: {self.other_id}"


class RelatedGroup(models.Model):
    """The products of one brand and category, related together; due again a day after `refreshed_at`."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "category"], name="catalog_related_group_once"),
        ]
        indexes = [models.Index(fields=["refreshed_at"], name="catalog_related_due")]

    def __str__(self) -> str:
        return f"{self.brand_id} in {self.category_id}"
