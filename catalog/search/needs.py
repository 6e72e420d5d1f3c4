"""
What people want of a device rather than call it: "small", "with a stylus", "long battery life".

`needs.json` holds, in six languages, how each need is asked for and how descriptions say it. A product's needs stand
among its words as `=small`, what else its descriptions say as `+titanium`: forms that no name and no search can have.
They order what was found and filter nothing, so that a need nobody wrote down costs no result.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .lexicon import lexicon
from .text import normalised, stem, stemmed, tokens

MAH = re.compile(r"(\d{3,5})mah")
MAH_STEP, MAH_LEAST = 500, 2000
CLAUSE = re.compile(r"[.;,:!?]\s|\.$")
NEGATIONS = frozenset({"without", "no", "not", "none", "sans", "non", "pas", "ohne", "kein", "sin", "senza", "zonder"})
LONGEST_PHRASE = 5
MIN_WORD = 4
REPAIRABLE = 7.5
FAMILY_NEEDS = {
    "phone-fold": "foldable",
    "phone-flip": "foldable",
    "phone-home": "home-button",
    "phone-home-dual": "home-button",
    "tablet-home": "home-button",
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """From where a kind of device is small, large (inches), light (grams) or lasts long (mAh)."""

    small: float = 0
    large: float = 1000
    light: int = 0
    lasting: int = 1_000_000


# The usual ones of each kind are between: people who say "small phone" do not mean the median.
SIZES = {
    "smartphones": Sizes(small=5.8, large=6.6, light=165, lasting=4900),
    "tablets": Sizes(small=8.7, large=12, light=400, lasting=9500),
    "laptops": Sizes(small=13, large=15, light=1300),
    "e-readers": Sizes(small=6, large=7.5, light=170),
    "desktops": Sizes(large=26),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """
    `asked` leads from a normalised phrase to ("need", "small") or ("order", "price"), `said` from a stemmed one to the
    names of needs.
    """

    asked: Mapping[str, tuple[str, str]]
    said: Mapping[str, Sequence[str]]


@cache
def needs() -> Needs:
    lists: dict[str, Any] = json.loads((Path(__file__).parent / "needs.json").read_text(encoding="utf-8"))
    asked: dict[str, tuple[str, str]] = {}
    for order, text in lists["orders"].items():
        asked |= dict.fromkeys(_phrases(text), ("order", order))
    for need, texts in lists["needs"].items():
        for phrase in _phrases(texts["asked"]):
            asked.setdefault(phrase, ("need", need))
    said: dict[str, list[str]] = defaultdict(list)
    for need, texts in lists["needs"].items():
        for phrase in _phrases(texts["said"]):
            said[stemmed(phrase)].append(need)
    return Needs(asked, said)


def _phrases(text: str) -> Iterable[str]:
    return (normalised(phrase) for phrase in text.split(","))


def need_word(need: str) -> str:
    return f"={need}"


def said_word(word: str) -> str:
    return f"+{stem(word)}"


def lasting_word(mah: int) -> str:
    """Return what a battery of so much stands among the words as, in steps."""
    return need_word(f"mah{mah // MAH_STEP * MAH_STEP}")


def need_words(
    *, descriptions: Iterable[str], specs: Mapping[str, Any], categories: Sequence[str], family: str
) -> tuple[str, ...]:
    """Return the needs that a product meets, by its specifications and descriptions, and what else these say."""
    found = dict.fromkeys(map(need_word, _measured(specs, categories)))
    if family in FAMILY_NEEDS:
        found[need_word(FAMILY_NEEDS[family])] = None
    if isinstance(mah := specs.get("battery_mah"), int | float):
        found |= dict.fromkeys(lasting_word(step) for step in range(MAH_LEAST, int(mah) + 1, MAH_STEP))
    for description in descriptions:
        for clause in CLAUSE.split(description):
            found |= dict.fromkeys(_said(tokens(clause)))
    return tuple(found)


def _said(words: list[str]) -> Iterable[str]:
    """Yield the needs and telling words of a clause up to where it says what there is not."""
    end = next((place for place, word in enumerate(words) if word in NEGATIONS), len(words))
    stems = [stem(word) for word in words[:end]]
    for start in range(len(stems)):
        for length in range(1, LONGEST_PHRASE + 1):
            yield from map(need_word, needs().said.get(" ".join(stems[start : start + length]), ()))
    for word in words[:end]:
        if len(word) >= MIN_WORD and word.isalpha() and word not in lexicon().fillers:
            yield said_word(word)


def _measured(specs: Mapping[str, Any], categories: Sequence[str]) -> Iterable[str]:
    sizes = next((SIZES[key] for key in categories if key in SIZES), Sizes())
    screen, weight, mah = (_number(specs.get(name)) for name in ("screen_in", "weight_g", "battery_mah"))
    if screen is not None and screen <= sizes.small:
        yield "small"
    if screen is not None and screen >= sizes.large:
        yield "large"
    if weight is not None and weight <= sizes.light:
        yield "light"
    if mah is not None and mah >= sizes.lasting:
        yield "battery"
    repairability = specs.get("repairability")
    if isinstance(repairability, Mapping) and (_number(repairability.get("score")) or 0) >= REPAIRABLE:
        yield "repairable"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
