"""
Find products by facet values, remembered for as long as nothing changed in the market.

An election writes `Offer.elected_at`, so the market's latest one is the version of all that its pages show: what was
found under a version stays true until the next election. A short life bounds what a transaction that commits out of
order could hide.
"""

import hashlib
import pickle
from dataclasses import replace

from django.core.cache import cache

from catalog.models import Offer

from . import engines
from .requests import SearchHits, SearchRequest

REMEMBERED_S = 30


def market_version(market: str) -> str:
    """Return what changes with every election of a market; one query over an index."""
    latest = Offer.objects.filter(market=market).order_by("-elected_at").values_list("elected_at", flat=True).first()
    return latest.isoformat() if latest else ""


def browse(request: SearchRequest, *, version: str) -> SearchHits:
    """
    Return a page of products with the counts of all facet values.

    A page beyond the end is answered with the last one that there is.
    """
    key = _key(request, version)
    hits: SearchHits | None = cache.get(key)
    if hits is None:
        hits = engines.find(request)
        last = last_page(hits, request)
        if request.page > last:
            hits = engines.find(replace(request, page=last))
        cache.set(key, hits, REMEMBERED_S)
    return hits


def last_page(hits: SearchHits, request: SearchRequest) -> int:
    return max(1, -(-hits.total // request.page_size))


def _key(request: SearchRequest, version: str) -> str:
    digest = hashlib.sha256(pickle.dumps((version, replace(request, chosen=dict(request.chosen))))).hexdigest()
    return f"catalog:hits:{digest}"
