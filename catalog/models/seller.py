"""Sellers' public face: what shoppers, invoices, offers and service levels need (architecture, rule 4)."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.enums import SellerLevel, TaxScheme
from catalog.rules.rating import shown_rating


class Seller(models.Model):
    """A refurbisher; quality figures are per mille, `quality_lower_permille` the confidence bound of the score."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=160)
    legal_form = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=160)
    city = models.CharField(max_length=80)
    postcode = models.CharField(max_length=16)
    country = models.CharField(max_length=2)
    register_number = models.CharField(max_length=60, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    tax_scheme = models.CharField(max_length=10, choices=TaxScheme, default=TaxScheme.MARGIN)
    home_market = models.CharField(max_length=2)
    markets = models.JSONField(default=list)
    handling_hours = models.PositiveSmallIntegerField(default=24)
    commission_permille = models.PositiveSmallIntegerField(default=100)
    level = models.CharField(max_length=12, choices=SellerLevel, default=SellerLevel.GOOD)
    quality_permille = models.PositiveSmallIntegerField(default=800)
    quality_lower_permille = models.PositiveSmallIntegerField(default=700)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="catalog_seller_slug"),
            models.UniqueConstraint(fields=["public_id"], name="catalog_seller_public_id"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:seller", args=[self.slug])

    @property
    def rating(self) -> float | None:
        """The rating of its published reviews as the shop shows it (`rules.rating`); None while there are none."""
        return shown_rating(self.rating_sum, self.rating_count)
