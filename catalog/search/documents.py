"""
What a product is found by: a tsvector written by ourselves, so that index and queries share one normal form.

Weights: A the model's own name, B its brand and other ways to write the name, C the words of its categories,
D what its SKUs and specifications add, and its needs (`catalog.search.needs`). The name tells an exact hit from a
longer one ("iPhone 12" from "iPhone 12 Pro Max").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from .lexicon import lexicon, word_lists
from .text import name_tokens, tokens

IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7"}
UNIT = re.compile(r"(?:gen)?(\d+(?:\.\d+)?)(?:in|mm)?")
MILLIMETRES = re.compile(r"\d+mm")
MAX_TOKEN = 60


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the index knows of a product; `categories` are keys from its own up to the top."""

    name: str
    brand: str
    launch_year: int | None = None
    categories: Sequence[str] = ()
    category_names: Sequence[str] = ()
    details: Sequence[str] = field(default=())
    needs: Sequence[str] = field(default=())


def _others(words: Iterable[str]) -> Iterable[str]:
    """Return other ways to write a word of a name: 13in and gen2 without their units, Mark II as 2."""
    for word in words:
        unit = UNIT.fullmatch(word)
        if unit and unit[1] != word:
            yield from dict.fromkeys((unit[1], unit[1].split(".")[0]))
        if word in ROMAN:
            yield ROMAN[word]


def _alternatives(name: list[str]) -> Iterable[str]:
    """Return what the query reader's aliases would turn this name into."""
    aliases = lexicon().aliases
    for short in [*name, *map(" ".join, pairwise(name))]:
        yield from aliases.get(short, "").split()


@lru_cache(maxsize=512)
def _category_words(keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    lists = word_lists()
    words = [word for key in keys for name in ("categories", "related") for word in lists[name].get(key, "").split()]
    return tuple(dict.fromkeys([*words, *(word for text in names for word in tokens(text))]))


def document(facts: ProductFacts) -> Mapping[str, tuple[str, ...]]:
    """Return the words of each weight; one that has several counts with the highest."""
    own = name_tokens(IN_BRACKETS.sub(" ", facts.name))
    bracketed = name_tokens(" ".join(IN_BRACKETS.findall(facts.name)))
    brand = tokens(facts.brand)
    year = [str(facts.launch_year)] if facts.launch_year else []
    name = [*own, *bracketed]
    details = [word for text in facts.details for word in tokens(text)]
    return {
        "A": _distinct([word for word in own if word not in brand] or own or bracketed),
        "B": _distinct([*brand, *bracketed, *year, *_others(name), *_alternatives(name)]),
        "C": _category_words(tuple(facts.categories), tuple(facts.category_names)),
        "D": _distinct([*details, *_millimetres(details), *facts.needs]),
    }


def _millimetres(details: Iterable[str]) -> Iterable[str]:
    return (word.removesuffix("mm") for word in details if MILLIMETRES.fullmatch(word))


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(words) if len(word) <= MAX_TOKEN)


def vector_text(words: Mapping[str, tuple[str, ...]]) -> str:
    """
    Write a document as PostgreSQL reads a tsvector; words are letters, digits and dots only.

    All stand at one position, where PostgreSQL keeps the highest of a word's weights.
    """
    return " ".join(_weighted(weight, group) for weight, group in words.items())


@lru_cache(maxsize=1024)
def _weighted(weight: str, words: tuple[str, ...]) -> str:
    return " ".join([f"'{word}':1{weight}" for word in words])


def search_text(words: Mapping[str, tuple[str, ...]]) -> str:
    """Write what trigrams are compared with: the name and its other forms."""
    return " ".join([*words["B"][:6], *words["A"]])
