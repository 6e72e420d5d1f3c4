"""Read unknown words as known ones: words run together, and slips of the finger."""

import re
from collections.abc import Collection, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_PARTS = 5
MIN_LETTERS = 4
LONG = 6
MAX_SPLIT = 32
HALVES = re.compile(r"([a-z]{4,})(\d{1,4})([a-z]{3,})?")


def segments(word: str, known: Mapping[str, int], grams: Collection[str]) -> list[str]:
    """
    Split "iphone12pro" into known words, the fewest there can be; an empty list if it cannot be split.

    Short pieces count where they follow each other in a name ("z50" is a Nikon Z 50), else they would split anything.
    """
    if len(word) > MAX_SPLIT or not any(char.isalpha() for char in word):
        return []
    # best[i] holds the shortest split of the first i characters.
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, part = best[start], word[start:end]
            if before is None or part not in known or not _is_telling(part, before, grams, is_last=end == len(word)):
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, part]
    found = best[-1] or []
    return found if 2 <= len(found) <= MAX_PARTS else []


def _is_telling(part: str, before: list[str], grams: Collection[str], *, is_last: bool) -> bool:
    if before:
        return f"{before[-1]} {part}" in grams or len(part) >= 3
    return len(part) >= 2 or not is_last


def halves(word: str) -> list[str]:
    """Split "ipone12" into its letters and its digits, to be read one by one."""
    found = HALVES.fullmatch(word)
    return [part for part in found.groups() if part] if found else []


def corrected(word: str, names: Mapping[str, int], terms: Mapping[str, int]) -> str | None:
    """
    Return the known word that a misspelt one most likely is: one slip, or two in a long word.

    Names come before other terms at the same distance. Words with digits are never guessed: an S21 is not an S22.
    """
    if len(word) < MIN_LETTERS or not word.isalpha():
        return None
    likely = [
        (distance, place, -count, match)
        for place, known in enumerate((names, terms))
        for distance, count, match in _near(word, known)
    ]
    return min(likely)[3] if likely else None


def _near(word: str, known: Mapping[str, int]) -> list[tuple[int, int, str]]:
    slips = 1 if len(word) <= LONG else 2
    near = process.extract(word, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=12, processor=None)
    return [
        (int(distance), known[match], match)
        for match, distance, _ in near
        # A short word is close to many: the first letter is hardly ever wrong.
        if distance and match.isalpha() and len(match) >= MIN_LETTERS - 1 and (len(word) > LONG or match[0] == word[0])
    ]
