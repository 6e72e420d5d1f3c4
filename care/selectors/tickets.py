"""Reads of tickets, each narrowed to who may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest

from care.enums import TicketState
from care.models import ANSWERING_STATES, Attachment, Message, Ticket
from checkout.selectors import orders


def with_line(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Add order, line and seller in the same query."""
    return tickets.select_related("line__order", "line__parcel", "line__product", "seller")


def with_conversation(tickets: QuerySet[Ticket], *, with_internal: bool) -> QuerySet[Ticket]:
    """Add lines, messages and photos in three queries."""
    messages = Message.objects.prefetch_related("attachments")
    if not with_internal:
        messages = messages.filter(is_internal=False)
    return with_line(tickets).prefetch_related(Prefetch("messages", queryset=messages))


def visible_to(request: HttpRequest) -> QuerySet[Ticket]:
    """Tickets on orders that the visitor may open, as a shopper."""
    return Ticket.objects.filter(line__order__in=orders.visible_to(request))


def of_seller(seller_id: int) -> QuerySet[Ticket]:
    """A seller's tickets, the one to answer first on top."""
    return with_line(Ticket.objects.filter(seller_id=seller_id)).order_by("answer_by", "-updated_at")


def open_ticket_of_line(line_id: int) -> Ticket | None:
    return Ticket.objects.open().filter(line_id=line_id).first()


def latest_of_lines(line_ids: Sequence[int], *, among: QuerySet[Ticket]) -> dict[int, Ticket]:
    """Return the newest ticket of each line that has one, in one query."""
    newest = among.filter(line_id__in=line_ids).select_related("seller").order_by("line_id", "-pk")
    return {ticket.line_id: ticket for ticket in newest.distinct("line_id")}


def others_of(ticket: Ticket, *, limit: int = 8) -> tuple[list[Ticket], list[Ticket]]:
    """Return the newest other tickets of the same shopper (by e-mail), and of the same seller."""
    others = with_line(Ticket.objects.exclude(pk=ticket.pk)).order_by("-updated_at")
    of_shopper = others.filter(line__order__email__iexact=ticket.line.order.email)
    return list(of_shopper[:limit]), list(others.filter(seller_id=ticket.seller_id)[:limit])


def queue(*, limit: int = 20) -> list[Ticket]:
    """List what support has to answer: the marketplace's own first, each by the earliest deadline."""
    escalated = with_line(Ticket.objects.filter(state=TicketState.ESCALATED)).order_by("answer_by", "pk")
    return list(escalated[:limit])


def photos_visible_to(request: HttpRequest, *, seller_ids: Iterable[int], is_agent: bool) -> QuerySet[Attachment]:
    """Photos of the visitor's own tickets, of the sellers they work for, and all of them for support staff."""
    if is_agent:
        return Attachment.objects.all()
    mine = Q(message__ticket__in=visible_to(request)) | Q(message__ticket__seller_id__in=list(seller_ids))
    return Attachment.objects.filter(mine, message__is_internal=False)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many tickets wait for an answer, how many of those are late, how many are with the marketplace."""

    waiting: int
    overdue: int
    escalated: int


def queue_counts(*, now: datetime) -> QueueCounts:
    found = Ticket.objects.filter(state__in=ANSWERING_STATES).aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=Q(answer_by__lt=now)),
        escalated=Count("pk", filter=Q(state=TicketState.ESCALATED)),
    )
    return QueueCounts(**found)
