"""The audit trail: who did what to which object, when and why."""

from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from .actors import Actor
from .models import AuditEntry


def record(actor: Actor, action: str, target: Model, *, now: datetime, reason: str = "", **data: Any) -> AuditEntry:
    """Write one audit entry in the caller's transaction; `data` holds few facts and no personal data."""
    return AuditEntry.objects.create(
        actor_kind=actor.kind,
        actor_label=actor.label,
        actor_user_id=actor.user_id,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        reason=reason,
        data=data,
        occurred_at=now,
    )


def entries_of(target: Model) -> QuerySet[AuditEntry]:
    """Return what happened to an object, oldest first."""
    rows = AuditEntry.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk))
    return rows.order_by("id")
