"""
What a program finds in visitors' words, so that a person looks at it before it is shown.

Nothing is rejected by a program: findings put words into the queue and say why they are there.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

from catalog.enums import Finding

DOMAINS = "com|net|org|info|biz|shop|io|me|fr|de|es|it|nl|be|ie|at|uk|eu"
# A word is read from its first letter only and never given back: time grows with the text, not with its square.
LINK = re.compile(rf"(?:https?://|www\.)\S|(?<![a-z0-9-])[a-z0-9-]{{2,}}+\.(?:{DOMAINS})\b", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++\s*(?:@|\(at\)|\[at\])\s*[\w-]+(?:\.|\s*\(dot\)\s*)[\w.-]+", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ ./()-]{0,2}\d){8,15}(?!\w)")
WORD = re.compile(r"[a-z]+")
DISGUISES = str.maketrans("013457$@!", "oieastsai")
SHOUT_FROM = 20


def findings(*texts: str) -> list[Finding]:
    """Return what a person should look at in these texts, each kind once and always in the same order."""
    text = " ".join(texts)
    without_addresses = EMAIL.sub(" ", text)
    found = {
        Finding.EMAIL: without_addresses != text,
        Finding.LINK: bool(LINK.search(without_addresses)),
        Finding.NUMBER: bool(NUMBER.search(text)),
        Finding.INSULT: _has_insult(text),
        Finding.SHOUTING: _shouts(text),
    }
    return [finding for finding in Finding if found[finding]]


@cache
def insults() -> frozenset[str]:
    words: dict[str, list[str]] = json.loads((Path(__file__).parent / "insults.json").read_text())
    return frozenset(word for language in words.values() for word in language)


def _has_insult(text: str) -> bool:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = {*WORD.findall(plain), *WORD.findall(plain.translate(DISGUISES))}
    return not words.isdisjoint(insults())


def _shouts(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= SHOUT_FROM and sum(char.isupper() for char in letters) > 0.7 * len(letters)
