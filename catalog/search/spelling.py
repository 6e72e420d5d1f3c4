"""Read unknown words as known ones: words run together, and slips of the finger."""

from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

MAX_PARTS = 4
MIN_LETTERS = 4


def segments(word: str, known: Mapping[str, int]) -> list[str]:
    """Split "iphone12pro" into known words, the fewest there can be; an empty list if it cannot be split."""
    if not any(char.isalpha() for char in word):
        return []
    # best[i] holds the shortest split of the first i characters.
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, part = best[start], word[start:end]
            if before is None or part not in known or not _is_telling(part, is_first=start == 0):
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, part]
    found = best[-1] or []
    return found if 2 <= len(found) <= MAX_PARTS else []


def _is_telling(part: str, *, is_first: bool) -> bool:
    # Single letters and short fragments split anything into nonsense.
    has_digit = any(char.isdigit() for char in part)
    return len(part) >= 3 or has_digit or part == "fe" or (is_first and len(part) == 2)


def corrected(word: str, known: Mapping[str, int]) -> str | None:
    """
    Return the known word that a misspelt one most likely is: one slip, or two in a long word.

    Words with digits are never guessed: an S21 is not an S22.
    """
    if len(word) < MIN_LETTERS or not word.isalpha():
        return None
    slips = 1 if len(word) < 7 else 2
    near = process.extract(
        word, known.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=8, processor=None
    )
    likely = [(int(distance), -known[match], match) for match, distance, _ in near if match.isalpha()]
    return min(likely)[2] if likely else None
