"""Listings: a table to edit in place, by forms or by the grid's script."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, NotFoundError
from backmarket.core.policies import policy
from backmarket.markets.registry import MARKETS
from catalog.selectors import standings
from catalog.selectors.standings import ListingRow, Standing
from merchants.enums import Role
from merchants.policies import member
from merchants.services.listings import ListingChange, change_listing, own_listing
from merchants.web import page
from merchants.web.forms import ListingForm

STATES = {
    "": gettext_lazy("All"),
    "winning": gettext_lazy("Winning"),
    "losing": gettext_lazy("Losing"),
    "sold_out": gettext_lazy("Sold out"),
    "paused": gettext_lazy("Paused"),
}
MARKS = {
    Standing.WINNING: "done",
    Standing.LOSING: "todo",
    Standing.UPDATING: "now",
    Standing.SOLD_OUT: "off",
    Standing.PAUSED: "off",
    Standing.NOT_ELIGIBLE: "late",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What was refused in one row, with what was typed there."""

    public_id: UUID
    market: str
    errors: dict[str, str]
    typed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A row as the page shows it."""

    row: ListingRow
    mark: str
    label: str
    hint: str
    price_text: str
    quantity_text: str
    errors: dict[str, str]


def _label(row: ListingRow) -> str:
    if row.standing is Standing.WINNING:
        return _("Winning by %(gap)s") % {"gap": row.gap.format()} if row.gap else _("Winning, no other seller")
    if row.standing is Standing.LOSING:
        return _("Losing by %(gap)s") % {"gap": row.gap.format()} if row.gap else _("Losing")
    return {
        Standing.UPDATING: _("Being worked out"),
        Standing.SOLD_OUT: _("Sold out"),
        Standing.PAUSED: _("Paused"),
    }.get(row.standing, _("Not eligible"))


def _cell(row: ListingRow, problem: Problem | None = None) -> Cell:
    is_wrong = problem is not None and (row.public_id, row.market) == (problem.public_id, problem.market)
    typed = problem.typed if problem and is_wrong else {}
    hint = _("%(price)s would win") % {"price": row.winning_price.format()} if row.winning_price else ""
    return Cell(
        row=row,
        mark=MARKS[row.standing],
        label=_label(row),
        hint=hint,
        price_text=typed.get("price", f"{row.price.decimal:.2f}"),
        quantity_text=typed.get("quantity", str(row.available)),
        errors=problem.errors if problem and is_wrong else {},
    )


def _as_json(row: ListingRow) -> dict[str, Any]:
    cell = _cell(row)
    return {
        "price": cell.price_text,
        "quantity": cell.quantity_text,
        "published": row.is_published,
        "standing": {"state": row.standing, "mark": cell.mark, "label": cell.label, "hint": cell.hint},
    }


def _index(request: HttpRequest, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    seller_id = page.merchant_of(request).pk
    markets = standings.markets_of_seller(seller_id)
    wanted, state = request.GET.get("market", ""), request.GET.get("state", "")
    search = request.GET.get("q", "").replace("\0", "").strip()[:80]
    market = wanted if wanted in markets else ""
    state = state if state in STATES else ""
    counts = standings.counts_of_seller(seller_id=seller_id, market=market, search=search)
    rows = standings.listings_of_seller(seller_id=seller_id, market=market, state=state, search=search)
    listed = page.page_of(request, rows, count=counts[state or "all"])
    query = {"market": market, "q": search}
    context = {
        "page": listed,
        "cells": [_cell(row, problem) for row in standings.rows_with_standing(listed.object_list)],
        "markets": [(code, MARKETS[code].name) for code in markets],
        "market": market,
        "state": state,
        "search": search,
        "counts": counts,
        "tabs": [
            (key, label, counts[key or "all"], f"?{urlencode({**query, 'state': key})}")
            for key, label in STATES.items()
        ],
        "may_edit": page.may(request, Role.CATALOGUE),
    }
    return page.show(request, "listings.html", context, current="listings", status=status)


@policy(member(Role.CATALOGUE))
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return _index(request)


def _wants_json(request: HttpRequest) -> bool:
    return not request.accepts("text/html")


@policy(member(Role.CATALOGUE))
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Tell how a listing stands, or change its price, quantity or publication in one market."""
    seller_id = page.merchant_of(request).pk
    if request.method != "POST":
        row = own_listing(seller_id=seller_id, public_id=public_id, market=request.GET.get("market", ""))
        return JsonResponse(_as_json(row))
    form = ListingForm(request.POST)
    errors = {name: " ".join(map(str, listed)) for name, listed in form.errors.items()}
    if not errors:
        wanted = form.cleaned_data
        try:
            with transaction.atomic(durable=True):
                row = change_listing(
                    seller_id=seller_id,
                    public_id=public_id,
                    market=wanted["market"],
                    change=ListingChange(wanted["price"], wanted["quantity"], wanted["published"]),
                    actor=Actor.of(request),
                    now=clock.now(),
                )
        except NotFoundError:
            raise
        except DomainError as error:
            name = "quantity" if error.code == "quantity_refused" else "price"
            errors = {name: str(error.text)}
        else:
            return _changed(request, row)
    return _refused(request, public_id, errors)


def _changed(request: HttpRequest, row: ListingRow) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(_as_json(row))
    messages.success(request, _("%(sku)s saved.") % {"sku": row.seller_sku})
    query = request.GET.urlencode()
    return redirect(f"{reverse('office:listings')}?{query}" if query else "office:listings")


def _refused(request: HttpRequest, public_id: UUID, errors: dict[str, str]) -> HttpResponse:
    market = request.POST.get("market", "")
    own_listing(seller_id=page.merchant_of(request).pk, public_id=public_id, market=market)
    if _wants_json(request):
        return JsonResponse({"errors": errors}, status=422)
    typed = {name: request.POST[name] for name in ("price", "quantity") if name in request.POST}
    return _index(request, problem=Problem(public_id, market, errors, typed), status=422)
