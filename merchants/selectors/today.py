"""What the first page of the back office shows: work by deadline, sales, buy box."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from care.selectors import tickets
from checkout.enums import LineState
from checkout.selectors import orders

from .queues import TO_ANSWER

SALES_DAYS = 30
MOST_AT_ONCE = 100
SOLD = (LineState.PAID, LineState.ACCEPTED, LineState.SHIPPED, LineState.DELIVERED, LineState.CLOSED)


@dataclass(frozen=True, slots=True)
class Work:
    """
    Things of one kind due at about the same time; `due` is the first deadline among them.

    `kind` is accept, ship or answer; `line_ids` are public ids, so that accepting needs one press.
    """

    kind: str
    due: datetime
    count: int
    amounts: tuple[Money, ...]
    is_late: bool
    line_ids: tuple[str, ...]


def zone_of(seller: Any) -> ZoneInfo:
    """Return the time zone in which a seller works."""
    return MARKETS[seller.country if seller.country in MARKETS else "FR"].time_zone


def work_of(seller: Any, *, now: datetime) -> list[Work]:
    """List what is to be done, soonest first: one entry a kind and day, in two queries."""
    zone = zone_of(seller)
    rows = orders.lines_of_seller(seller_id=seller.pk).filter(state__in=(LineState.PAID, LineState.ACCEPTED))
    paid = [line for line in rows if line.state == LineState.PAID and line.accept_by]
    accepted = [line for line in rows if line.state == LineState.ACCEPTED and line.ship_by]
    answers = tickets.of_seller(seller.pk).filter(state__in=TO_ANSWER, answer_by__isnull=False)
    due = answers.select_related(None).values_list("answer_by", flat=True)
    found = [
        *_grouped("accept", ((line.accept_by, line) for line in paid), zone, now),
        *_grouped("ship", ((line.ship_by, line) for line in accepted), zone, now),
        *_grouped("answer", ((deadline, None) for deadline in due), zone, now),
    ]
    return sorted(found, key=lambda work: work.due)


def _grouped(kind: str, dues: Iterable[tuple[Any, Any]], zone: ZoneInfo, now: datetime) -> list[Work]:
    days: dict[tuple[bool, date], list[tuple[datetime, Any]]] = {}
    for due, line in dues:
        days.setdefault((due < now, due.astimezone(zone).date()), []).append((due, line))
    return [_work(kind, entries, is_late=is_late) for (is_late, _), entries in days.items()]


def _work(kind: str, entries: Sequence[tuple[datetime, Any]], *, is_late: bool) -> Work:
    lines = [line for _, line in entries if line is not None]
    currencies = sorted({line.currency for line in lines})
    return Work(
        kind=kind,
        due=min(due for due, _ in entries),
        count=len(entries),
        amounts=tuple(
            Money.total((line.gross for line in lines if line.currency == currency), currency)
            for currency in currencies
        ),
        is_late=is_late,
        line_ids=tuple(str(line.public_id) for line in lines[:MOST_AT_ONCE]),
    )


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales of one currency, a figure a day; `before` is the sum of as many days before."""

    currency: str
    days: tuple[tuple[date, Money], ...]
    total: Money
    before: Money
    count: int

    @property
    def change_percent(self) -> float | None:
        """How much more (or less) than before; None without a before."""
        if not self.before:
            return None
        return round(100 * (self.total.amount_minor - self.before.amount_minor) / self.before.amount_minor, 1)


def sales_of(seller: Any, *, now: datetime) -> list[Sales]:
    """Return the sales of 30 days by currency, the home market's first, in one query."""
    zone = zone_of(seller)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=SALES_DAYS - 1)
    start = datetime.combine(first - timedelta(days=SALES_DAYS), datetime.min.time(), tzinfo=zone)
    rows = (
        orders.lines_of_seller(seller_id=seller.pk)
        .select_related(None)
        .filter(state__in=SOLD, paid_at__gte=start)
        .annotate(day=TruncDate("paid_at", tzinfo=zone))
        .order_by()
        .values("day", "currency")
        .annotate(minor=Sum(F("price_minor") + F("shipping_minor") - F("discount_seller_minor")), count=Count("pk"))
    )
    home = MARKETS[seller.home_market].currency
    found: dict[str, list[dict[str, Any]]] = {home: []}
    for row in rows:
        found.setdefault(row["currency"], []).append(dict(row))
    return [_sales(currency, entries, first=first) for currency, entries in found.items()]


def _sales(currency: str, rows: Sequence[dict[str, Any]], *, first: date) -> Sales:
    by_day = {row["day"]: row["minor"] for row in rows}
    days = tuple(
        (day, Money(by_day.get(day, 0), currency)) for day in (first + timedelta(days=n) for n in range(SALES_DAYS))
    )
    return Sales(
        currency=currency,
        days=days,
        total=Money.total((amount for _, amount in days), currency),
        before=Money(sum(row["minor"] for row in rows if row["day"] < first), currency),
        count=sum(row["count"] for row in rows if row["day"] >= first),
    )
