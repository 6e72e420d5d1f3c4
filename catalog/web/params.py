"""Read addresses: whatever stands in them, what makes no sense is left out and nothing fails."""

import re
from uuid import UUID

from django.http import HttpRequest, QueryDict

from backmarket.markets.registry import Market
from catalog.enums import GRADE_ORDER
from catalog.rules.facets import MINOR_UNITS, SHOWN
from catalog.search.requests import SORTS, SearchRequest
from catalog.selectors.pages.product import Wish

WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.IGNORECASE)
WHOLE = re.compile(r"[0-9]{1,7}")
MAX_VALUES = 40
MAX_QUERY_CHARS = 120
# Parameters that show a selection of a page of cards, which search engines do not keep as a page of its own.
NARROWING = (*SHOWN, "price_min", "price_max", "sort")


def market_of(request: HttpRequest) -> Market:
    """Return the market that the middleware put on the request."""
    market: Market = request.market  # type: ignore[attr-defined]
    return market


def words(params: QueryDict, name: str) -> tuple[str, ...]:
    """Return the distinct values of a parameter that look like keys."""
    found = (value for value in params.getlist(name)[:MAX_VALUES] if WORD.fullmatch(value))
    return tuple(dict.fromkeys(found))


def whole(text: str) -> int | None:
    """Return a number of up to seven digits, else None."""
    return int(text) if WHOLE.fullmatch(text) else None


def _price(params: QueryDict, name: str) -> int | None:
    units = whole(params.get(name, "").strip())
    return units * MINOR_UNITS if units else None


def search_request(request: HttpRequest, *required: str) -> SearchRequest:
    """
    Read the filters, order and page of a grid whose products all have the `required` facet values.

    A parameter is named after its facet; prices are written in whole units of the market's currency.
    """
    params = request.GET
    sort = params.get("sort", "")
    chosen = {facet: words(params, facet) for facet in SHOWN if facet != "price"}
    return SearchRequest(
        market=market_of(request).code,
        required=required,
        chosen={facet: values for facet, values in chosen.items() if values},
        price_from_minor=_price(params, "price_min"),
        price_to_minor=_price(params, "price_max"),
        sort=sort if sort in SORTS else SORTS[0],
        page=max(1, whole(params.get("page", "")) or 1),
    )


def search_text(params: QueryDict) -> str:
    """Return the searched words: printable, single-spaced and of a sane length."""
    text = "".join(char if char.isprintable() else " " for char in params.get("q", "")[: MAX_QUERY_CHARS * 10])
    return " ".join(text.split())[:MAX_QUERY_CHARS].strip()


def wish(params: QueryDict) -> Wish:
    """Read which version of a product is meant."""
    sku, odd_sku = _uuid(params.get("sku", ""))
    storage = whole(params.get("storage", ""))
    colour = params.get("colour", "")
    grade = params.get("grade", "")
    is_odd = (
        odd_sku
        or (bool(params.get("storage")) and storage is None)
        or (bool(colour) and not WORD.fullmatch(colour))
        or (bool(grade) and grade not in GRADE_ORDER)
    )
    return Wish(
        sku=sku,
        storage=storage,
        colour=colour if WORD.fullmatch(colour) else "",
        grade=grade if grade in GRADE_ORDER else "",
        is_odd=is_odd,
    )


def _uuid(text: str) -> tuple[UUID | None, bool]:
    """Return the id, and whether something stood there that is none."""
    try:
        return (UUID(text), False) if text else (None, False)
    except ValueError:
        return None, True
