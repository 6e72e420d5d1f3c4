"""
Read a search: "ipone 12 128 noir" is the words "iphone 12", 128 GB of storage and the black finishes.

What is recognised becomes filters, the rest stays words. Nothing here refuses: a word that means nothing to the
catalogue is set aside and named.
"""

import re
from dataclasses import dataclass, field

from .spelling import corrected, segments
from .text import tokens, word_lists
from .vocabulary import Vocabulary

SIZE = re.compile(r"(\d{1,5}(?:\.\d+)?)gb")
MAX_TOKENS = 16
MAX_PHRASE = 4
MIN_BARE_STORAGE = 32
MAX_BARE_MEMORY = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a search: `kind` is word, brand, category, storage, memory or colour; `text` its normal form."""

    kind: str
    text: str
    values: frozenset[str | int] = frozenset()


@dataclass(slots=True)
class Reading:
    """`prefix` is the last word when it is only begun; `is_corrected` says that spelling was mended."""

    parts: list[Part] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    prefix: str = ""
    is_corrected: bool = False

    @property
    def words(self) -> list[str]:
        """The words to find, without those that became filters."""
        kinds = ("word", "brand", "category")
        found = [word for part in self.parts if part.kind in kinds for word in part.text.split()]
        return [word for word in dict.fromkeys(found) if word != self.prefix]

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    def values(self, kind: str) -> list[str | int]:
        return sorted({value for part in self.parts if part.kind == kind for value in part.values}, key=str)

    def without(self, part: Part) -> str:
        """Return the search with one part taken away."""
        return " ".join(other.text for other in self.parts if other is not part)


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Turn what somebody typed into words and filters."""
    return _Reader(vocabulary).read(text)


def capacities(size: int) -> frozenset[str | int]:
    """Return the capacities that a size means: makers count a terabyte as 1000 or 1024 gigabytes."""
    if size >= 1000 and size % 1024 == 0:
        return frozenset({size, size // 1024 * 1000})
    if size >= 1000 and size % 1000 == 0:
        return frozenset({size, size // 1000 * 1024})
    return frozenset({size})


class _Reader:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.reading = Reading()
        fillers = word_lists()["fillers"]
        self.fillers = frozenset(word for words in fillers.values() for word in words.split())
        self.memory_words = frozenset(word_lists()["memory"].split())
        self.storage_words = frozenset(word_lists()["storage"].split())

    def read(self, text: str) -> Reading:
        words = self._unaliased(tokens(text)[:MAX_TOKENS])
        while words:
            taken = self._phrase(words) or self._size(words) or self._word(words)
            words = words[taken:]
        return self.reading

    def _unaliased(self, words: list[str]) -> list[str]:
        """Replace short and split forms by the catalogue's."""
        aliases = word_lists()["aliases"]
        result: list[str] = []
        while words:
            length = next((n for n in (3, 2, 1) if len(words) >= n and " ".join(words[:n]) in aliases), 0)
            if length:
                result += aliases[" ".join(words[:length])].split()
            else:
                result.append(words[0])
            words = words[length or 1 :]
        return result if len(result) <= MAX_TOKENS else result[:MAX_TOKENS]

    def _phrase(self, words: list[str]) -> int:
        """Take the longest brand, category or colour that the words begin with."""
        known = self.vocabulary
        for length in range(min(MAX_PHRASE, len(words)), 0, -1):
            phrase = " ".join(words[:length])
            if phrase in known.brands:
                self.reading.parts.append(Part("brand", phrase, frozenset({known.brands[phrase]})))
            elif phrase in known.colours:
                self.reading.parts.append(Part("colour", phrase, frozenset(known.colours[phrase])))
            elif self._is_category(words[:length]):
                kept = " ".join(word for word in words[:length] if word not in self.fillers)
                self.reading.parts.append(Part("category", kept, frozenset({known.categories[phrase]})))
            else:
                continue
            return length
        return 0

    def _is_category(self, words: list[str]) -> bool:
        """Tell words of a category from those that are part of names: "montre" is one, "iphone" is not."""
        known = self.vocabulary
        is_findable = all(word in known.words or word in self.fillers for word in words)
        return is_findable and " ".join(words) in known.categories and not all(word in known.names for word in words)

    def _size(self, words: list[str]) -> int:
        """Take a capacity: with its unit, or a bare number that is one in this catalogue."""
        found = SIZE.fullmatch(words[0])
        if found and "." not in found[1]:
            return self._capacity(int(found[1]), words)
        if self._is_bare_storage(words[0]):
            size = int(words[0])
            self.reading.parts.append(Part("storage", f"{size}gb", capacities(size)))
            return 1
        return 0

    def _capacity(self, size: int, words: list[str]) -> int:
        following = words[1] if len(words) > 1 else ""
        is_named = following in self.memory_words or following in self.storage_words
        is_memory = following in self.memory_words or (
            not is_named and size <= MAX_BARE_MEMORY and size in self.vocabulary.memories
        )
        self.reading.parts.append(Part("memory" if is_memory else "storage", words[0], capacities(size)))
        return 2 if is_named else 1

    def _is_bare_storage(self, word: str) -> bool:
        if not word.isdigit() or len(word) > 4 or int(word) < MIN_BARE_STORAGE or not self.reading.parts:
            return False
        before = f"{self.reading.parts[-1].text} {word}"
        is_name = any(f" {before} " in f" {name} " for name in self.vocabulary.numbered)
        return not is_name and bool(capacities(int(word)) & self.vocabulary.storages)

    def _word(self, words: list[str]) -> int:
        """Take one word, or two that belong together; mend its spelling, or set it aside."""
        word, known = words[0], self.vocabulary.words
        joined = "".join(words[:2])
        if len(words) > 1 and joined in self.vocabulary.names and words[1] not in known:
            self._mended([joined])
            return 2
        if word in known:
            self.reading.parts.append(Part("word", word))
        elif word not in self.fillers:
            self._unknown(word, is_last=len(words) == 1)
        return 1

    def _unknown(self, word: str, *, is_last: bool) -> None:
        names = self.vocabulary.names
        parts = segments(word, names)
        near = None if parts else corrected(word, names) or corrected(word, self.vocabulary.words)
        if is_last and len(word) >= 2 and not parts and any(name.startswith(word) for name in names):
            self.reading.parts.append(Part("word", word))
            self.reading.prefix = word
        elif parts or near:
            self._mended(parts or [near or ""])
        else:
            self.reading.ignored.append(word)

    def _mended(self, words: list[str]) -> None:
        """Read mended words again, because a mended word may be a brand or a colour."""
        self.reading.is_corrected = True
        while words:
            taken = self._phrase(words)
            if not taken:
                self.reading.parts.append(Part("word", words[0]))
            words = words[taken or 1 :]
