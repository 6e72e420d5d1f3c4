"""Products that fit a search and that nobody sells in the market now: known and named, but not among the hits."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.models.product import full_name

from .postgres import EXTRA_WORDS, SHARED_WORDS
from .reading import Reading
from .vocabulary import Vocabulary

MOST = 10
# In the order of products on sale, but for their offers.
STATEMENT = """
SELECT id, name, slug, brand
FROM (
    SELECT product.id, product.name, product.slug, brand.name AS brand, product.popularity, product.launch_year,
        product.search_vector @@ %(name_query)s::tsquery AS is_named, SHARED_WORDS AS shared, EXTRA_WORDS
    FROM catalog_productmodel product
    JOIN catalog_brand brand ON brand.id = product.brand_id
    JOIN catalog_category category ON category.id = product.category_id
    WHERE product.state = 'active' AND (%(query)s = '' OR product.search_vector @@ %(query)s::tsquery)
        AND (cardinality(%(brands)s::text[]) = 0 OR brand.slug = ANY(%(brands)s::text[]))
        AND (cardinality(%(categories)s::text[]) = 0 OR category.key = ANY(%(categories)s::text[]))
        AND NOT EXISTS (
            SELECT 1 FROM catalog_offer offer
            WHERE offer.market = %(market)s AND offer.in_stock AND offer.product_id = product.id
        )
) AS known
ORDER BY is_named DESC, shared DESC, extra_words = 0 DESC,
    CASE WHEN is_named AND %(has_number)s THEN extra_words ELSE 0 END, popularity DESC, launch_year DESC NULLS LAST, id
LIMIT %(most)s
""".replace("EXTRA_WORDS", EXTRA_WORDS).replace("SHARED_WORDS", SHARED_WORDS)


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product that nobody sells in this market now."""

    product_id: int
    name: str
    slug: str


def unsold(reading: Reading, known: Vocabulary, *, market: str, has_hits: bool) -> tuple[KnownProduct, ...]:
    """
    Return what the words, brands and categories of a search name, in order.

    Where nothing at all was found, any of the words will do.
    """
    brands, categories = _brands(reading), _categories(reading, known)
    terms = [f"'{word}'" for word in reading.words] + ([f"'{reading.prefix}':*"] if reading.prefix else [])
    if not terms and not brands and not categories:
        return ()
    values: dict[str, Any] = {
        "market": market,
        "most": MOST,
        "brands": brands,
        "categories": categories,
        "words": [*reading.words, reading.prefix],
        "name_query": " & ".join(f"{term}AB" if term.endswith("*") else f"{term}:AB" for term in terms),
        "has_number": any(char.isdigit() for char in "".join(reading.words)),
    }
    found = _fetch(values | {"query": " & ".join(terms)})
    return found or (_fetch(values | {"query": " | ".join(terms)}) if len(terms) > 1 and not has_hits else ())


def _brands(reading: Reading) -> list[str]:
    return [value.partition(":")[2] for part in reading.parts if part.kind == "brand" for value in part.facets]


def _categories(reading: Reading, known: Vocabulary) -> list[str]:
    """Return the keys of the categories that lie in every one that the search names."""
    named = [frozenset(part.facets) for part in reading.parts if part.kind == "category"]
    if not named:
        return []
    return [key.partition(":")[2] for key, path in known.above.items() if all(group & path for group in named)]


def _fetch(values: dict[str, Any]) -> tuple[KnownProduct, ...]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        rows = cursor.fetchall()
    return tuple(KnownProduct(pk, full_name(name, brand), slug) for pk, name, slug, brand in rows)
