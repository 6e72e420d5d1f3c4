"""Invoices and credit notes: numbered without gaps, written once, never changed."""

import uuid

from django.db import models
from django.db.models import Q

from backmarket.core.money import Money
from checkout.enums import DocumentKind

from .order import Order
from .parcel import Parcel


class InvoiceSeries(models.Model):
    """
    The numbers of one issuer's documents of one kind in one year; without a seller the house issues them.

    The row is locked in the transaction that writes a document, so that a number that was given is used. The database
    lets `last_number` only grow by one.
    """

    seller = models.ForeignKey("catalog.Seller", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "year"], nulls_distinct=False, name="checkout_series_of_issuer_kind_year"
            ),
        ]

    def __str__(self) -> str:
        return self.number_text(self.last_number)

    def number_text(self, number: int) -> str:
        """Write a number as people read it: S7-2026-000123 is the 123rd sale of seller 7 in 2026."""
        return f"{PREFIXES[DocumentKind(self.kind)]}{self.seller_id or ''}-{self.year}-{number:06d}"


PREFIXES = {
    DocumentKind.SALE: "S",
    DocumentKind.SALE_CREDIT: "SC",
    DocumentKind.SERVICE: "H",
    DocumentKind.SERVICE_CREDIT: "HC",
    DocumentKind.COMMISSION: "F",
    DocumentKind.COMMISSION_CREDIT: "FC",
}


class Document(models.Model):
    """
    An invoice or credit note; `facts` holds all that it says, `sha256` their digest, and the database refuses changes.

    `seller` is the seller that issued it or gets it; documents of the house to shoppers have none. `cause` names what
    it was written for, once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField()
    number_text = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=DocumentKind)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="documents")
    parcel = models.ForeignKey(Parcel, null=True, on_delete=models.PROTECT, related_name="documents")
    seller = models.ForeignKey("catalog.Seller", null=True, on_delete=models.PROTECT, related_name="documents")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    cause = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    facts = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="checkout_document_public_id"),
            models.UniqueConstraint(fields=["series", "number"], name="checkout_document_number_once"),
            models.UniqueConstraint(fields=["cause"], name="checkout_document_once_per_cause"),
            models.CheckConstraint(condition=Q(number__gt=0), name="checkout_document_numbered"),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)
