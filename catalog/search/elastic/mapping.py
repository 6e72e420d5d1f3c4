"""
The shape of the index: one document a product and market, with its offers nested.

Core types only. All words were normalised by ourselves, so every field is made of exact terms: the engine analyses
nothing, and both engines find by the same words (docs/search.md says why this shape).
"""

from typing import Any

from django.conf import settings
from elasticsearch.dsl import Boolean, Document, InnerDoc, Integer, Keyword, Long, Nested, Short
from elasticsearch.dsl.field import Field

# Raised with every change of the mapping: another shape has aliases of its own, which a reindex fills.
SHAPE = 1
MAX_WINDOW = 10_000


class IndexedOffer(InnerDoc):
    """An offer: the facet values that differ between offers, and `value`, its price as a share of the launch price."""

    values: Any = Keyword()
    price: Any = Long()
    value: Any = Integer()


class ProductInMarket(Document):
    """
    A product as one market sells it.

    `words` are all its words, `name` those of weight A with their count in `name_count`, `alias` those of B, `kind`
    of C, `detail` of D; `brevity` grows as the name gets shorter. `shared` are the facet values that all its offers
    have, but for `model`. The product's own document holds its offers' values too (`include_in_root`): what no offer
    is singled out for is counted and sorted there. A product that is not sold is only `is_gone`.
    """

    is_gone: Any = Boolean()
    product: Any = Long()
    market: Any = Keyword()
    words: Any = Keyword(doc_values=False)
    name: Any = Keyword(doc_values=False)
    alias: Any = Keyword(doc_values=False)
    kind: Any = Keyword(doc_values=False)
    detail: Any = Keyword(doc_values=False)
    letters: Any = Keyword(doc_values=False)
    name_count: Any = Short()
    brevity: Any = Short()
    popularity: Any = Integer()
    year: Any = Short()
    launched: Any = Integer()
    co2: Any = Integer()
    shared: Any = Keyword()
    model: Any = Keyword()
    offer_count: Any = Integer()
    offers: Any = Nested(IndexedOffer, include_in_root=True)


def live_alias() -> str:
    """Name the alias that searches read; it has one index at any time."""
    return f"{settings.SEARCH_INDEX_PREFIX}products-v{SHAPE}"


def next_alias() -> str:
    """Name the alias of the index that a reindex fills."""
    return f"{live_alias()}-next"


def index_body() -> dict[str, Any]:
    """Return the settings and the mapping of a new index."""
    fields: dict[str, Field] = ProductInMarket._doc_type.mapping.properties.to_dict()["properties"]
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "1s",
            "max_result_window": MAX_WINDOW,
        },
        "mappings": {"dynamic": "strict", "properties": fields},
    }
