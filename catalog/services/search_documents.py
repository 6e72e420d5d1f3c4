"""
Note which documents of the search index lack a change; the indexer brings them there.

How long the index lags is measured by the database's clock: it says nothing about business time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from catalog import locks
from catalog.models import Offer, SearchDocument

# In one order for everybody: two transactions that note the same documents wait, and never for each other.
MARK = """
INSERT INTO catalog_searchdocument AS document (product_id, market, version, indexed_version, changed_at)
SELECT product_id, market, 1, 0, now() FROM ({which}) AS changed (product_id, market)
GROUP BY product_id, market ORDER BY product_id, market
ON CONFLICT (product_id, market) DO UPDATE SET
    version = document.version + 1,
    changed_at = CASE
        WHEN document.indexed_version < document.version THEN document.changed_at ELSE excluded.changed_at
    END
"""
MARK_PAIRS = MARK.format(which="SELECT * FROM unnest(%(products)s::bigint[], %(markets)s::text[])")
MARK_PRODUCTS = MARK.format(
    which="SELECT product_id, market FROM catalog_searchdocument WHERE product_id = ANY(%(products)s)"
)
ADD_MISSING = """
INSERT INTO catalog_searchdocument (product_id, market, version, indexed_version, changed_at)
SELECT DISTINCT product_id, market, 1, 0, now() FROM catalog_offer ORDER BY product_id, market
ON CONFLICT (product_id, market) DO NOTHING
"""
RECORD = """
UPDATE catalog_searchdocument document SET
    indexed_version = greatest(indexed_version, sent.version),
    lease_ends_at = NULL,
    changed_at = CASE WHEN document.version > sent.version THEN %(now)s ELSE changed_at END
FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS sent (id, version)
WHERE document.id = sent.id
"""


def changed_documents(written: Iterable[Offer], present: Mapping[tuple[str, int, str], Offer]) -> set[tuple[int, str]]:
    """Return product and market of offers that searches see differently from before."""
    found = set()
    for offer in written:
        before = present.get((offer.market, offer.sku_id, offer.grade))
        if before is None or _searched(before) != _searched(offer):
            found.add((offer.product_id, offer.market))
    return found


def _searched(offer: Offer) -> tuple[object, ...]:
    return offer.product_id, offer.in_stock, offer.price_minor, offer.value_permille, offer.facets


def mark_offers(pairs: Iterable[tuple[int, str]]) -> None:
    """Note the documents of these products and markets, in the transaction that changes their offers."""
    wanted = set(pairs)
    if wanted:
        products, markets = zip(*wanted, strict=True)
        _execute(MARK_PAIRS, {"products": list(products), "markets": list(markets)})


def mark_products(product_ids: Iterable[int]) -> None:
    """Note the documents of these products in every market, in the transaction that changes their facts."""
    wanted = list(product_ids)
    if wanted:
        _execute(MARK_PRODUCTS, {"products": wanted})


def add_missing_documents() -> None:
    """Note documents of offers that came without an election, such as from a bulk load."""
    _execute(ADD_MISSING, {})


def _execute(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@transaction.atomic
def claim(*, limit: int, now: datetime, until: datetime) -> list[int]:
    """Take up to `limit` dirty documents until the lease ends, the oldest change first."""
    ids = locks.lock_dirty_search_documents(limit, now)
    SearchDocument.objects.filter(pk__in=ids).update(lease_ends_at=until)
    return ids


@transaction.atomic
def record_indexed(versions: Mapping[int, int], *, now: datetime) -> None:
    """
    Record which versions the index has; `now` is when they were claimed, before which nothing else was lacking.

    Documents that an election holds at this moment stay dirty: it is about to change them anyway.
    """
    ids = locks.lock_search_documents(versions.keys())
    if ids:
        _execute(RECORD, {"ids": ids, "versions": [versions[pk] for pk in ids], "now": now})
