"""
Read a search: "ipone 12 128 noir moins de 300 €" is the words "iphone 12", 128 GB, black and at most 300.

What is recognised becomes facet values, the rest stays words. Nothing here refuses: a word that means nothing to
the catalogue is set aside and named. Whether a word is part of a name is decided by its neighbours: "hero 12 black"
is a name where a product is called so, "iphone 12 black" a colour.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from catalog.rules.facets import screen_values

from .lexicon import lexicon
from .needs import MAH, lasting_word, need_word, needs, said_word
from .prices import price_limits
from .reading import Part, Reading, is_compatible
from .spelling import corrected, halves, segments
from .text import stem, stemmed, tokens
from .vocabulary import Meaning, Vocabulary, storage_values

SIZE = re.compile(r"(\d{1,5})gb")
SCREEN = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)in")
DECIMAL = re.compile(r"\d{1,2}\.\d{1,2}")
MAX_CHARS = 240
MAX_WORD = 40
MAX_TOKENS = 24
MAX_PHRASE = 5
MAX_ALIAS = 4
# Looking for the nearest of all words is the dear part: a text of nonsense gets no more than this of it.
MAX_MENDED = 6
MIN_BARE_STORAGE = 32
MAX_BARE_MEMORY = 24
LARGE_SCREEN = 20
MIN_COMPOUND_HEAD, MIN_COMPOUND_TAIL = 3, 3


def read(text: str, vocabulary: Vocabulary, language: str = "") -> Reading:
    """
    Turn what somebody typed into words and filters.

    `language` decides what a word means that two languages share; without it all languages count.
    """
    return _Reader(vocabulary, language).read(text)


def capacities(size: int) -> tuple[int, ...]:
    """Return the capacities that a size means: makers count a terabyte as 1000 or 1024 gigabytes."""
    if size >= 1000 and size % 1024 == 0:
        return (size // 1024 * 1000, size)
    if size >= 1000 and size % 1000 == 0:
        return (size, size // 1000 * 1024)
    return (size,)


def _part(meaning: Meaning, words: Sequence[str]) -> Part:
    """Make the part that a phrase is; what a feature filters it also prefers, should the filter have to go."""
    text = " ".join(words)
    if meaning.kind in ("need", "order"):
        return Part(meaning.kind, text, hint=meaning.facets[0])
    hint = need_word(meaning.facets[0].partition(":")[2]) if meaning.kind == "feature" else ""
    return Part(meaning.kind, text, meaning.facets, hint=hint)


class _Reader:
    def __init__(self, known: Vocabulary, language: str) -> None:
        self.known = known
        self.language = language
        self.lexicon = lexicon()
        self.reading = Reading()
        self.left: list[str] = []
        # What was read so far as names are written, to see what a word follows.
        self.before: list[str] = []
        # After "for" or "with" a device is named that is not searched for: "headphones for ps5".
        self.aside = ""
        self.mended = 0

    def read(self, text: str) -> Reading:
        typed = [word for word in tokens(text[:MAX_CHARS]) if len(word) <= MAX_WORD]
        self.left = self._unaliased(typed[:MAX_TOKENS])[:MAX_TOKENS]
        while self.left:
            taken = self._price() or self._phrase() or self._joined() or self._size() or self._word()
            self.left = self.left[taken:]
        self._settle_categories()
        return self.reading

    # Short forms

    def _unaliased(self, words: list[str]) -> list[str]:
        """Replace short and split forms by the catalogue's, those of staff first; what they yield is final."""
        result: list[str] = []
        while words:
            length, longer = self._alias(words, result)
            result += longer or words[:1]
            words = words[length or 1 :]
        return result

    def _alias(self, words: list[str], before: list[str]) -> tuple[int, list[str]]:
        for length in range(min(MAX_ALIAS, len(words)), 0, -1):
            phrase = " ".join(words[:length])
            means = self._synonym(phrase)
            if means is None:
                means = self.lexicon.aliases.get(phrase)
                if means is None or not self._is_wanted_alias(words[:length], means.split(), before, words[length:]):
                    continue
            return length, means.split()
        return 0, []

    def _synonym(self, phrase: str) -> str | None:
        found = self.known.synonyms.get(phrase)
        return None if found is None else found.get(self.language, found.get(""))

    def _is_wanted_alias(self, words: list[str], means: list[str], before: list[str], after: list[str]) -> bool:
        """An alias gives way where the catalogue calls a product so, and where it holds nothing of what is meant."""
        known = self.known
        if not any(word in known.words for word in means):
            return False
        if len(words) > 1:
            return " ".join(words) not in known.grams
        if before and before[-1] + words[0] in known.names:
            return False
        return words[0] not in known.names or not self._is_named(words, before, after)

    # Names

    def _is_named(self, words: Sequence[str], before: Sequence[str], after: Sequence[str]) -> bool:
        """Say whether a product's name has these words between those before and after them."""
        grams = self.known.grams
        if any(word not in self.known.names for word in words):
            return False
        if len(words) > 1 and any(f"{one} {two}" not in grams for one, two in pairwise(words)):
            return False
        if after and f"{words[-1]} {after[0]}" in grams and not self._is_quantity(after):
            return True
        if not before:
            return False
        pair = " ".join(before[-2:])
        if len(before) > 1 and pair in grams:
            return f"{pair} {words[0]}" in grams
        return f"{before[-1]} {words[0]}" in grams

    def _is_quantity(self, words: Sequence[str]) -> bool:
        """Say whether an amount of money or a capacity follows, which is no part of a name."""
        return price_limits(words) is not None

    # Parts

    def _add(self, part: Part, taken: int = 0) -> int:
        self.reading.parts.append(part)
        self.before += self.left[:taken] if taken else part.text.split()
        return taken

    def _price(self) -> int:
        limits = price_limits(self.left)
        if limits is None or self._is_named(self.left[:1], self.before, ()):
            return 0
        text = " ".join(self.left[: limits.taken])
        self.reading.parts.append(
            Part("price", text, price_from_minor=limits.from_minor, price_to_minor=limits.to_minor)
        )
        return limits.taken

    def _phrase(self) -> int:
        """Take the longest phrase with a meaning that the words begin with."""
        for length in range(min(MAX_PHRASE, len(self.left)), 0, -1):
            words = self.left[:length]
            phrase = " ".join(words)
            meaning = self.known.brands.get(phrase) or self.known.phrases.get(stemmed(phrase))
            if meaning is not None and self._counts(meaning, words):
                return self._take(meaning, words)
        return 0

    def _counts(self, meaning: Meaning, words: list[str]) -> bool:
        after = self.left[len(words) :]
        if meaning.kind == "brand":
            return True
        if len(words) == 1 and not self._is_own_word(words[0], is_last=not after):
            return False
        if meaning.kind == "need" and len(words) == 1 and stem(words[0]) in self.known.weak:
            return False
        is_proper = meaning.kind == "category" and " ".join(words) in self.known.proper
        return not is_proper and not self._is_named(words, self.before, after)

    def _is_own_word(self, word: str, *, is_last: bool) -> bool:
        """Leave out a name that only resembles a term ("ipod" beside "ipods"), and a word of another language."""
        if word in self.known.names and word not in self.known.terms:
            return False
        language = self.lexicon.only_in.get(word)
        return language is None or language == self.language or (not self.language and is_last)

    def _take(self, meaning: Meaning, words: list[str]) -> int:
        if meaning.kind == "filler":
            return len(words)
        if meaning.kind in ("category", "brand") and self._is_aside():
            self.reading.ignored.append(" ".join(words))
            self.aside = "" if self.aside == "with" else self.aside
            return len(words)
        return self._add(_part(meaning, words), len(words))

    def _is_aside(self) -> bool:
        return bool(self.aside) and any(part.kind == "category" for part in self.reading.parts)

    # Sizes

    def _size(self) -> int:
        word = self.left[0]
        if found := SIZE.fullmatch(word):
            return self._capacity(int(found[1]))
        if self._is_bare(word) and int(word) in self.known.memories and self._storage_follows():
            return self._add(Part("memory", f"{word}gb memory", (f"memory:{word}",)), 1)
        if found := MAH.fullmatch(word):
            return self._add(Part("need", word, hint=lasting_word(int(found[1]))), 1)
        if (found := SCREEN.fullmatch(word)) or self._is_bare_screen(word):
            return self._screen(found[1] if found else word)
        if self._is_bare_storage(word):
            return self._add(Part("storage", f"{word}gb", storage_values(capacities(int(word)))), 1)
        return 0

    def _capacity(self, size: int) -> int:
        """Take a capacity: memory where it is called so, or is small and another capacity stands beside it."""
        following = self.left[1] if len(self.left) > 1 else ""
        text = " ".join(self.left[: 2 if following in self.lexicon.memory | self.lexicon.storage else 1])
        taken = len(text.split())
        memory, storage = (f"memory:{size}",), storage_values(capacities(size))
        if following in self.lexicon.memory:
            return self._add(Part("memory", text, memory), taken)
        has_larger = self._has_larger(size)
        is_memory = size in self.known.memories and (size <= MAX_BARE_MEMORY or has_larger)
        if not is_memory or following in self.lexicon.storage:
            return self._add(Part("storage", text, storage), taken)
        if size not in self.known.storages or has_larger:
            return self._add(Part("memory", text, memory), taken)
        return self._add(Part("size", text, (*memory, *storage)), taken)

    def _has_larger(self, size: int) -> bool:
        """Say whether another capacity stands in the search, which then is the storage."""
        others = [int(found[1]) for word in self.left[1:] if (found := SIZE.fullmatch(word))]
        named = [int(part.text.split()[0].removesuffix("gb")) for part in self.reading.parts if part.kind == "storage"]
        return any(other > 2 * size for other in (*others, *named))

    def _storage_follows(self) -> bool:
        following = self.left[1] if len(self.left) > 1 else ""
        number = following.removesuffix("gb")
        return self._is_bare(number) and bool(set(capacities(int(number))) & self.known.storages)

    def _is_bare(self, word: str) -> bool:
        if not word.isdecimal() or len(word) > 4:
            return False
        return not any(self._is_named([name], self.before, self.left[1:]) for name in (word, f"{word}in", f"gen{word}"))

    def _is_bare_storage(self, word: str) -> bool:
        """A number is a capacity where the catalogue has it and no product is called so here."""
        is_alone = not self.before and len(self.left) == 1
        if is_alone or not self._is_bare(word) or int(word) < MIN_BARE_STORAGE:
            return False
        return bool(set(capacities(int(word))) & self.known.storages)

    def _is_bare_screen(self, word: str) -> bool:
        """A number is a screen's size where devices have it: "6.1", and after a kind of device "monitor 27"."""
        if DECIMAL.fullmatch(word):
            return word not in self.known.names and f"{word}in" in self.known.words
        has_kind = any(part.kind == "category" for part in self.reading.parts)
        return has_kind and len(word) == 2 and self._is_bare(word) and bool(self._screens(float(word)))

    def _screens(self, inches: float) -> tuple[str, ...]:
        """Return the classes that a size means; what makers call 24 inches has 23.8."""
        sizes = [inches, inches - 1] if inches >= LARGE_SCREEN and inches.is_integer() else [inches]
        return tuple(value for size in sizes for value in screen_values(size) if value in self.known.screens)

    def _screen(self, inches: str) -> int:
        word = f"{float(inches):g}in"
        if self._is_named([word], self.before, self.left[1:]):
            return 0
        facets = self._screens(float(inches)) or tuple(screen_values(float(inches)))
        return self._add(Part("screen", word, facets), 1) if facets else 0

    # Words

    def _word(self) -> int:
        """Take a word, or two that belong together; mend its spelling, or set it aside."""
        word, after = self.left[0], self.left[1:]
        if self._is_named([word], self.before, after):
            return self._found([word])
        if word in self.lexicon.fillers:
            self._turn_aside(word)
            return 1
        if word in self.lexicon.accessories and word not in self.known.names:
            self.reading.ignored.append(word)
            return 1
        if stem(word) in self.known.weak and word not in self.known.names:
            return self._add(Part("weak", word, self.known.weak[stem(word)].facets), 1)
        kind, need = needs().asked.get(word, ("", ""))
        if kind == "need" and need_word(need) in self.known.words:
            return self._add(Part("need", word, hint=need_word(need)), 1)
        if word in self.known.words:
            return self._found([word])
        return self._unknown(word)

    def _found(self, words: list[str], taken: int = 1) -> int:
        if self._is_aside() and self.aside == "for":
            self.reading.ignored += words
            return taken
        for word in words:
            self._add(Part("word", word))
        return taken

    def _turn_aside(self, word: str) -> None:
        if word in self.lexicon.for_words:
            self.aside = "for"
        elif word in self.lexicon.with_words and not self.aside:
            self.aside = "with"

    def _joined(self) -> int:
        """Take two words that names write as one: "s 21", "air pods"."""
        if len(self.left) < 2:
            return 0
        one, two = self.left[:2]
        joined = one + two
        if joined not in self.known.names or f"{one} {two}" in self.known.grams:
            return 0
        if len(one) > 1 and two in self.known.words and one in self.known.words:
            return 0
        self.reading.is_corrected = True
        return self._found([joined], 2)

    def _unknown(self, word: str) -> int:
        known = self.known
        singular = known.stems.get(stem(word)) if word.isalpha() else None
        if singular is not None:
            return self._found([singular])
        if said_word(word) in known.words:
            return self._add(Part("need", word, hint=said_word(word)), 1)
        parts = segments(word, known.names, known.grams) or halves(word)
        if not parts and len(self.left) == 1 and self._is_begun(word):
            self.reading.prefix = word
            return self._found([word])
        parts = parts or self._mended(word) or self._compound(word)
        if not parts:
            self.reading.ignored.append(word)
            return 1
        # Read again: a mended word may be a brand, a colour or the unit of what follows.
        self.reading.is_corrected = True
        self.left = [word, *parts, *self.left[1:]]
        return 1

    def _is_begun(self, word: str) -> bool:
        return len(word) >= 2 and any(name.startswith(word) for name in self.known.names)

    def _compound(self, word: str) -> list[str]:
        """Split a word that ends in a kind of device: "klapphandy", "gaminglaptop"."""
        for length in range(len(word) - MIN_COMPOUND_HEAD, MIN_COMPOUND_TAIL - 1, -1):
            head, tail = word[:-length], word[-length:]
            meaning = self.known.phrases.get(stem(tail))
            if meaning is not None and meaning.kind == "category":
                return [head, tail]
        return []

    def _mended(self, word: str) -> list[str]:
        self.mended += 1
        if self.mended > MAX_MENDED:
            return []
        near = corrected(word, self.known.names, self.known.terms)
        return [near] if near else []

    # Categories

    def _settle_categories(self) -> None:
        """Keep categories that a product can be in at once: hints give way, and so do later ones."""
        reading = self.reading
        kept: list[Part] = [part for part in reading.parts if part.kind == "category"][:1]
        has_words = any(part.kind in ("word", "brand") for part in reading.parts)
        parts: list[Part] = []
        for part in reading.parts:
            if part.kind == "category" and not self._fits(part, kept):
                self._give_way(part, parts)
            elif part.kind == "category" and any(part.facets == other.facets for other in parts):
                continue
            elif part.kind != "weak":
                parts.append(part)
            elif not kept and not has_words:
                kept = [part]
                parts.append(replace(part, kind="category"))
            else:
                self._give_way(part, parts)
        reading.parts = parts

    def _give_way(self, part: Part, parts: list[Part]) -> None:
        """Take a word that names no kind of device here for a need ("gaming laptop"), or set it aside."""
        kind, need = needs().asked.get(part.text, ("", ""))
        if kind == "need":
            parts.append(Part("need", part.text, hint=need_word(need)))
        elif part.kind == "category":
            self.reading.ignored.append(part.text)

    def _fits(self, part: Part, kept: list[Part]) -> bool:
        return all(part is other or is_compatible(part, other, self.known.above) for other in kept)
