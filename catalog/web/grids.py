"""What a page of cards shows around them: chosen filters that can be taken away, orders, bounds."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from catalog.enums import Grade
from catalog.selectors.pages.facets import FacetOption
from catalog.selectors.pages.grid import Grid, GridQuery

from .params import MINOR_UNITS, market_of


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


def grid_context(request: HttpRequest, shown: Grid, query: GridQuery, best: str = "") -> dict[str, Any]:
    """Return what `catalog/parts/grid.html` needs; `best` names the order that the page comes in by itself."""
    currency = market_of(request).currency
    facets = shown.facets
    low = Money(facets.low_minor, currency) if facets.low_minor is not None else None
    high = Money(facets.high_minor, currency) if facets.high_minor is not None else None
    return {
        "grid": shown,
        "chips": chips(request, shown, query),
        "sorts": _sorts(query, best or _("Most wanted")),
        "low": low,
        "high": high,
        "low_units": low.amount_minor // MINOR_UNITS if low else "",
        "high_units": -(-high.amount_minor // MINOR_UNITS) if high else "",
        "price_from": _units(query.price_from_minor),
        "price_to": _units(query.price_to_minor),
        "currency_sign": Money.zero(currency).format(whole=True).strip("0 \u00a0\u202f"),
        "has_storage": len(facets.storages) > 1 or bool(query.storages),
        "has_brand": len(facets.brands) > 1 or bool(query.brands),
    }


def _units(amount_minor: int | None) -> str:
    return str(amount_minor // MINOR_UNITS) if amount_minor else ""


def _sorts(query: GridQuery, best: str) -> list[SortChoice]:
    texts = {
        "best": best,
        "price": _("Lowest price"),
        "-price": _("Highest price"),
        "saving": _("Largest saving"),
        "new": _("Newest model"),
    }
    return [SortChoice(key, text, key == query.sort) for key, text in texts.items()]


def without(params: QueryDict, name: str, value: str | None = None) -> str:
    """Return the address without one value of a parameter, or without the parameter; the page starts over."""
    left = params.copy()
    left.pop("page", None)
    values = [kept for kept in left.getlist(name) if value is not None and kept != value]
    left.pop(name, None)
    if values:
        left.setlist(name, values)
    return f"?{left.urlencode()}"


def chips(request: HttpRequest, shown: Grid, query: GridQuery) -> list[Chip]:
    """Name every chosen filter."""
    get, facets = request.GET, shown.facets
    found = [
        *_option_chips(get, "brand", _("Brand"), query.brands, facets.brands),
        *_option_chips(get, "storage", _("Storage"), [str(size) for size in query.storages], facets.storages),
        *(Chip(_("Grade"), str(Grade(grade).label), without(get, "grade", grade)) for grade in query.grades),
        *_option_chips(get, "colour", _("Colour"), query.colours, facets.colours),
    ]
    currency = market_of(request).currency
    if query.price_from_minor:
        price = Money(query.price_from_minor, currency).format(whole=True)
        found.append(Chip(_("Price"), _("from %(price)s") % {"price": price}, without(get, "price_min")))
    if query.price_to_minor:
        price = Money(query.price_to_minor, currency).format(whole=True)
        found.append(Chip(_("Price"), _("up to %(price)s") % {"price": price}, without(get, "price_max")))
    return found


def _option_chips(
    params: QueryDict, name: str, kind: str, values: "tuple[str, ...] | list[str]", options: list[FacetOption]
) -> list[Chip]:
    labels = {option.value: option.label for option in options}
    return [Chip(kind, labels.get(value, value), without(params, name, value)) for value in values]
