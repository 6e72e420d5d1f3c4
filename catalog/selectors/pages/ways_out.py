"""What to let go of where nothing fits every filter."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.search.browsing import browse_all
from catalog.search.requests import SearchHits, SearchRequest

from .cards import ProductCard, cards
from .grid import matching_offers

MOST_TRIED = 6
NEAR = 6


@dataclass(frozen=True, slots=True)
class WayOut:
    """Without `facet` ("price" stands for both bounds), `hits` are left."""

    facet: str
    request: SearchRequest
    hits: SearchHits


def ways_out(request: SearchRequest, *, version: str) -> list[WayOut]:
    """Return each filter that stands alone in the way, the one that hides most first; one query."""
    without = list(_without_one(request))
    hits = browse_all([left for _, left in without], version=version)
    tried = [WayOut(facet, left, found) for (facet, left), found in zip(without, hits, strict=True)]
    return sorted((way for way in tried if way.hits.total), key=lambda way: -way.hits.total)


def near_cards(ways: list[WayOut]) -> list[ProductCard]:
    """Return what comes closest: the best hits without the filter that hides most; one query."""
    if not ways:
        return []
    return cards(product_ids=ways[0].hits.product_ids[:NEAR], offers=matching_offers(ways[0].request))


def _without_one(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    base = replace(request, page=1)
    if request.price_from_minor is not None or request.price_to_minor is not None:
        yield "price", replace(base, price_from_minor=None, price_to_minor=None)
    for facet in list(request.chosen)[: MOST_TRIED - 1]:
        left = {key: values for key, values in request.chosen.items() if key != facet}
        yield facet, replace(base, chosen=left)
