"""
What a page asks a search engine, and what every engine answers: the one interface of both.

Everything that shoppers filter by is a *facet value*, a string such as "storage:128" (`catalog.rules.facets`).
An offer carries its values; a page asks for values that each hit must have (`required`, "category:smartphones"),
for values that a shopper chose (`chosen`, any one of a facet's), for values that were read in the words
(`recognised`, one of each group) and for the words left over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

PAGE_SIZE = 24
SORTS = ("best", "price", "-price", "value", "new", "co2")


class Match(StrEnum):
    """How the words count: all of them, any of them, or letters alike (for words that nothing is called)."""

    ALL = "all"
    ANY = "any"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """
    One page of one market's products; prices are minor units of the market's currency, `page` counts from 1.

    `recognised` is a tuple of groups: of each group an offer must carry at least one value. All conditions hold
    for one and the same offer. `prefix` is a last word that is only begun. Sorted by "best", `pinned` products come
    first in their order, whatever the words, `raised` ones have points added to their popularity, and `buried` ones
    come last.

    `hints` are words of needs (`catalog.search.needs`): whatever the order, products that meet more of them come first.
    `prefers` names what counts instead of popularity among equals of "best": "price" (the lowest) or "new".
    """

    market: str
    required: tuple[str, ...] = ()
    recognised: tuple[tuple[str, ...], ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    words: tuple[str, ...] = ()
    prefix: str = ""
    match: Match = Match.ALL
    pinned: tuple[int, ...] = ()
    raised: tuple[tuple[int, int], ...] = ()
    buried: tuple[int, ...] = ()
    sort: str = "best"
    hints: tuple[str, ...] = ()
    prefers: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class SearchHits:
    """
    The products of one page in order, and how many products each facet value leaves.

    `counts` holds, for a value of a facet, the products that have an offer with it under all the other conditions:
    a facet's own choice does not lower its siblings. "model:…" counts offers. `low_minor` and `high_minor` are the
    range of prices without the price condition; price buckets are counts of the facet "price".
    """

    product_ids: tuple[int, ...] = ()
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    low_minor: int | None = None
    high_minor: int | None = None


class SearchEngine(Protocol):
    """
    A backend: `name` is shown to staff; `find` raises `EngineUnavailableError` where it does not answer.

    A page beyond the end is answered with the last one. `find_all` yields the pages of several requests in their
    order, and may ask for all of them with the first.
    """

    @property
    def name(self) -> str: ...

    def find(self, request: SearchRequest) -> SearchHits: ...

    def find_all(self, requests: Sequence[SearchRequest]) -> Iterator[SearchHits]: ...


class EngineUnavailableError(Exception):
    """The engine is down, too slow or answered by halves: another one has to answer."""


class EngineRefusedError(EngineUnavailableError):
    """The engine is well but cannot answer this one request: another one has to, and nothing is wrong with it."""
