"""
The append-only double-entry ledger.

The database itself refuses an entry that does not sum to zero, a posting added to an entry of an earlier
transaction, and every UPDATE, DELETE and TRUNCATE (see the first migration).
"""

from django.db import models
from django.db.models import Func, Q

from backmarket.core.money import Money
from payments.enums import AccountKind, EntryKind


class Account(models.Model):
    """One kind of money of one owner (empty: the house) in one currency; it holds no balance."""

    kind = models.CharField(max_length=30, choices=AccountKind)
    owner = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ("kind", "owner", "currency")
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner", "currency"], name="payments_account_once_per_owner")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.currency}"

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.owner}" if self.owner else self.kind


class Entry(models.Model):
    """One movement; `recorded_in` is the transaction that wrote it, after which it is complete for ever."""

    kind = models.CharField(max_length=30, choices=EntryKind)
    reference = models.CharField(max_length=100)
    line_reference = models.CharField(max_length=100, blank=True)
    occurred_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=150)
    note = models.CharField(max_length=300, blank=True)
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals")
    recorded_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="payments_entry_once_per_key"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="payments_entry_reversed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="payments_entry_reference"),
            models.Index(fields=["line_reference"], name="payments_entry_line"),
            models.Index(fields=["occurred_at"], name="payments_entry_occurred_at"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.reference}"


class Posting(models.Model):
    """A signed amount on an account: debit positive, credit negative."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="payments_posting_moves_something")]

    def __str__(self) -> str:
        return f"{self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.account.currency)
