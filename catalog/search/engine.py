"""
Find products in PostgreSQL, best hits first, and say what was understood.

A hit whose name is exactly what was typed comes first, then names that hold all the words, then products known
by their category or their details; popular ones before others. Capacity and colour choose among the offers of a
market, and are dropped, colour first, where nothing on sale fits.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language

from backmarket.markets.registry import translated
from catalog.rules.attributes import size_text

from .reader import Part, Reading, read
from .vocabulary import Vocabulary, vocabulary

MAX_HITS = 1000
MAX_UNAVAILABLE = 8
FIND = """
WITH found AS MATERIALIZED (
    SELECT product.id, product.name, product.slug, product.popularity, product.brand_id, RANK_COLUMNS
        cardinality(ARRAY(
            SELECT unnest(tsvector_to_array(ts_filter(product.search_vector, '{a}')))
            EXCEPT SELECT unnest(%(words)s::text[])
        )) AS extra_words
    FROM catalog_productmodel product
    WHERE product.state = 'active' AND (WHERE_TEXT)
), deal AS (
    SELECT offer.product_id, bool_or(size.fits) AS fits_size, bool_or(size.fits AND colour.fits) AS fits
    FROM found
    JOIN catalog_offer offer ON offer.product_id = found.id
    JOIN catalog_sku sku ON sku.id = offer.sku_id
    CROSS JOIN LATERAL (SELECT
        (cardinality(%(storages)s::int[]) = 0 OR coalesce(sku.storage_gb = ANY(%(storages)s::int[]), false))
        AND (cardinality(%(memories)s::int[]) = 0 OR coalesce(sku.memory_gb = ANY(%(memories)s::int[]), false)) AS fits
    ) size
    CROSS JOIN LATERAL (SELECT cardinality(%(colours)s::text[]) = 0 OR sku.colour = ANY(%(colours)s::text[]) AS fits)
        colour
    WHERE offer.market = %(market)s AND offer.in_stock
    GROUP BY offer.product_id
)
SELECT found.id, found.name, found.slug, brand.name, deal.fits_size, deal.fits
FROM found
JOIN catalog_brand brand ON brand.id = found.brand_id
LEFT JOIN deal ON deal.product_id = found.id
ORDER BY deal.fits IS NULL, RANK_ORDER found.popularity DESC, found.id
LIMIT %(limit)s
"""


def _statement(*, where: str, columns: str, order: str) -> str:
    return FIND.replace("WHERE_TEXT", where).replace("RANK_COLUMNS", columns).replace("RANK_ORDER", order)


ALL_WORDS = _statement(
    where="%(query)s = '' OR product.search_vector @@ %(query)s::tsquery",
    columns="%(query)s <> '' AND product.search_vector @@ %(name_query)s::tsquery AS is_named,",
    order="""is_named DESC, extra_words = 0 DESC, CASE WHEN is_named AND %(has_number)s THEN extra_words ELSE 0 END,""",
)
SOME_WORDS = _statement(
    where="product.search_vector @@ %(any_query)s::tsquery",
    columns="ts_rank(product.search_vector, %(any_query)s::tsquery) AS closeness,",
    order="closeness DESC, extra_words,",
)
ALIKE = _statement(
    where="%(text)s <%% product.search_text",
    columns="word_similarity(%(text)s, product.search_text) AS closeness,",
    order="closeness DESC, extra_words,",
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody typed, and in which market."""

    text: str
    market: str


