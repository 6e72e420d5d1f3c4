"""Addresses that a person keeps for the next order."""

import uuid

from django.conf import settings
from django.db import models

from backmarket.markets.regions import REGIONS
from checkout.rules.addresses import address_lines


class SavedAddress(models.Model):
    """One delivery address of an account, kept because its owner ticked so; `used_at` orders them."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_addresses")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    company = models.CharField(max_length=120, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=160)
    street2 = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        ordering = ("-used_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["public_id"], name="checkout_saved_address_public_id")]
        indexes = [models.Index(fields=["user", "country"], name="checkout_saved_address_user")]

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def address_lines(self) -> list[str]:
        parts = {name: getattr(self, name) for name in ("street", "street2", "postcode", "city", "region", "country")}
        return address_lines(**parts, region_name=REGIONS.get(self.country, {}).get(self.region, self.region))
