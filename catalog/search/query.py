"""
Find what somebody typed, and say how it was understood.

What the words name (a colour, a capacity) narrows the offers; where nothing on sale fits, these give way in the
order of GIVING_WAY, then any of the words will do, then letters alike: something near is always shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from backmarket.markets.registry import translated
from catalog.models.product import full_name
from catalog.rules.attributes import size_text
from catalog.rules.facets import round_storage

from .browsing import browse
from .reader import Part, Reading, read
from .requests import Match, SearchHits, SearchRequest
from .vocabulary import Vocabulary, vocabulary

MAX_UNAVAILABLE = 8
# What is let go of first where nothing fits, each step together with those before it.
GIVING_WAY = (("colour",), ("storage", "memory"))
UNAVAILABLE = """
SELECT product.name, product.slug, brand.name
FROM catalog_productmodel product JOIN catalog_brand brand ON brand.id = product.brand_id
WHERE product.state = 'active' AND product.search_vector @@ %(query)s::tsquery AND NOT EXISTS (
    SELECT 1 FROM catalog_offer offer
    WHERE offer.market = %(market)s AND offer.in_stock AND offer.product_id = product.id
)
ORDER BY product.popularity DESC, product.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class SearchChip:
    """Something understood: `kind` is that of its part; `without` the search less it."""

    kind: str
    label: str
    without: str


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product that nobody sells in this market now."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """
    A page of hits, the request that found them, and how the words were understood.

    `mended` is the search as it was read where its spelling was corrected; `ignored` are words that were left out;
    `is_partial` says that no product has all the words, `is_found` that there are hits but for the filters.
    """

    request: SearchRequest
    hits: SearchHits
    chips: tuple[SearchChip, ...] = ()
    unavailable: tuple[KnownProduct, ...] = ()
    mended: str = ""
    ignored: tuple[str, ...] = ()
    is_partial: bool = False
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class _Rung:
    """One way to understand a search: a request, and the kinds of parts that it lets go of."""

    request: SearchRequest
    dropped: frozenset[str] = frozenset()

    @property
    def is_partial(self) -> bool:
        return self.request.match != Match.ALL


def search(text: str, *, filters: SearchRequest, version: str) -> SearchResult:
    """
    Find products by words under the filters of a page.

    The words are understood without the filters, so that choosing one never changes what a search means.
    """
    known = vocabulary()
    reading = read(text, known)
    rung, hits = _climb(reading, filters, version)
    request = replace(
        rung.request,
        chosen=filters.chosen,
        price_from_minor=filters.price_from_minor,
        price_to_minor=filters.price_to_minor,
        sort=filters.sort,
        page=filters.page,
    )
    is_found = bool(hits.total)
    if is_found and request != rung.request:
        hits = browse(request, version=version)
    return SearchResult(
        request=request,
        hits=hits,
        chips=_chips(reading, known, rung.dropped),
        unavailable=_unavailable(reading, filters.market) if reading.words and filters.page == 1 else (),
        mended=reading.text if reading.is_corrected else "",
        ignored=(*reading.ignored, *(part.text for part in reading.parts if part.kind in rung.dropped)),
        is_partial=rung.is_partial,
        is_found=is_found,
    )


def _climb(reading: Reading, filters: SearchRequest, version: str) -> tuple[_Rung, SearchHits]:
    """Return the first way to understand the search that finds anything, or the last one."""
    rung, hits = _Rung(replace(filters, chosen={}, price_from_minor=None, price_to_minor=None)), SearchHits()
    for rung in _rungs(reading, filters):
        hits = browse(rung.request, version=version)
        if hits.total:
            break
    return rung, hits


def _rungs(reading: Reading, filters: SearchRequest) -> Iterator[_Rung]:
    base = SearchRequest(
        market=filters.market,
        required=filters.required,
        words=tuple(reading.words),
        prefix=reading.prefix,
        page_size=filters.page_size,
    )
    dropped: frozenset[str] = frozenset()
    if reading.words or reading.prefix or _groups(reading, dropped):
        yield _Rung(replace(base, recognised=_groups(reading, dropped)))
        for kinds in GIVING_WAY:
            if any(part.kind in kinds for part in reading.parts):
                dropped |= frozenset(kinds)
                yield _Rung(replace(base, recognised=_groups(reading, dropped)), dropped)
        if len(base.words) + bool(base.prefix) > 1:
            yield _Rung(replace(base, match=Match.ANY), dropped)
    elif reading.ignored:
        yield _Rung(replace(base, words=tuple(reading.ignored), match=Match.ALIKE))


def _groups(reading: Reading, dropped: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """Return the facet values that each recognised part means."""
    groups = (_values(part) for part in reading.parts if part.kind not in dropped)
    return tuple(group for group in groups if group)


def _values(part: Part) -> tuple[str, ...]:
    if part.kind == "storage":
        return tuple(sorted({f"storage:{round_storage(int(value))}" for value in part.values}))
    facet = {"memory": "memory", "colour": "finish"}.get(part.kind)
    return tuple(sorted(f"{facet}:{value}" for value in part.values)) if facet else ()


def _unavailable(reading: Reading, market: str) -> tuple[KnownProduct, ...]:
    terms = [f"'{word}'" for word in reading.words]
    begun = [f"'{reading.prefix}':*"] if reading.prefix else []
    values: dict[str, Any] = {"query": " & ".join([*terms, *begun]), "market": market, "limit": MAX_UNAVAILABLE}
    with connection.cursor() as cursor:
        cursor.execute(UNAVAILABLE, values)
        rows = cursor.fetchall()
    return tuple(KnownProduct(full_name(name, brand), slug) for name, slug, brand in rows)


def _chips(reading: Reading, known: Vocabulary, dropped: frozenset[str]) -> tuple[SearchChip, ...]:
    parts = [part for part in reading.parts if part.kind != "word" and part.kind not in dropped]
    return tuple(SearchChip(part.kind, _label(part, known), reading.without(part)) for part in parts)


def _label(part: Part, known: Vocabulary) -> str:
    if part.kind in ("storage", "memory"):
        return size_text(max(int(value) for value in part.values))
    if part.kind == "category":
        return translated(known.category_names[str(next(iter(part.values)))], get_language() or "en")
    return str(next(iter(part.values))) if part.kind == "brand" else part.text.capitalize()
