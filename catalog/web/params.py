"""Read addresses: whatever stands in them, what makes no sense is left out and nothing fails."""

import re
from uuid import UUID

from django.http import HttpRequest, QueryDict

from backmarket.markets.registry import Market
from catalog.enums import GRADE_ORDER, ReviewSort
from catalog.rules.facets import MINOR_UNITS, SHOWN
from catalog.search.requests import SORTS, SearchRequest
from catalog.selectors.pages.facets import label_of
from catalog.selectors.pages.product import Wish
from catalog.selectors.pages.reviews import STARS, ReviewQuery

WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2}")
WHOLE = re.compile(r"[0-9]{1,7}")
PRICE = re.compile(r"([0-9]{1,7})(?:[.,][0-9]{1,2})?")
THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?:[.,][0-9]{1,2})?")
PRICE_DECORATION = re.compile(r"[\s'’€£$]")
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


def price_units(text: str) -> int | None:
    """Return whole units of a price as people write it ("300 €", "1.299,90"), else None; cents are dropped."""
    bare = PRICE_DECORATION.sub("", text)
    if THOUSANDS.fullmatch(bare):
        bare = re.sub(r"[.,](?=[0-9]{3})", "", bare)
    found = PRICE.fullmatch(bare)
    return int(found[1]) if found else None


def price_bounds(params: QueryDict) -> tuple[int | None, int | None]:
    """Return the bounds in minor units, the lower one first whichever way round they were given."""
    low, high = (price_units(params.get(name, "")) or None for name in ("price_min", "price_max"))
    if low and high and low > high:
        low, high = high, low
    return low and low * MINOR_UNITS, high and high * MINOR_UNITS


def search_request(request: HttpRequest, *required: str) -> SearchRequest:
    """
    Read the filters, order and page of a grid whose products all have the `required` facet values.

    A parameter is named after its facet; prices are written in whole units of the market's currency.
    """
    params = request.GET
    sort = params.get("sort", "")
    chosen = {facet: _known(facet, words(params, facet)) for facet in SHOWN if facet != "price"}
    low, high = price_bounds(params)
    return SearchRequest(
        market=market_of(request).code,
        required=required,
        chosen={facet: values for facet, values in chosen.items() if values},
        price_from_minor=low,
        price_to_minor=high,
        sort=sort if sort in SORTS else SORTS[0],
        page=max(1, whole(params.get("page", "")) or 1),
    )


def _known(facet: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what has no name: nothing could be found by it, and no chip could say what was chosen."""
    return tuple(value for value in values if label_of(facet, value))


def raw_text(params: QueryDict) -> str:
    """Return the searched words, printable and single-spaced, as long as they came but for a flood."""
    text = "".join(char if char.isprintable() else " " for char in params.get("q", "")[: MAX_QUERY_CHARS * 10])
    return " ".join(text.split())


def search_text(params: QueryDict) -> str:
    """Return the searched words in a sane length."""
    return raw_text(params)[:MAX_QUERY_CHARS].strip()


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


def review_query(params: QueryDict) -> ReviewQuery:
    """Read which reviews are meant, and in which order."""
    stars, sort, language = whole(params.get("stars", "")), params.get("sort", ""), params.get("language", "")
    grade, seller = params.get("grade", ""), params.get("seller", "")
    return ReviewQuery(
        stars=stars if stars in STARS else None,
        grade=grade if grade in GRADE_ORDER else "",
        seller=seller if WORD.fullmatch(seller) else "",
        language=language if LANGUAGE.fullmatch(language) else "",
        sort=ReviewSort(sort) if sort in ReviewSort.values else ReviewSort.HELPFUL,
        page=whole(params.get("page", "")) or 1,
    )