@dataclass(frozen=True, slots=True)
class SearchChip:
    """Something understood: `kind` is brand, category, storage, memory or colour; `without` the search less it."""

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
    Ordered ids of products on sale, and what narrows their offers (`offers`, a condition on Offer).

    `mended` is the search as it was read where its spelling was corrected; `ignored` are words without a meaning
    here; `is_partial` says that no product has all the words.
    """

    product_ids: tuple[int, ...] = ()
    offers: Q = field(default_factory=Q)
    chips: tuple[SearchChip, ...] = ()
    unavailable: tuple[KnownProduct, ...] = ()
    mended: str = ""
    ignored: tuple[str, ...] = ()
    is_partial: bool = False

    @property
    def total(self) -> int:
        return len(self.product_ids)


@dataclass(frozen=True, slots=True)
class _Hit:
    product_id: int
    name: str
    slug: str
    brand: str
    fits_size: bool | None
    fits: bool | None


def search(query: SearchQuery) -> SearchResult:
    """Find products in at most three queries, two once the vocabulary is cached."""
    known = vocabulary()
    reading = read(query.text, known)
    hits, is_partial = _hits(reading, query)
    on_sale = [hit for hit in hits if hit.fits is not None]
    kept, offers, dropped = _narrowed(on_sale, reading)
    return SearchResult(
        product_ids=tuple(hit.product_id for hit in kept),
        offers=offers,
        chips=_chips(reading, known, dropped),
        unavailable=_unavailable(hits) if reading.words and not is_partial else (),
        mended=reading.text if reading.is_corrected else "",
        ignored=(*reading.ignored, *(part.text for part in reading.parts if part.kind in dropped)),
        is_partial=is_partial,
    )


def _hits(reading: Reading, query: SearchQuery) -> tuple[list[_Hit], bool]:
    values = _values(reading, query)
    has_filters = any(values[name] for name in ("storages", "memories", "colours"))
    if values["query"] or has_filters:
        hits = _fetch(ALL_WORDS, values)
        if hits or len(reading.words) < 2:
            return hits, False
        return _fetch(SOME_WORDS, values), True
    if reading.ignored:
        return _fetch(ALIKE, values), True
    return [], False


def _values(reading: Reading, query: SearchQuery) -> dict[str, Any]:
    terms = [f"'{word}'" for word in reading.words]
    begun = [f"'{reading.prefix}':*"] if reading.prefix else []
    return {
        "market": query.market,
        "storages": reading.values("storage"),
        "memories": reading.values("memory"),
        "colours": reading.values("colour"),
        "words": [*reading.words, reading.prefix],
        "query": " & ".join([*terms, *begun]),
        "any_query": " | ".join([*terms, *begun]),
        "name_query": " & ".join(
            [*(f"{term}:AB" for term in terms), *(f"{term}AB" for term in begun)],
        ),
        "has_number": any(char.isdigit() for char in "".join(reading.words)),
        "text": " ".join(reading.ignored),
        "limit": MAX_HITS,
    }


def _fetch(statement: str, values: dict[str, Any]) -> list[_Hit]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_Hit(*row) for row in cursor.fetchall()]


def _narrowed(hits: list[_Hit], reading: Reading) -> tuple[list[_Hit], Q, frozenset[str]]:
    """Keep what fits every filter, else what fits without the colour, else everything."""
    sizes = Q()
    if storages := reading.values("storage"):
        sizes &= Q(sku__storage_gb__in=storages)
    if memories := reading.values("memory"):
        sizes &= Q(sku__memory_gb__in=memories)
    colours = reading.values("colour")
    fitting = [hit for hit in hits if hit.fits]
    if fitting:
        return fitting, sizes & Q(sku__colour__in=colours) if colours else sizes, frozenset()
    fitting = [hit for hit in hits if hit.fits_size]
    if fitting:
        return fitting, sizes, frozenset({"colour"})
    return hits, Q(), frozenset({"colour", "storage", "memory"})


def _unavailable(hits: list[_Hit]) -> tuple[KnownProduct, ...]:
    absent = [hit for hit in hits if hit.fits is None][:MAX_UNAVAILABLE]
    return tuple(KnownProduct(_full_name(hit), hit.slug) for hit in absent)


def _full_name(hit: _Hit) -> str:
    return hit.name if hit.name.lower().startswith(hit.brand.lower()) else f"{hit.brand} {hit.name}"


def _chips(reading: Reading, known: Vocabulary, dropped: frozenset[str]) -> tuple[SearchChip, ...]:
    parts = [part for part in reading.parts if part.kind != "word" and part.kind not in dropped]
    return tuple(SearchChip(part.kind, _label(part, known), reading.without(part)) for part in parts)


def _label(part: Part, known: Vocabulary) -> str:
    if part.kind in ("storage", "memory"):
        return size_text(max(int(value) for value in part.values))
    if part.kind == "category":
        return translated(known.category_names[str(next(iter(part.values)))], get_language() or "en")
    return str(next(iter(part.values))) if part.kind == "brand" else part.text.capitalize()
