"""What the search index holds of the database: whole documents, written as JSON by PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from catalog.rules.facets import OF_PRODUCTS

# `brevity` counts down from here, because a score cannot be negative.
LONGEST_NAME = 31
READ = """
SELECT document.id, document.product_id, document.market, document.version,
    CASE WHEN offers.offer_count IS NULL OR product.state <> 'active' THEN '{"is_gone":true}'
    ELSE json_strip_nulls(json_build_object(
        'is_gone', false,
        'product', document.product_id,
        'market', document.market,
        'words', words.all_words,
        'name', words.name,
        'alias', tsvector_to_array(ts_filter(product.search_vector, '{b}')),
        'kind', tsvector_to_array(ts_filter(product.search_vector, '{c}')),
        'detail', tsvector_to_array(ts_filter(product.search_vector, '{d}')),
        'letters', show_trgm(product.search_text),
        'name_count', cardinality(words.name),
        'brevity', greatest(0, %(longest)s - cardinality(words.name)),
        'popularity', product.popularity,
        'year', product.launch_year,
        'launched', product.launch_year * 12 + coalesce(product.launch_month, 6),
        'co2', product.co2_saved_g,
        'shared', ARRAY(
            SELECT one FROM unnest(offers.facets) AS one
            WHERE split_part(one, ':', 1) = ANY(%(shared)s) AND NOT starts_with(one, 'model:')
        ),
        'model', 'model:' || product.slug,
        'offer_count', offers.offer_count,
        'offers', offers.nested
    ))::text END
FROM catalog_searchdocument document
JOIN catalog_productmodel product ON product.id = document.product_id
CROSS JOIN LATERAL (
    SELECT coalesce(tsvector_to_array(product.search_vector), '{}') AS all_words,
        coalesce(tsvector_to_array(ts_filter(product.search_vector, '{a}')), '{}') AS name
) words
LEFT JOIN LATERAL (
    SELECT nullif(count(*), 0) AS offer_count, max(facets) AS facets,
        json_agg(json_build_object(
            'price', price_minor, 'value', value_permille,
            'values', ARRAY(SELECT one FROM unnest(facets) AS one WHERE split_part(one, ':', 1) <> ALL(%(shared)s))
        ) ORDER BY offer.id) AS nested
    FROM catalog_offer offer
    WHERE offer.product_id = document.product_id AND offer.market = document.market AND offer.in_stock
) offers ON true
WHERE document.id = ANY(%(ids)s)
ORDER BY document.id
"""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """A document as it is sent: `source` is JSON text, which holds all changes up to `version`."""

    pk: int
    product_id: int
    market: str
    version: int
    source: str

    @property
    def key(self) -> str:
        """Its id in the index."""
        return f"{self.market}-{self.product_id}"


def index_documents(ids: Sequence[int]) -> list[IndexDocument]:
    """Read documents with their versions in one statement, so that a version never promises what is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"ids": list(ids), "longest": LONGEST_NAME, "shared": sorted(OF_PRODUCTS)})
        return [IndexDocument(*row) for row in cursor.fetchall()]
