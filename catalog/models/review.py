"""What buyers say of delivered devices."""

from django.db import models
from django.db.models import Q

from catalog.enums import Grade, ReviewState

from .product import ProductModel, Sku
from .seller import Seller


class Review(models.Model):
    """One review of one delivered order line, named by its reference."""

    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="reviews")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="reviews")
    grade = models.CharField(max_length=10, choices=Grade)
    line_reference = models.CharField(max_length=80)
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    market = models.CharField(max_length=2)
    author_name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.HELD)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(fields=["line_reference"], name="catalog_one_review_per_line"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="catalog_review_rating_1_to_5"),
        ]
        indexes = [models.Index(fields=["product", "state", "-created_at"], name="catalog_review_product")]

    def __str__(self) -> str:
        return f"{self.rating}/5 {self.title}"
