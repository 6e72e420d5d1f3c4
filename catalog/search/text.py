"""
One normal form for what people type and what is indexed: no accents, no case, one way to write a unit.

"128 Go", "128GB" and "128 gigas" become `128gb`; "6,1 pouces" `6.1in`; "2e génération" `gen2`; "S21+" `s21 plus`.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

GB_PER_TB = 1024
NUMBER = r"(\d{1,4}(?:\.\d{1,2})?)"
GIGABYTES = re.compile(
    rf"\b{NUMBER}\s*-?(?:gb|go|gib|gio|gigas?|gigabytes?|gigaoctets?|giga octets?)\b|\b(\d{{2,4}})\s*g\b"
)
TERABYTES = re.compile(rf"\b{NUMBER}\s*-?(?:tb|to|tib|tio|teras?|terabytes?|teraoctets?)\b")
INCHES = re.compile(
    rf"\b{NUMBER}\s*-?(?:″|”|\"|''|′′|(?:inch|inches|in|pouces?|zoll|pulgadas?|pollic[ei]|duim|inch)\b)"
)
MILLIMETRES = re.compile(r"\b(\d{2,3})\s*-?mm\b")
GENERATION = re.compile(
    r"\b(\d{1,2})\s*(?:st|nd|rd|th|ere|re|eme|e|er|a|o|\.)?\s*-?(?:generation|generazione|generacion|generatie|gen)\b"
)
GENERATION_BEFORE = re.compile(r"\b(?:generation|generazione|generacion|generatie|gen)\.?\s*(\d{1,2})\b")
DIGIT = re.compile(r"\d")
PLUS = re.compile(r"(?<=[a-z0-9])\+")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
SEPARATORS = re.compile(r"[^\w.]|_")


@cache
def word_lists() -> dict[str, Any]:
    """Return the words of six languages that searches are read with."""
    lists: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text())
    return lists


def folded(text: str) -> str:
    """Return the text without case and accents; `″` and `ª` become what they stand for."""
    if text.isascii():
        return text.lower()
    # Ornamental capitals become plain ones first, and folding may compose anew.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _number(text: str) -> str:
    return f"{float(text):g}"


def tokens(text: str) -> list[str]:
    """Return the normal form of a text as words."""
    return list(_tokens(text))


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    text = folded(text)
    if DIGIT.search(text):
        text = _with_units(DECIMAL_COMMA.sub(".", text))
    return tuple(SEPARATORS.sub(" ", LONE_DOT.sub(" ", text)).split())


def _with_units(text: str) -> str:
    text = GENERATION.sub(r" gen\1 ", text)
    text = GENERATION_BEFORE.sub(r" gen\1 ", text)
    text = TERABYTES.sub(lambda found: f" {float(found[1]) * GB_PER_TB:g}gb ", text)
    text = GIGABYTES.sub(lambda found: f" {_number(found[1] or found[2])}gb ", text)
    text = INCHES.sub(lambda found: f" {_number(found[1])}in ", text)
    text = MILLIMETRES.sub(r" \1mm ", text)
    return PLUS.sub(" plus ", text)


def normalised(text: str) -> str:
    return " ".join(tokens(text))
