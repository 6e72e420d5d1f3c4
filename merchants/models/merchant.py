"""The business relation behind a seller, and the people who work in it."""

from django.conf import settings
from django.db import models

from merchants.enums import MerchantState, Role


class Merchant(models.Model):
    """A seller's contract and contact; shares the seller's primary key (architecture, rule 4)."""

    seller = models.OneToOneField("catalog.Seller", primary_key=True, on_delete=models.PROTECT, related_name="merchant")
    state = models.CharField(max_length=10, choices=MerchantState, default=MerchantState.APPLIED)
    contact_email = models.EmailField()
    contact_locale = models.CharField(max_length=5, default="en-gb")

    class Meta:
        ordering = ("seller",)

    def __str__(self) -> str:
        return self.contact_email


class Membership(models.Model):
    """One person's role in one merchant."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "merchant"], name="merchants_one_role_per_merchant")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.merchant_id}"
