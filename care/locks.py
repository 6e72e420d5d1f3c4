"""Row locks of care."""

from datetime import datetime

from .enums import TicketState
from .models import Ticket


def lock_ticket(ticket_id: int) -> Ticket:
    """:raises Ticket.DoesNotExist: there is none"""
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket_id)


def claim_tickets_to_escalate(*, now: datetime, limit: int) -> list[Ticket]:
    """Lock the tickets whose seller stayed silent too long and that no other sweeper holds."""
    return list(
        Ticket.objects.filter(state=TicketState.WAITING_SELLER, escalate_at__lte=now)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)[:limit]
    )
