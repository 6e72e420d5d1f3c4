"""What a page of cards shows around them: chosen filters that can be taken away, orders, bounds."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from catalog.rules.facets import MINOR_UNITS
from catalog.search.requests import SearchRequest
from catalog.selectors.pages.grid import Grid

from .params import market_of


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter; `url` is the same page without it."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SortChoice:
    key: str
    text: str
    is_chosen: bool


def grid_context(request: HttpRequest, shown: Grid, asked: SearchRequest, best: str = "") -> dict[str, Any]:
    """Return what `catalog/parts/grid.html` needs; `best` names the order that the page comes in by itself."""
    currency = market_of(request).currency
    facets = shown.facets
    low = Money(facets.low_minor, currency) if facets.low_minor is not None else None
    high = Money(facets.high_minor, currency) if facets.high_minor is not None else None
    return {
        "grid": shown,
        "chips": chips(request, shown, asked),
        "sorts": _sorts(asked, best or _("Most wanted")),
        "low": low,
        "high": high,
        "low_units": low.amount_minor // MINOR_UNITS if low else "",
        "high_units": -(-high.amount_minor // MINOR_UNITS) if high else "",
        "price_from": _units(asked.price_from_minor),
        "price_to": _units(asked.price_to_minor),
        "currency_sign": Money.zero(currency).format(whole=True).strip("0 \u00a0\u202f"),
    }


def _units(amount_minor: int | None) -> str:
    return str(amount_minor // MINOR_UNITS) if amount_minor else ""


def _sorts(asked: SearchRequest, best: str) -> list[SortChoice]:
    texts = {
        "best": best,
        "price": _("Lowest price"),
        "-price": _("Highest price"),
        "value": _("Best value"),
        "new": _("Newest model"),
        "co2": _("Most CO₂ saved"),
    }
    return [SortChoice(key, text, key == asked.sort) for key, text in texts.items()]


def without(params: QueryDict, name: str, value: str | None = None) -> str:
    """Return the address without one value of a parameter, or without the parameter; the page starts over."""
    left = params.copy()
    left.pop("page", None)
    values = [kept for kept in left.getlist(name) if value is not None and kept != value]
    left.pop(name, None)
    if values:
        left.setlist(name, values)
    return f"?{left.urlencode()}"


def chips(request: HttpRequest, shown: Grid, asked: SearchRequest) -> list[Chip]:
    """Name every chosen filter."""
    get = request.GET
    found = [
        Chip(group.title, option.label, without(get, group.key, option.value))
        for group in shown.facets.groups
        for option in group.options
        if option.is_chosen
    ]
    currency = market_of(request).currency
    if asked.price_from_minor:
        price = Money(asked.price_from_minor, currency).format(whole=True)
        found.append(Chip(_("Price"), _("from %(price)s") % {"price": price}, without(get, "price_min")))
    if asked.price_to_minor:
        price = Money(asked.price_to_minor, currency).format(whole=True)
        found.append(Chip(_("Price"), _("up to %(price)s") % {"price": price}, without(get, "price_max")))
    return found
