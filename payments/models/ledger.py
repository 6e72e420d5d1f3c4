"""
The append-only double-entry ledger.

The database itself refuses an entry that does not sum to zero, a posting added to an entry of an earlier
transaction, and every UPDATE, DELETE and TRUNCATE (see the first migration).
"""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

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
    """
    A signed amount on an account: debit positive, credit negative.

    The database stamps the last three: when its entry occurred, the transaction that wrote it, and whether it was
    written more than five minutes after it occurred. Balances are summed by them alone.
    """

    # No foreign keys: triggers look both up, neither can be deleted, and a key would lock the account's row.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", db_constraint=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    occurred_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)
    is_late = models.BooleanField(db_default=False, editable=False)

    class Meta:
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="payments_posting_moves_something")]
        indexes = [
            models.Index(fields=["account", "occurred_at"], include=["amount_minor"], name="payments_posting_by_time"),
            models.Index(fields=["account", "recorded_in"], condition=Q(is_late=True), name="payments_posting_late"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.account.currency)


class BalanceSnapshot(models.Model):
    """
    The sum of an account's postings that occurred before `ends_at` and were written by transactions before `horizon`.

    All transactions before `horizon` had ended when it was taken, so the sum can never change; postings written later
    are added when a balance is read. It saves time and may be deleted at any moment.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    ends_at = models.DateTimeField()
    horizon = models.BigIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ("account_id", "ends_at")
        constraints = [
            models.UniqueConstraint(fields=["account", "ends_at"], name="payments_snapshot_once_per_instant")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.ends_at}"


class LedgerCheck(models.Model):
    """
    One run over the books, part by part, so that it may be killed and go on.

    `parts` maps each finished part to the differences it found, as sentences; the first two hundred are kept.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    parts = models.JSONField(default=dict)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=["id"], condition=Q(finished_at=None), name="payments_check_open")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class PayoutFreeze(models.Model):
    """No payout is made or sent while one of these is not lifted; at most one is open."""

    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["lifted_at"], condition=Q(lifted_at=None), nulls_distinct=False, name="payments_one_open_freeze"
            )
        ]

    def __str__(self) -> str:
        return self.reason
