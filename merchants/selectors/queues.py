"""A seller's order lines by what is to be done with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from care.enums import TicketState
from care.selectors import tickets
from checkout.enums import LineState
from checkout.selectors import orders

GONE = (LineState.CANCELLED, LineState.REFUNDED_BEFORE_SHIPPING, LineState.REFUNDED_AFTER_SHIPPING)
ON_THE_WAY = (LineState.SHIPPED, LineState.DELIVERED, LineState.CLOSED)
TO_ANSWER = (TicketState.WAITING_SELLER,)
UNSETTLED = (TicketState.WAITING_SELLER, TicketState.WAITING_SHOPPER, TicketState.ESCALATED)


@dataclass(frozen=True, slots=True)
class Queue:
    """A tab of the orders page: which lines it shows and in which order."""

    key: str
    label: str | Promise
    condition: Callable[[int, datetime], Q]
    order_by: tuple[str, ...]


def _problems(seller_id: int, now: datetime) -> Q:
    complained = tickets.of_seller(seller_id).filter(state__in=UNSETTLED).order_by().values("line_id")
    return Q(state__in=GONE) | Q(state=LineState.ACCEPTED, ship_by__lt=now) | Q(pk__in=complained)


QUEUES = {
    queue.key: queue
    for queue in (
        Queue("to_accept", _("To accept"), lambda seller, now: Q(state=LineState.PAID), ("accept_by", "pk")),
        Queue("to_ship", _("To ship"), lambda seller, now: Q(state=LineState.ACCEPTED), ("ship_by", "pk")),
        Queue("shipped", _("On their way"), lambda seller, now: Q(state__in=ON_THE_WAY), ("-shipped_at", "-pk")),
        Queue("problems", _("Problems"), _problems, ("-paid_at", "-pk")),
        Queue("all", _("All"), lambda seller, now: Q(), ("-paid_at", "-pk")),
    )
}


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str | Promise
    count: int


def lines_in(queue: Queue, *, seller_id: int, search: str, now: datetime) -> QuerySet[Any]:
    """Return the lines of a queue that match an order number, IMEI, tracking number, SKU or name."""
    rows = orders.lines_of_seller(seller_id=seller_id).filter(queue.condition(seller_id, now))
    wanted = search.strip()
    if wanted:
        rows = rows.filter(_matches(wanted))
    return rows.select_related("listing").order_by(*queue.order_by)


def _matches(text: str) -> Q:
    digits = text.replace("-", "").replace(" ", "")
    found = (
        Q(title__icontains=text)
        | Q(listing__seller_sku__icontains=text)
        | Q(serial_number__iexact=text)
        | Q(parcel__tracking_number__iexact=text)
        | Q(order__last_name__iexact=text)
    )
    if digits.isascii() and digits.isdigit():
        found |= Q(imei=digits)
        if len(digits) <= 8:
            found |= Q(order__number=int(digits))
    return found


def tabs_of(*, seller_id: int, now: datetime) -> list[Tab]:
    """Count every queue in one query."""
    counts = {
        key: Count("pk", filter=queue.condition(seller_id, now), distinct=False)
        for key, queue in QUEUES.items()
        if key != "all"
    }
    rows = orders.lines_of_seller(seller_id=seller_id).select_related(None).order_by()
    found = rows.aggregate(all=Count("pk"), **counts)
    return [Tab(key, queue.label, found[key]) for key, queue in QUEUES.items()]


@dataclass(frozen=True, slots=True)
class Badges:
    """What waits for the team: lines to accept or ship, tickets to answer."""

    orders: int
    tickets: int


def badges_of(seller_id: int) -> Badges:
    """Count what waits for the team, in two queries."""
    waiting = orders.lines_of_seller(seller_id=seller_id).filter(state__in=(LineState.PAID, LineState.ACCEPTED))
    answers = tickets.of_seller(seller_id).filter(state__in=TO_ANSWER)
    return Badges(waiting.select_related(None).count(), answers.select_related(None).order_by().count())
