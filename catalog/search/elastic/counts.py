"""
Counts of facet values, and the range of prices: what is asked for, and how the answer is read.

Where no offer is asked for anything, values are counted on the products' own documents, which costs a tenth of
counting offers. A facet with a choice is counted apart, without its own choice; "model:" counts offers, not products.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch.dsl import Q, Search

from catalog.rules.facets import FACETS, OF_PRODUCTS

from .conditions import MODEL, PRICE, Conditions

MAX_VALUES = 10_000
# The aggregation of what all conditions leave; the others are named after the facet whose choice they leave out.
ALL = "all"
SHARED = OF_PRODUCTS - {MODEL}
OF_OFFERS = frozenset(FACETS) - OF_PRODUCTS


def count(search: Search, conditions: Conditions) -> None:
    """Add to a search what is counted for its answer."""
    chosen = conditions.facets
    _add(search, ALL, conditions, frozenset(FACETS).difference(chosen))
    for facet in chosen:
        _add(search, facet, conditions.without(facet), frozenset({facet}))


def _add(search: Search, name: str, left: Conditions, facets: frozenset[str]) -> None:
    among = search.aggs.bucket(name, "filter", filter=Q("bool", filter=left.filters or [Q("match_all")]))
    if facets & SHARED:
        among.bucket("shared", "terms", field="shared", size=MAX_VALUES, **_only(facets & SHARED, SHARED))
    wanted = _wanted(among, left) if left.of_offers else among
    if facets & OF_OFFERS:
        only = _only(facets & OF_OFFERS, OF_OFFERS)
        values = wanted.bucket("values", "terms", field="offers.values", size=MAX_VALUES, **only)
        if left.of_offers:
            values.bucket("products", "reverse_nested")
    if name in (ALL, PRICE):
        wanted.metric("low", "min", field="offers.price").metric("high", "max", field="offers.price")
    if MODEL in facets:
        _count_models(among, left)


def _only(facets: frozenset[str], held: frozenset[str]) -> dict[str, str]:
    """Name the facets whose values are counted, unless a field holds no others: looking at every value takes time."""
    return {} if facets == held else {"include": f"({'|'.join(sorted(facets))}):.*"}


def _wanted(among: Any, left: Conditions) -> Any:
    offers = among.bucket("offers", "nested", path="offers")
    return offers.bucket("wanted", "filter", filter=Q("bool", filter=left.of_offers))


def _count_models(among: Any, left: Conditions) -> None:
    models = among.bucket("models", "terms", field="model", size=MAX_VALUES)
    if left.of_offers:
        _wanted(models, left)
    else:
        models.metric("count", "sum", field="offer_count")


def counts_in(aggregations: Mapping[str, Any]) -> dict[str, int]:
    """Read the counts of all facets."""
    return {value: number for among in aggregations.values() for value, number in _counts(among)}


def _counts(among: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    wanted = among.get("offers", {}).get("wanted", {})
    for bucket in (*_buckets(among, "shared"), *_buckets(among, "values")):
        yield bucket["key"], bucket["doc_count"]
    for bucket in _buckets(wanted, "values"):
        yield bucket["key"], bucket["products"]["doc_count"]
    for bucket in _buckets(among, "models"):
        of_model = bucket.get("offers", {}).get("wanted")
        yield bucket["key"], of_model["doc_count"] if of_model else round(bucket["count"]["value"])


def _buckets(among: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = among.get(name, {}).get("buckets", [])
    return found


def prices_in(aggregations: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Read the lowest and the highest price without the condition on prices."""
    among = aggregations.get(PRICE, aggregations[ALL])
    holder = among.get("offers", {}).get("wanted", among)
    low, high = holder["low"]["value"], holder["high"]["value"]
    return (None, None) if low is None else (round(low), round(high))
