"""What words mean in six languages, whatever the catalogue holds: `words.json` in the form that readers look up."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .text import normalised


@cache
def word_lists() -> dict[str, Any]:
    """Return the words of six languages that searches are read with."""
    lists: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
    return lists


@dataclass(frozen=True, slots=True)
class PriceWords:
    """Phrases around amounts: `to` and `from` stand before one, `after` behind it, `range` between two."""

    to: frozenset[str]
    from_: frozenset[str]
    around: frozenset[str]
    between: frozenset[str]
    range: frozenset[str]
    after: frozenset[str]
    currency: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    Words without meaning, words that change one, and phrases that have one.

    Phrases of `phrases` are normalised; their values are kind and facet value, "grade" and "grade:good".
    """

    fillers: frozenset[str]
    with_words: frozenset[str]
    for_words: frozenset[str]
    memory: frozenset[str]
    storage: frozenset[str]
    accessories: frozenset[str]
    aliases: Mapping[str, str]
    phrases: Mapping[str, tuple[str, str]]
    price: PriceWords
    only_in: Mapping[str, str]


@cache
def lexicon() -> Lexicon:
    lists = word_lists()
    return Lexicon(
        fillers=frozenset(word for words in lists["fillers"].values() for word in words.split()),
        with_words=frozenset(lists["with"].split()),
        for_words=frozenset(lists["for"].split()),
        memory=frozenset(lists["memory"].split()),
        storage=frozenset(lists["storage"].split()),
        accessories=frozenset(lists["accessories"].split()),
        aliases={normalised(short): normalised(long) for short, long in lists["aliases"].items()},
        phrases=dict(_phrases(lists)),
        price=PriceWords(*(_listed(lists["price"][name]) for name in _PRICE_LISTS)),
        only_in=lists["only_in"],
    )


_PRICE_LISTS = ("to", "from", "around", "between", "range", "after", "currency")


def _listed(text: str) -> frozenset[str]:
    return frozenset(normalised(phrase) for phrase in text.split(","))


def _phrases(lists: dict[str, Any]) -> Iterable[tuple[str, tuple[str, str]]]:
    for list_name, kind in (("grades", "grade"), ("lock", "lock"), ("features", "feature")):
        for value, text in lists[list_name].items():
            for phrase in _listed(text):
                yield phrase, (kind, f"{kind}:{value}")
