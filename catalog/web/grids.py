"""What a page of cards shows around them: chosen filters that can be taken away, orders, bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from catalog.rules.facets import MINOR_UNITS
from catalog.search.chips import SearchChip
from catalog.search.requests import SearchRequest
from catalog.selectors.pages.grid import Grid
from catalog.selectors.pages.ways_out import WayOut, near_cards, ways_out

from .filters import filter_groups, price_slider
from .notices import notices
from .params import market_of, price_bounds


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


@dataclass(frozen=True, slots=True)
class Exit:
    """A filter to let go of: its choices in words, the page without it, and how many products are there."""

    text: str
    url: str
    total: int


def grid_context(request: HttpRequest, shown: Grid, asked: SearchRequest, best: str = "") -> dict[str, Any]:
    """Return what `catalog/parts/grid.html` needs; `best` names the order that the page comes in by itself."""
    currency = market_of(request).currency
    facets = shown.facets
    # The words of a search may limit the price too: that limit is a chip of its own, not what stands in the fields.
    own_low, own_high = price_bounds(request.GET)
    low = Money(facets.low_minor, currency) if facets.low_minor is not None else None
    high = Money(facets.high_minor, currency) if facets.high_minor is not None else None
    return {
        "grid": shown,
        "chips": chips(request, shown),
        "sorts": _sorts(asked, best or _("Most wanted")),
        "low": low,
        "high": high,
        "low_units": low.amount_minor // MINOR_UNITS if low else "",
        "high_units": -(-high.amount_minor // MINOR_UNITS) if high else "",
        "price_from": _units(own_low),
        "price_to": _units(own_high),
        "money_pattern": Money.zero(currency).format(whole=True).replace("0", "#"),
        "currency_sign": Money.zero(currency).format(whole=True).strip("0 \u00a0\u202f"),
        "filters": filter_groups(facets),
        "slider": price_slider(
            facets, from_minor=asked.price_from_minor, to_minor=asked.price_to_minor, currency=currency
        ),
        "notices": notices(request.GET, asked, shown.page.number if shown.total else None),
        "clear_url": _only(request.GET, "q", "sort"),
        **(_nothing(request, shown, asked) if shown.filter_count and not shown.total else {}),
    }


def _nothing(request: HttpRequest, shown: Grid, asked: SearchRequest) -> dict[str, Any]:
    """Return what leads on from a page without results: filters to let go of, and what comes closest."""
    ways = ways_out(asked, version=shown.version)
    has_price = any(price_bounds(request.GET))
    exits = [_exit(request, shown, way) for way in ways if way.facet != "price" or has_price]
    return {"ways_out": exits, "near": near_cards(ways)}


def _exit(request: HttpRequest, shown: Grid, way: WayOut) -> Exit:
    if way.facet == "price":
        return Exit(_("Price"), without(request.GET, "price_min", "price_max"), way.hits.total)
    group = shown.facets.group(way.facet)
    labels = [option.label for option in group.options if option.is_chosen] if group else []
    return Exit(", ".join(labels), without(request.GET, way.facet), way.hits.total)


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


def without(params: QueryDict, *names: str, value: str | None = None) -> str:
    """Return the address without one value of a parameter, or without parameters; the page starts over."""
    left = params.copy()
    left.pop("page", None)
    for name in names:
        values = [kept for kept in left.getlist(name) if value is not None and kept != value]
        left.pop(name, None)
        if values:
            left.setlist(name, values)
    return f"?{left.urlencode()}"


def _only(params: QueryDict, *names: str) -> str:
    """Return the address with nothing but these parameters."""
    left = QueryDict(mutable=True)
    for name in names:
        if value := params.get(name):
            left[name] = str(value)
    return f"?{left.urlencode()}"


def word_chips(request: HttpRequest, found: Sequence[SearchChip]) -> list[Chip]:
    """Return what was recognised in the words; taking one away keeps the other words and the filters."""
    kinds = {
        "brand": _("Brand"),
        "category": _("Category"),
        "storage": _("Storage"),
        "memory": _("Memory"),
        "size": _("Storage"),
        "colour": _("Colour"),
        "finish": _("Colour"),
        "grade": _("Grade"),
        "screen": _("Screen size"),
        "lock": _("Carrier lock"),
        "feature": _("Features"),
        "price": _("Price"),
        "need": _("Features"),
        "order": _("Sort by"),
    }
    return [Chip(kinds.get(chip.kind, ""), chip.label, _searching(request.GET, chip.without)) for chip in found]


def _searching(params: QueryDict, text: str) -> str:
    left = params.copy()
    left.pop("page", None)
    left.pop("q", None)
    if text:
        left["q"] = text
    return f"?{left.urlencode()}"


def chips(request: HttpRequest, shown: Grid) -> list[Chip]:
    """Name every chosen filter."""
    get = request.GET
    found = [
        Chip(group.title, option.label, without(get, group.key, value=option.value))
        for group in shown.facets.groups
        for option in group.options
        if option.is_chosen
    ]
    currency = market_of(request).currency
    low, high = price_bounds(get)
    if low:
        price = Money(low, currency).format(whole=True)
        found.append(Chip(_("Price"), _("from %(price)s") % {"price": price}, without(get, "price_min")))
    if high:
        price = Money(high, currency).format(whole=True)
        found.append(Chip(_("Price"), _("up to %(price)s") % {"price": price}, without(get, "price_max")))
    return found
