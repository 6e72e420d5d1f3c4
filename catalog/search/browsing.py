"""
Find products by facet values, remembered for as long as nothing changed in the market.

An election writes `Offer.elected_at`, so the instants of a market's latest elections are the version of all that its
pages show: what was found under a version stays true until the next election. Several instants, because a
transaction may commit after one that began later; a limited life bounds what even these could hide.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

from . import engines
from .requests import SearchHits, SearchRequest
from .vocabulary import note_written_version

Found = TypeVar("Found")
REMEMBERED_S = 300
VERSIONS = """
WITH RECURSIVE election AS (
    (SELECT elected_at FROM catalog_offer WHERE market = %(market)s ORDER BY elected_at DESC LIMIT 1)
    UNION ALL
    SELECT earlier.elected_at FROM election, LATERAL (
        SELECT elected_at FROM catalog_offer WHERE market = %(market)s AND elected_at < election.elected_at
        ORDER BY elected_at DESC LIMIT 1
    ) AS earlier
)
SELECT
    (SELECT md5(string_agg(latest.elected_at::text, ' ')) FROM (SELECT elected_at FROM election LIMIT 20) AS latest),
    (SELECT version::text FROM catalog_searchversion)
"""


def market_version(market: str) -> str:
    """
    Return what changes with every election of a market; one query that reads twenty entries of an index.

    It asks for the version of the vocabulary too, so that reading a search's words costs no query of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, {"market": market})
        latest, words = cursor.fetchone() or (None, None)
    note_written_version(words)
    return latest or ""


def browse(request: SearchRequest, *, version: str) -> SearchHits:
    """Return a page of products with the counts of all facet values."""
    return next(browse_all([request], version=version))


def browse_all(requests: Sequence[SearchRequest], *, version: str) -> Iterator[SearchHits]:
    """Yield the same for several requests, in their order; whoever stops early may spare the engine the rest."""
    keyed = {_key(request, version): request for request in requests}
    found: dict[str, SearchHits] = cache.get_many(keyed)
    new = engines.find_all([request for key, request in keyed.items() if key not in found])
    for key in keyed:
        hits = found.get(key)
        if hits is None:
            hits = next(new)
            cache.set(key, hits, REMEMBERED_S)
        yield hits


def remembered(what: str, request: SearchRequest, version: str, read: Callable[[], Found]) -> Found:
    """Return what was made of a request's hits, remembered like them."""
    key = f"{_key(request, version)}:{what}"
    found: Found | None = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, REMEMBERED_S)
    return found


def _key(request: SearchRequest, version: str) -> str:
    digest = hashlib.sha256(pickle.dumps((version, replace(request, chosen=dict(request.chosen))))).hexdigest()
    return f"catalog:hits:{digest}"
