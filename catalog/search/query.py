"""
Find what somebody typed, and say how it was understood.

The words are read (`catalog.search.reader`), give way until something is found (`catalog.search.ladder`), and what
the catalogue knows but nobody sells is named beside the hits: something near is always shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from backmarket.core import clock

from .boosts import preferences
from .browsing import browse
from .chips import SearchChip, chips_of
from .ladder import Rung, rungs
from .reader import read
from .reading import Reading
from .requests import SearchHits, SearchRequest
from .unsold import KnownProduct, unsold
from .vocabulary import Vocabulary, vocabulary

Find = Callable[[SearchRequest], SearchHits]


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


def search(text: str, *, filters: SearchRequest, version: str, find: Find | None = None) -> SearchResult:
    """
    Find products by words under the filters of a page.

    The words are understood without the filters, so that choosing one never changes what a search means. `find` asks
    one engine in particular, past what is remembered.
    """
    known = vocabulary()
    reading = read(text, known, (get_language() or "")[:2])
    ask = find or (lambda request: browse(request, version=version))
    rung, hits = _climb(reading, known, filters, ask)
    request = _filtered(rung.request, filters)
    is_found = bool(hits.total)
    if is_found and request != rung.request:
        hits = ask(request)
    wants_unsold = filters.page == 1 and (bool(reading.words) or not is_found)
    return SearchResult(
        request=request,
        hits=hits,
        chips=chips_of(reading, known, dropped=rung.dropped, market=filters.market),
        unavailable=unsold(reading, known, market=filters.market, has_hits=is_found) if wants_unsold else (),
        mended=reading.text if reading.is_corrected else "",
        ignored=(*reading.ignored, *(part.text for part in reading.parts if part.kind in rung.dropped)),
        is_partial=rung.is_partial,
        is_found=is_found,
    )


def _climb(reading: Reading, known: Vocabulary, filters: SearchRequest, ask: Find) -> tuple[Rung, SearchHits]:
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
    strictest = Rung(base)
    for place, rung in enumerate(rungs(reading, base)):
        strictest = rung if place == 0 else strictest
        hits = ask(rung.request)
        if hits.total:
            return rung, hits
    return strictest, SearchHits()


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
