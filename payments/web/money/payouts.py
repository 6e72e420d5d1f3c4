"""Payouts with their statements, and the daily close."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from backmarket.core import clock
from backmarket.core.downloads import download
from backmarket.core.money import Money
from payments.enums import AccountKind, EntryKind
from payments.models import Payout
from payments.selectors.closing import close_rows, close_totals
from payments.selectors.payouts import payout_view, statement_of

from .pages import PAGE_SIZE, names_of, show


def payouts(request: HttpRequest) -> HttpResponse:
    """List payouts, newest first."""
    page = Paginator(Payout.objects.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [payout_view(payout) for payout in page]
    labels = names_of(request, (row.owner for row in rows))
    shown = [(row, labels[row.owner]) for row in rows]
    return show(request, "payouts", tab="money:payouts", title=_("Payouts"), rows=shown, page=page)


def payout(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a payout's statement; its lines add up to the payout to the cent."""
    found = get_object_or_404(Payout, public_id=public_id)
    lines = statement_of(found)
    total = Money.total((line.amount for line in lines), found.currency)
    if request.GET.get("format") == "csv":
        heading = ("occurred_at", "kind", "reference", "line", "amount", "currency", "note")
        rows = (
            (line.occurred_at, line.kind, line.reference, line.line_reference, line.amount, found.currency, line.note)
            for line in lines
        )
        return download(f"payout-{found.public_id}", heading, rows)
    references = {line.reference for line in lines} | {line.line_reference for line in lines}
    labels = names_of(request, {found.owner} | references)
    shown = [
        (line, EntryKind(line.kind).label, labels[line.reference], labels.get(line.line_reference)) for line in lines
    ]
    return show(
        request,
        "payout",
        tab="money:payouts",
        title=_("Payout of %(amount)s") % {"amount": found.amount.format()},
        payout=found,
        label=labels[found.owner],
        lines=shown,
        total=total,
        adds_up=total == found.amount,
    )


def close(request: HttpRequest) -> HttpResponse:
    """Show opening, movements and closing of each kind of account for one day (UTC)."""
    today = clock.now().astimezone(UTC).date()
    day = _day(request.GET.get("day", ""), today)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = close_rows(start=start, end=start + timedelta(days=1))
    if request.GET.get("format") == "csv":
        heading = ("account", "currency", "opening", "debit", "credit", "closing")
        cells = ((r.kind, r.currency, r.opening, r.debit, r.credit, r.closing) for r in rows)
        return download(f"close-{day}", heading, cells)
    tables = [
        (total, [(AccountKind(row.kind).label, row) for row in rows if row.currency == total.currency])
        for total in close_totals(rows)
    ]
    following = day + timedelta(days=1)
    return show(
        request,
        "close",
        tab="money:close",
        title=_("Daily close"),
        day=day,
        earlier=day - timedelta(days=1),
        later=following if following <= today else None,
        is_open=day == today,
        tables=tables,
    )


def _day(text: str, today: date) -> date:
    """Read a day out of an address; anything else is yesterday, the last day that is over."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year < 2000 or day > today:
        return today - timedelta(days=1)
    return day
