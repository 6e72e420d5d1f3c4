"""
Find products while their name is being typed: an index of words in the process's memory, the most wanted first.

In memory, because a shopper types five letters a second and each of them asks: finding by a prefix that half the
catalogue has takes PostgreSQL tens of milliseconds, and this index less than one. It holds names only; prices and
stock are read from offers at once. The same whatever search engine is in use.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .lexicon import lexicon
from .spelling import corrected, halves, segments
from .text import tokens
from .vocabulary import Vocabulary

MAX_WORDS = 8
MAX_ALIAS = 4
# So many postings are merged; where a prefix has more, products are walked in order, because many of them fit.
MAX_MERGED = 4_000
MIN_BEGUN = 4


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """What the index knows of a product; `own` are the words of its name, `words` also those of other names."""

    pk: int
    name: str
    category_id: int
    own: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed as the catalogue writes it: whole words, and the last one, which is only begun."""

    words: tuple[str, ...] = ()
    begun: str = ""

    @property
    def all_words(self) -> tuple[str, ...]:
        return (*self.words, self.begun) if self.begun else self.words

    @property
    def text(self) -> str:
        return " ".join(self.all_words)


@dataclass(slots=True)
class PrefixIndex:
    """Products in the order of their popularity, found by the beginnings of their words."""

    products: Sequence[NamedProduct]
    places: dict[str, list[int]] = field(init=False)
    vocabulary: list[str] = field(init=False)
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        for place, product in enumerate(self.products):
            for word in product.words:
                places[word].append(place)
        self.places = dict(places)
        self.vocabulary = sorted(places)
        self.counts = {word: len(found) for word, found in places.items()}

    def readings(self, text: str, known: Vocabulary, language: str) -> list[Typed]:
        """
        Return what a text may mean, the likeliest first: "ip 13" is "iphone 13", "ipone" is "iphone".

        A last word is read as begun, and as the short form that it may be: "ps" begins "psp" and means "playstation".
        """
        words = tokens(text)[:MAX_WORDS]
        synonyms = {term: means.get(language, means.get("")) for term, means in known.synonyms.items()}
        spelt = (self._spelt_out(words[:-1], synonyms) + words[-1:], self._spelt_out(words, synonyms))
        readings = [self._typed(words, known) for words in spelt]
        return list(dict.fromkeys(reading for reading in readings if reading.all_words))

    def _spelt_out(self, words: list[str], synonyms: Mapping[str, str | None]) -> list[str]:
        """Replace short and split forms by the catalogue's, the longest first and those of staff before ours."""
        result: list[str] = []
        while words:
            for length in range(min(MAX_ALIAS, len(words)), 0, -1):
                phrase = " ".join(words[:length])
                means = synonyms.get(phrase) or self._alias(phrase)
                if means:
                    break
            result += means.split() if means else words[:1]
            words = words[length if means else 1 :]
        return result[:MAX_WORDS]

    def _alias(self, phrase: str) -> str | None:
        """Return what a short form stands for, where anything here is called so."""
        means = lexicon().aliases.get(phrase)
        return means if means and any(word in self.places for word in means.split()) else None

    def _typed(self, words: list[str], known: Vocabulary) -> Typed:
        words = [part for word in words for part in self._parts(word, known)]
        whole = [mended for word in words[:-1] if (mended := self._whole(word))]
        begun = self._begun(words[-1]) if words else ""
        return Typed(tuple(dict.fromkeys(whole)), begun)

    def _parts(self, word: str, known: Vocabulary) -> list[str]:
        """Return the words that were run together, "iphone13" for example."""
        return [word] if self._range(word) else segments(word, self.counts, known.grams) or halves(word) or [word]

    def _whole(self, word: str) -> str:
        """Return a word as the catalogue has it; nothing for one that no name has, such as a capacity."""
        return word if word in self.places else corrected(word, self.counts, {}) or ""

    def _begun(self, word: str) -> str:
        """Return the beginning of known words that a misspelt one most likely is."""
        if self._range(word) or not word:
            return word
        if mended := corrected(word, self.counts, {}):
            return mended
        if len(word) < MIN_BEGUN or not word.isalpha():
            return ""
        beginnings = {known[: len(word)] for known in self.vocabulary if known[:1] == word[:1]}
        near = process.extractOne(word, beginnings, scorer=OSA.distance, score_cutoff=1)
        return near[0] if near else ""

    def _range(self, begun: str) -> list[str]:
        """Return the words that begin so."""
        return self.vocabulary[bisect_left(self.vocabulary, begun) : bisect_left(self.vocabulary, f"{begun}\U0010ffff")]

    def find(self, typed: Typed, on_sale: Set[int], limit: int) -> list[NamedProduct]:
        """
        Return the products on sale that fit, those called exactly so first, then the most wanted.

        A last word that fits no product with the others says something else of it, a colour for example.
        """
        found = self._best(typed, on_sale, limit)
        if not found and typed.words:
            found = self._best(Typed(typed.words), on_sale, limit)
        return found

    def _best(self, typed: Typed, on_sale: Set[int], limit: int) -> list[NamedProduct]:
        wanted = set(typed.all_words)
        exact: list[NamedProduct] = []
        others: list[NamedProduct] = []
        places = self._places(typed)
        for place in places:
            product = self.products[place]
            if product.pk not in on_sale:
                continue
            (exact if product.own <= wanted else others).append(product)
            if len(exact) + len(others) >= limit and not isinstance(places, list):
                break
        return [*exact, *others][:limit]

    def _places(self, typed: Typed) -> Iterable[int]:
        """Return the places of the products that fit, in order; walked lazily where they are many."""
        held = self._with_all(typed.words)
        if not typed.begun:
            return sorted(held or ())
        begun = self._range(typed.begun)
        if sum(self.counts[word] for word in begun) <= MAX_MERGED:
            merged = {place for word in begun for place in self.places[word]}
            return sorted(merged if held is None else merged & held)
        if held is not None:
            return sorted(place for place in held if self._begins(place, typed.begun))
        return self._walk(typed.begun)

    def _walk(self, begun: str) -> Iterator[int]:
        return (place for place in range(len(self.products)) if self._begins(place, begun))

    def _begins(self, place: int, begun: str) -> bool:
        return any(word.startswith(begun) for word in self.products[place].words)

    def _with_all(self, words: Sequence[str]) -> set[int] | None:
        """Return the places that hold all these words; None for no words."""
        if not words:
            return None
        lists = sorted((self.places.get(word, []) for word in words), key=len)
        return set(lists[0]).intersection(*lists[1:])
