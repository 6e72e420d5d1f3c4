"""Every movement of a seller's money, found and taken away; what the next payout is made of, and what matures when."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backmarket.core import clock
from backmarket.core.downloads import streamed
from backmarket.core.money import Money
from backmarket.core.policies import policy
from checkout.selectors import orders
from merchants.selectors import money, today
from merchants.web import page
from payments.enums import EntryKind
from payments.selectors.ledger import balances_of
from payments.selectors.maturities import pending_of
from payments.selectors.seller_money import SellerMovement, Wanted, all_movements_of, movements_of, unsettled_of

from .payouts import CAN_SEE

PAGE_SIZE = 50
# A payout may be made of many thousand lines; the page shows the newest and the sum of all.
SHOWN = 200
HEADING = ("date", "movement", "order", "item", "maturing", "payable", "reserve", "on_its_way", "currency", "note")
# What can happen to a seller's money.
KINDS = (
    EntryKind.LINE_DISPATCHED,
    EntryKind.MATURED,
    EntryKind.REFUND_CREATED,
    EntryKind.REFUND_FAILED,
    EntryKind.RESERVE_HELD,
    EntryKind.RESERVE_RELEASED,
    EntryKind.PAYOUT_CREATED,
    EntryKind.PAYOUT_PAID,
    EntryKind.PAYOUT_RETURNED,
)


class FilterForm(forms.Form):
    """What to show; days are the seller's own, both included."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Movement"),
        required=False,
        choices=[("", gettext_lazy("all")), *((kind.value, kind.label) for kind in KINDS)],
    )
    order = forms.CharField(label=gettext_lazy("Order number"), required=False, max_length=30)

    def __init__(self, data: Any, currencies: list[str]) -> None:
        super().__init__(data)
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first."))
        return cleaned


def _wanted(request: HttpRequest, form: FilterForm, currencies: list[str]) -> Wanted:
    merchant = page.merchant_of(request)
    zone = today.zone_of(merchant.seller)
    asked = form.cleaned_data if form.is_valid() else {}
    since, until, number = asked.get("since"), asked.get("until"), asked.get("order", "")
    return Wanted(
        owner=money.owner_of(merchant.pk),
        currency=asked.get("currency") or currencies[0],
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        kinds=[asked["kind"]] if asked.get("kind") else (),
        references=_references(merchant.pk, number) if number else None,
        before=_before(request),
    )


def _references(seller_id: int, number: str) -> list[str]:
    """Return the names of the seller's own lines of an order; another's order is none."""
    digits = "".join(char for char in number if char.isascii() and char.isdigit())[:18]
    if not digits:
        return []
    return [line.reference for line in orders.lines_of_seller(seller_id=seller_id).filter(order__number=int(digits))]


def _before(request: HttpRequest) -> tuple[datetime, int] | None:
    """Read where the page before ended; anything else is the beginning."""
    instant, _comma, entry = request.GET.get("before", "").partition(",")
    try:
        at = parse_datetime(instant)
    except ValueError:
        at = None
    is_id = entry.isascii() and entry.isdigit() and len(entry) < 19
    return (at, int(entry)) if at is not None and at.tzinfo is not None and is_id else None


@policy(CAN_SEE)
@require_safe
def transactions(request: HttpRequest) -> HttpResponse:
    """List movements, newest first, by day, kind and order."""
    currencies = _currencies(request)
    form = FilterForm(request.GET or None, currencies)
    wanted = _wanted(request, form, currencies)
    found = movements_of(wanted, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    asked = {key: value for key, value in request.GET.items() if key != "before"}
    last = shown[-1] if len(found) > PAGE_SIZE else None
    older = urlencode({**asked, "before": f"{last.occurred_at.isoformat()},{last.entry_id}"}) if last else ""
    context = {
        "form": form,
        "rows": [
            (row, EntryKind(row.kind).label, *named) for row, named in zip(shown, _names(request, shown), strict=True)
        ],
        "older": older,
        "csv": urlencode(asked),
        "is_filtered": bool(asked),
    }
    return page.show(request, "transactions.html", context, current="payouts")


def _currencies(request: HttpRequest) -> list[str]:
    return sorted(balances_of(money.owner_of(page.merchant_of(request).pk))) or ["EUR"]


def _names(request: HttpRequest, rows: list[SellerMovement]) -> list[tuple[int | None, str, str]]:
    """Return order number, its text and the item of each movement, in one query."""
    known = money.own_lines(page.merchant_of(request).pk, (row.line_reference for row in rows))
    return [known.get(row.line_reference, (None, "", "")) for row in rows]


@policy(CAN_SEE)
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Send all that the filters find as CSV, line by line, amounts in major units."""
    currencies = _currencies(request)
    wanted = _wanted(request, FilterForm(request.GET or None, currencies), currencies)
    return streamed(f"transactions-{clock.now().date()}", HEADING, _cells(request, wanted))


def _cells(request: HttpRequest, wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    batch: list[SellerMovement] = []
    for movement in all_movements_of(wanted):
        batch.append(movement)
        if len(batch) == PAGE_SIZE:
            yield from _batch_cells(request, batch)
            batch = []
    yield from _batch_cells(request, batch)


def _batch_cells(request: HttpRequest, batch: list[SellerMovement]) -> Iterator[tuple[Any, ...]]:
    for row, (_number, text, title) in zip(batch, _names(request, batch), strict=True):
        amounts = (row.pending, row.payable, row.reserve, row.in_transit)
        yield (row.occurred_at, row.kind, text, title, *amounts, row.payable.currency, row.note)


@policy(CAN_SEE)
@require_safe
def upcoming(request: HttpRequest, currency: str) -> HttpResponse:
    """Show what is payable line by line, and what becomes payable on which day."""
    merchant = page.merchant_of(request)
    owner = money.owner_of(merchant.pk)
    balance = balances_of(owner).get(currency)
    lines = unsettled_of(owner, currency, limit=SHOWN + 1)
    zone = today.zone_of(merchant.seller)
    maturing: dict[Any, Money] = {}
    for pending in pending_of(owner):
        if pending.amount.currency == currency:
            day = pending.matures_at.astimezone(zone).date()
            maturing[day] = maturing.get(day, Money.zero(currency)) + pending.amount
    movements = money.movements_of(merchant.pk, lines[:SHOWN])
    context = {
        "currency": currency,
        "payable": balance.payable if balance else Money.zero(currency),
        "pending": balance.pending if balance else Money.zero(currency),
        "movements": [(movement, EntryKind(movement.line.kind)) for movement in movements],
        "has_more": len(lines) > SHOWN,
        "maturing": sorted(maturing.items()),
    }
    return page.show(request, "upcoming.html", context, current="payouts")
