"""Row locks of care."""

from datetime import datetime

from .enums import TicketState
from .models import Ticket


def lock_ticket(ticket_id: int) -> Ticket:
    """:raises Ticket.DoesNotExist: there is none"""
    rows = Ticket.objects.select_related("line__order", "seller")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=ticket_id)


def claim_tickets_to_close(*, before: datetime, limit: int) -> list[Ticket]:
    """Lock the tickets that were resolved before an instant and stayed so."""
    return list(
        Ticket.objects.filter(state=TicketState.RESOLVED, resolved_at__lt=before)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)[:limit]
    )


def claim_tickets_to_escalate(*, now: datetime, limit: int) -> list[Ticket]:
    """Lock the tickets whose seller stayed silent too long and that no other sweeper holds."""
    return list(
        Ticket.objects.filter(state=TicketState.WAITING_SELLER, escalate_at__lte=now)
        .select_related("line__order", "seller")
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit]
    )
