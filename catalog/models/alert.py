"""Alerts: what people want to be told of by mail, and which of them have to be looked at again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from backmarket.core.money import Money
from catalog.enums import AlertKind, AlertState, Grade

from .product import ProductModel, Sku


class Alert(models.Model):
    """
    One wish of one address: a price at or below `price_minor`, or any stock at all.

    Without a SKU and grade any version of the product counts. `was_met` is what the last look found, so that a
    mail leaves when the condition becomes true and not while it stays true.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=AlertKind)
    state = models.CharField(max_length=12, choices=AlertState, default=AlertState.UNCONFIRMED)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts"
    )
    locale = models.CharField(max_length=5)
    market = models.CharField(max_length=2)
    product = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="+")
    sku = models.ForeignKey(Sku, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    was_met = models.BooleanField(default=False)
    mails = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="catalog_alert_public_id"),
            models.UniqueConstraint(
                Lower("email"), "market", "product", "sku", "grade", "kind",
                name="catalog_alert_once_per_address", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="stock", price_minor=None) | Q(kind="price", price_minor__gt=0),
                name="catalog_alert_price_above_zero",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["market", "product"], name="catalog_alert_active", condition=Q(state="active")),
            models.Index(fields=["asked_at"], name="catalog_alert_unconfirmed", condition=Q(state="unconfirmed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.market} {self.product_id}"

    @property
    def limit(self) -> Money | None:
        """The price to be told at; None for an alert of stock."""
        return None if self.price_minor is None else Money(self.price_minor, self.currency)


class AlertCheck(models.Model):
    """
    A product whose alerts have to be looked at in one market once `due_at` has passed.

    Elections only add rows, so that they wait for nobody; a worker looks at each product once however many rows.
    """

    market = models.CharField(max_length=2)
    product = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="catalog_alert_check_due")]

    def __str__(self) -> str:
        return f"{self.market} {self.product_id}"
