"""Row locks of the core."""

from .models import OutboxEvent


def claim_unsent_events(limit: int) -> list[OutboxEvent]:
    """Lock the oldest unsent events that no other relay holds."""
    return list(OutboxEvent.objects.filter(sent_at=None).order_by("id").select_for_update(skip_locked=True)[:limit])
