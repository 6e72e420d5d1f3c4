"""Reads of tickets, each narrowed to who may see it."""

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from care.models import Message, Ticket
from checkout.selectors import orders


def _with_line(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("line__order", "line__sku", "line__product", "seller")


def with_conversation(tickets: QuerySet[Ticket], *, with_internal: bool) -> QuerySet[Ticket]:
    """Add lines, messages and photos in three queries."""
    messages = Message.objects.prefetch_related("attachments")
    if not with_internal:
        messages = messages.filter(is_internal=False)
    return _with_line(tickets).prefetch_related(Prefetch("messages", queryset=messages))


def visible_to(request: HttpRequest) -> QuerySet[Ticket]:
    """Tickets on orders that the visitor may open, as a shopper."""
    return Ticket.objects.filter(line__order__in=orders.visible_to(request))


def of_seller(seller_id: int) -> QuerySet[Ticket]:
    """A seller's tickets, the one to answer first on top."""
    return _with_line(Ticket.objects.filter(seller_id=seller_id)).order_by("answer_by", "-updated_at")


def open_ticket_of_line(line_id: int) -> Ticket | None:
    return Ticket.objects.open().filter(line_id=line_id).first()
