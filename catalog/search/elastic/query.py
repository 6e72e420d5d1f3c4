"""Turn a search request into one Elasticsearch request: page, total, counts of every facet, range of prices."""

from typing import Any

from elasticsearch.dsl import Q, Search

from catalog.search.requests import SearchRequest

from .conditions import Conditions, conditions_of
from .counts import count
from .mapping import MAX_WINDOW
from .relevance import ranked


def search_of(request: SearchRequest, index: str) -> Search:
    """Build the whole request."""
    conditions = conditions_of(request)
    search = Search(index=index).query(ranked(request, [Q("term", market=request.market), *conditions.kept.filters]))
    if conditions.facets:
        search = search.post_filter(Q("bool", filter=conditions.filters))
    count(search, conditions)
    start = (request.page - 1) * request.page_size
    end = start + request.page_size
    window = slice(start, end) if end <= MAX_WINDOW else slice(0, 0)
    return search.sort(*_order(request, conditions))[window].extra(track_total_hits=True, _source=False)


def _order(request: SearchRequest, conditions: Conditions) -> list[Any]:
    """Return the sort keys; the product's number settles ties, as in PostgreSQL."""
    keys: dict[str, list[Any]] = {
        "price": [_of_offers("price", "asc", conditions)],
        "-price": [_of_offers("price", "desc", conditions)],
        "value": [_of_offers("value", "asc", conditions)],
        "new": [{"launched": {"order": "desc", "missing": "_last"}}],
        "co2": [{"co2": {"order": "desc", "missing": "_last"}}],
    }
    equals = keys.get(request.prefers, [{"year": {"order": "desc", "missing": "_last"}}])
    order = keys.get(request.sort, equals)
    is_scored = request.sort not in keys or request.hints
    return [*(["_score"] if is_scored else []), *order, {"product": {"order": "asc"}}]


def _of_offers(name: str, order: str, conditions: Conditions) -> dict[str, Any]:
    """Sort by the lowest value among the offers that are asked for."""
    by: dict[str, Any] = {"order": order, "mode": "min", "missing": "_last"}
    if conditions.of_offers:
        by["nested"] = {"path": "offers", "filter": Q("bool", filter=conditions.of_offers).to_dict()}
    return {f"offers.{name}": by}
