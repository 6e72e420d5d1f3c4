"""Tables every tribe stands on: outbox, inbox, audit trail, answers kept by idempotency key."""

from django.db import models


class OutboxEvent(models.Model):
    """
    An event written in the transaction of what it tells of; the relay sends it.

    The table is partitioned by month of `occurred_at` (decision 14), so its database key is (id, occurred_at).
    """

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["id"], name="core_outbox_unsent", condition=models.Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


class InboxEvent(models.Model):
    """That a handler has handled an event: at-least-once delivery becomes one effect."""

    event_id = models.BigIntegerField()
    handler = models.CharField(max_length=120)
    handled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "handler"], name="core_inbox_handled_once")]

    def __str__(self) -> str:
        return f"{self.handler} of {self.event_id}"


class AuditEntry(models.Model):
    """Who did what to which object. The user is kept by id only, so that erasure needs no cascade here."""

    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=254)
    actor_user_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=100)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["target_type", "target_id"], name="core_audit_target")]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.action} {self.target_type} {self.target_id}"


class IdempotentCall(models.Model):
    """
    A call that a client named by a key, and what it was answered, so that sending it again does nothing twice.

    `scope` is who calls what, as a digest; `status` is null while the call is under way, which `claim` names.
    """

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    claim = models.UUIDField()
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="core_idempotency_key_used_once")]
        indexes = [models.Index(fields=["claimed_at"], name="core_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.status or 'under way'}"
