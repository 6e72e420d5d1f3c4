"""What was bought, pushed down by checkout: who may answer questions, and what is bought together."""

from django.conf import settings
from django.db import models

from .product import ProductModel, Sku
from .seller import Seller


class PurchasedLine(models.Model):
    """
    One paid order line, named by its reference; with when it was paid.

    `user` is empty for guests until they claim their order, `delivered_at` until the line has arrived.
    """

    order_reference = models.CharField(max_length=80)
    line_reference = models.CharField(max_length=80)
    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    market = models.CharField(max_length=2)
    paid_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["line_reference"], name="catalog_purchase_once_per_line"),
        ]
        indexes = [
            models.Index(fields=["order_reference"], name="catalog_purchase_order"),
            models.Index(fields=["market", "paid_at"], name="catalog_purchase_market"),
        ]

    def __str__(self) -> str:
        return self.line_reference
