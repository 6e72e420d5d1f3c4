"""
Find what somebody typed, and say how it was understood.

The words are read (`catalog.search.reader`), give way until something is found (`catalog.search.ladder`), and what
the catalogue knows but nobody sells is named beside the hits: something near is always shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.utils.translation import get_language

from backmarket.core import clock

from .boosts import preferences
from .browsing import browse, browse_all
from .chips import SearchChip, chips_of
from .ladder import Rung, rungs
from .reader import read
from .reading import Reading
from .requests import SearchHits, SearchRequest
from .unsold import KnownProduct, unsold
from .vocabulary import Vocabulary, vocabulary

FindAll = Callable[[Sequence[SearchRequest]], Iterator[SearchHits]]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """
    A page of hits, the request that found them, and how the words were understood.

    `mended` is the search as it was read where its spelling was corrected; `ignored` are words that were left out;
    `is_partial` says that no product has all the words, `is_found` that there are hits but for the filters.
    """

    request: SearchRequest
    hits: SearchHits
    chips: tuple[SearchChip, ...] = ()
    unavailable: tuple[KnownProduct, ...] = ()
    mended: str = ""
    ignored: tuple[str, ...] = ()
    is_partial: bool = False
    is_found: bool = False


def search(text: str, *, filters: SearchRequest, version: str, find_all: FindAll | None = None) -> SearchResult:
    """
    Find products by words under the filters of a page.

    The words are understood without the filters, so that choosing one never changes what a search means. `find_all`
    asks one engine in particular, past what is remembered.
    """
    known = vocabulary()
    reading = read(text, known, (get_language() or "")[:2])
    ask = find_all or partial(browse_all, version=version)
    rung, hits = _climb(reading, known, filters, ask)
    request = _filtered(rung.request, filters)
    is_found = bool(hits.total)
    if is_found and request != rung.request:
        hits = next(ask([request])) if find_all else browse(request, version=version)
    wants_unsold = filters.page == 1 and (bool(reading.words) or not is_found or rung.is_near)
    return SearchResult(
        request=request,
        hits=hits,
        chips=chips_of(reading, known, dropped=rung.dropped, market=filters.market),
        unavailable=unsold(reading, known, market=filters.market, has_hits=is_found and not rung.is_near)
        if wants_unsold
        else (),
        mended=reading.text if reading.is_corrected else "",
        ignored=(*reading.ignored, *(part.text for part in reading.parts if part.kind in rung.dropped)),
        is_partial=rung.is_partial,
        is_found=is_found,
    )


def _climb(reading: Reading, known: Vocabulary, filters: SearchRequest, ask: FindAll) -> tuple[Rung, SearchHits]:
    """Return the first way to understand the search that finds anything; where none does, the strictest."""
    wishes = preferences(known.boosts, reading.text, clock.now())
    base = SearchRequest(
        market=filters.market,
        required=filters.required,
        page_size=filters.page_size,
        pinned=wishes.pinned,
        raised=wishes.raised,
        buried=wishes.buried,
    )
    ways = list(rungs(reading, base, known.above))
    # Most searches find something at once; the other ways are asked for together.
    for some in (ways[:1], ways[1:]):
        for rung, hits in zip(some, ask([rung.request for rung in some]), strict=True):
            if hits.total:
                return rung, hits
    return ways[0] if ways else Rung(base), SearchHits()


def _filtered(understood: SearchRequest, filters: SearchRequest) -> SearchRequest:
    """Add a page's filters to what the words said; of two limits of the price the narrower counts."""
    lows = [low for low in (understood.price_from_minor, filters.price_from_minor) if low is not None]
    highs = [high for high in (understood.price_to_minor, filters.price_to_minor) if high is not None]
    return replace(
        understood,
        chosen=filters.chosen,
        price_from_minor=max(lows, default=None),
        price_to_minor=min(highs, default=None),
        sort=filters.sort,
        page=filters.page,
    )
