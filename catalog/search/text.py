"""
One normal form for what people type and what is indexed: no accents, no case, one way to write a unit.

"128 Go", "128GB" and "128 gigas" become `128gb`; "6,1 pouces" `6.1in`; "2e génération" `gen2`; "S21+" `s21 plus`;
names are taken apart further: "Watch4" is `watch 4`, "6II" `6 ii`.
"""

import re
import unicodedata
from functools import lru_cache

GB_PER_TB = 1024
NUMBER = r"(\d{1,4}(?:\.\d{1,2})?)"
GIGABYTES = re.compile(
    rf"\b{NUMBER}\s*-?(?:gb|go|gib|gio|gigas?|gigabytes?|gigaoctets?|giga octets?)\b|\b(\d{{2,4}})\s*g\b"
)
# No more than 16: "from 200 to 300" is no capacity.
TERABYTES = re.compile(r"\b((?:\d|1[0-6])(?:\.\d{1,2})?)\s*-?(?:tb|to|tib|tio|teras?|terabytes?|teraoctets?)\b")
INCHES = re.compile(rf"\b{NUMBER}\s*-?(?:″|”|\"|''|′′|(?:inch|inches|in|pouces?|zoll|pulgadas?|pollic[ei]|duim)\b)")
MILLIMETRES = re.compile(r"\b(\d{2,3})\s*-?(?:mm|millimet(?:er|re)s?|milimetros?|millimetri)\b")
MILLIAMPERE_HOURS = re.compile(r"\b(\d{3,5})\s*-?mah\b")
GENERATION = re.compile(
    r"\b(\d{1,2})\s*(?:st|nd|rd|th|ere|re|eme|ieme|e|er|de|ste|a|o|\.)?\s*-?"
    r"(?:generation|generazione|generacion|generatie|gen)\b"
)
GENERATION_BEFORE = re.compile(r"\b(?:generation|generazione|generacion|generatie|gen)\.?\s*(\d{1,2})\b")
DIGIT = re.compile(r"\d")
PLUS = re.compile(r"(?<=[a-z0-9])\+")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
SEPARATORS = re.compile(r"[^\w.]|_")
# A word and a short number that a name writes together; `gen2` is a form of its own.
WORD_NUMBER = re.compile(r"(?!gen\d)([a-z]{3,})(\d{1,3})")
NUMBER_ROMAN = re.compile(r"(\d+)(ii|iii|iv|vi)")
CURRENCIES = str.maketrans({"€": " eur ", "£": " gbp ", "$": " usd "})
PLURAL = re.compile(r"(?:s|x|(?<=e)n)$")
VOWEL = re.compile(r"[aeio]$")
MIN_STEM = 4


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
    text = folded(text).translate(CURRENCIES)
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
    text = MILLIAMPERE_HOURS.sub(r" \1mah ", text)
    return PLUS.sub(" plus ", text)


def name_tokens(name: str) -> list[str]:
    """Return the words of a product's name, one that ends in a short or a Roman number as two."""
    return [part for word in tokens(name) for part in _taken_apart(word)]


def _taken_apart(word: str) -> tuple[str, ...]:
    found = WORD_NUMBER.fullmatch(word) or NUMBER_ROMAN.fullmatch(word)
    return (found[1], found[2]) if found else (word,)


def normalised(text: str) -> str:
    return " ".join(tokens(text))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """
    Return a word without the endings of number and gender of six languages: only to compare, never to show.

    "montre" and "montres", "telefono" and "telefoni" have the same stem; no stem is a word.
    """
    if len(word) <= MIN_STEM or not word.isalpha():
        return word
    short = PLURAL.sub("", word)
    return VOWEL.sub("", short) if len(short) > MIN_STEM else short


def stemmed(phrase: str) -> str:
    return " ".join([stem(word) for word in phrase.split()])
