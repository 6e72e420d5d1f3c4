"""
What the catalogue can be asked for: its words, names, brands, categories, finishes, sizes and features.

Read in one statement and held by the process, because a cache would copy all of it for every search. Whoever changes
what it is made of writes a new version; every process notices within CHECKED_S.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.cache import cache
from django.db import connection

from catalog.rules.facets import product_features, round_storage, screen_values

from .boosts import Boost
from .lexicon import lexicon, word_lists
from .needs import need_word, needs
from .text import name_tokens, normalised, stem, stemmed

CACHE_KEY = "catalog:search_vocabulary"
CHECKED_S = 30
# One statement, so that a search that finds the vocabulary outdated asks once; the facts are read only where it is.
READ = """
SELECT current.version, facts.*
FROM (SELECT (SELECT version::text FROM catalog_searchversion) AS version) AS current
LEFT JOIN LATERAL (
    SELECT
        (SELECT json_object_agg(word, ndoc) FROM ts_stat('SELECT search_vector FROM catalog_productmodel')) AS words,
        (SELECT json_object_agg(word, ndoc)
         FROM ts_stat('SELECT search_vector FROM catalog_productmodel', 'ab')) AS names,
        (SELECT json_agg(json_build_array(name, slug)) FROM catalog_brand) AS brands,
        (SELECT json_agg(json_build_array(category.key, category.names, parent.key))
         FROM catalog_category category LEFT JOIN catalog_category parent ON parent.id = category.parent_id)
            AS categories,
        (SELECT json_agg(DISTINCT jsonb_build_array(colour, colour_names)) FROM catalog_sku WHERE colour <> '')
            AS finishes,
        (SELECT json_build_array(
            array_agg(DISTINCT storage_gb), array_agg(DISTINCT memory_gb),
            array_agg(DISTINCT attributes ->> 'carrier_lock')
         ) FROM catalog_sku) AS sizes,
        (SELECT json_agg(DISTINCT jsonb_build_array(spec -> 'key', spec -> 'value'))
         FROM catalog_productmodel, jsonb_array_elements(specs) AS spec
         WHERE spec ->> 'key' IN ('connectivity', 'water_resistance', 'screen_in')) AS specs,
        (SELECT json_agg(json_build_array(brand.name, product.name))
         FROM catalog_productmodel product JOIN catalog_brand brand ON brand.id = product.brand_id
         WHERE product.state <> 'draft') AS products,
        (SELECT json_agg(json_build_array(term, language, means)) FROM catalog_searchsynonym WHERE is_active)
            AS synonyms,
        (SELECT json_agg(json_build_array(query, product_id, kind, points, starts_at, ends_at))
         FROM catalog_searchboost WHERE is_active) AS boosts
    WHERE current.version IS DISTINCT FROM %(held)s
) AS facts ON true
"""


class Meaning(NamedTuple):
    """What a phrase stands for: any of these facet values; of a need its word, of an order its name."""

    kind: str
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """
    Words by how many products have them (`names`: in their name), and what phrases mean.

    `phrases` is keyed by stemmed phrases, `terms` are their words as written, for spelling; `synonyms` are those of
    staff by language, "" for all; `grams` are the pairs and triples of words that follow each other in names; `stems`
    leads from the stem of a name's word to the word; `proper` are categories whose name is a product's, `weak` words
    that hint at one; `screens` the classes of sizes that there are; `above` maps a category to itself and all above
    it. `category_names` and `brand_names` (by slug) are for chips.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)
    brands: Mapping[str, Meaning] = field(default_factory=dict)
    phrases: Mapping[str, Meaning] = field(default_factory=dict)
    synonyms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    weak: Mapping[str, Meaning] = field(default_factory=dict)
    proper: frozenset[str] = frozenset()
    terms: Mapping[str, int] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    grams: frozenset[str] = frozenset()
    brand_names: Mapping[str, str] = field(default_factory=dict)
    category_names: Mapping[str, dict[str, str]] = field(default_factory=dict)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    storages: frozenset[int] = frozenset()
    memories: frozenset[int] = frozenset()
    screens: frozenset[str] = frozenset()
    boosts: tuple[Boost, ...] = ()


@dataclass(slots=True)
class Facts:
    """What a catalogue holds, as rows of it."""

    words: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)
    brands: Sequence[tuple[str, str]] = ()
    categories: Sequence[tuple[str, dict[str, str], str | None]] = ()
    finishes: Sequence[tuple[str, dict[str, str]]] = ()
    sizes: Sequence[Sequence[Any] | None] = ()
    specs: Sequence[tuple[str, Any]] = ()
    products: Sequence[tuple[str, str]] = ()
    synonyms: Sequence[tuple[str, str, str]] = ()
    boosts: Sequence[tuple[str, int, str, int, str, str | None]] = ()


FACTS = tuple(fact.name for fact in fields(Facts))


@dataclass(slots=True)
class _Held:
    """The vocabulary of this process, and the version that it is of."""

    version: str = ""
    vocabulary: Vocabulary | None = None


_held = _Held()


def vocabulary() -> Vocabulary:
    """Return the catalogue's vocabulary as it was at most CHECKED_S ago."""
    current = cache.get(CACHE_KEY)
    held = _held.vocabulary
    if held is not None and current == _held.version:
        return held
    version, facts = read_facts(_held.version)
    if held is None or version != _held.version:
        held = vocabulary_of(facts)
        _held.version, _held.vocabulary = version, held
    cache.set(CACHE_KEY, version, CHECKED_S)
    return held


def note_written_version(version: str | None) -> None:
    """Note which version is written now, for whoever has read it anyway."""
    if version is not None:
        cache.set(CACHE_KEY, version, CHECKED_S)


def forget_vocabulary() -> None:
    """Let every process that shares the cache look for a newer version with its next search."""
    cache.delete(CACHE_KEY)


def read_facts(held: str = "") -> tuple[str, Facts]:
    """Return the written version and, where it is not the held one, the catalogue's facts; one query."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"held": held})
        version, *row = cursor.fetchone() or (None,)
    # Where nobody has written a version yet, what was read is of no version that can be met again.
    facts = {name: value for name, value in zip(FACTS, row, strict=True) if value is not None}
    return version or uuid4().hex, Facts(**facts)


def vocabulary_of(facts: Facts) -> Vocabulary:
    """Put the catalogue's words and those of the languages together."""
    storages, memories, locks = [frozenset(filter(None, values or ())) for values in facts.sizes or ((), (), ())]
    names = {key: texts for key, texts, _parent in facts.categories}
    brands = {normalised(name): Meaning("brand", (f"brand:{slug}",)) for name, slug in facts.brands if normalised(name)}
    phrases: dict[str, Meaning] = {}
    terms: dict[str, int] = {}
    for phrase, meaning in _meanings(facts, names, locks):
        if phrase:
            phrases.setdefault(stemmed(phrase), meaning)
            terms |= {} if " " in phrase else {phrase: 1}
    return Vocabulary(
        words=facts.words,
        names=facts.names,
        brands=brands,
        phrases=phrases,
        synonyms=_synonyms(facts.synonyms),
        weak=_weak(names),
        proper=_proper_names(names, facts.names),
        terms={word: 1 for word in (*terms, *_brand_words(brands)) if word not in lexicon().fillers},
        stems={stem(word): word for word in facts.names if word.isalpha()},
        grams=_grams(facts.products),
        brand_names={slug: name for name, slug in facts.brands},
        category_names=names,
        above=_above({key: parent for key, _names, parent in facts.categories}),
        storages=storages,
        memories=memories,
        screens=frozenset(value for key, size in facts.specs if key == "screen_in" for value in screen_values(size)),
        boosts=tuple(_boost(*row) for row in facts.boosts),
    )


def _meanings(
    facts: Facts, names: Mapping[str, dict[str, str]], locks: frozenset[str]
) -> Iterable[tuple[str, Meaning]]:
    """Yield what normalised phrases mean; of two meanings the first counts."""
    yield from _categories(names)
    for colour, words in word_lists()["colours"].items():
        for word in words.split():
            yield word, Meaning("colour", (f"colour:{colour}",))
    yield from _finishes(facts.finishes)
    known = {f"lock:{lock}" for lock in locks} | _features(facts.specs)
    for phrase, (kind, value) in lexicon().phrases.items():
        if kind == "grade" or value in known:
            yield phrase, Meaning(kind, (value,))
        elif kind == "lock":
            # Where no offer says so, every device is unlocked: the word asks for nothing.
            yield phrase, Meaning("filler", ())
    yield from _needs(facts.words)


def _needs(words: Mapping[str, int]) -> Iterable[tuple[str, Meaning]]:
    """Needs that some product meets, and orders."""
    for phrase, (kind, value) in needs().asked.items():
        word = value if kind == "order" else need_word(value)
        if kind == "order" or word in words:
            yield phrase, Meaning(kind, (word,))


def _categories(names: Mapping[str, dict[str, str]]) -> Iterable[tuple[str, Meaning]]:
    lists = word_lists()
    phrases = [(normalised(text), key) for key, texts in names.items() for text in texts.values()]
    phrases += [(phrase, key) for phrase, keys in lists["category_phrases"].items() for key in keys.split()]
    phrases += [(word, key) for key, words in lists["categories"].items() for word in words.split()]
    meant: dict[str, dict[str, None]] = defaultdict(dict)
    for phrase, key in phrases:
        if key in names:
            meant[phrase][f"category:{key}"] = None
    return ((phrase, Meaning("category", tuple(keys))) for phrase, keys in meant.items())


def _finishes(rows: Sequence[tuple[str, dict[str, str]]]) -> Iterable[tuple[str, Meaning]]:
    """A finish is called by its names in all languages; one that reads "gray" is called "grey" too."""
    keys: dict[str, set[str]] = defaultdict(set)
    for key, texts in rows:
        for text in [key, *texts.values()]:
            phrase = normalised(text)
            for spelling in (phrase, phrase.replace("gray", "grey"), phrase.replace("grey", "gray")):
                keys[spelling].add(f"finish:{key}")
    return ((phrase, Meaning("finish", tuple(sorted(found)))) for phrase, found in keys.items())


def _features(specs: Sequence[tuple[str, Any]]) -> set[str]:
    return {value for key, text in specs for value in product_features({key: text})}


def _brand_words(brands: Mapping[str, Meaning]) -> list[str]:
    return [phrase for phrase in brands if phrase.isalpha()]


def _boost(query: str, product_id: int, kind: str, points: int, starts_at: str, ends_at: str | None) -> Boost:
    end = datetime.fromisoformat(ends_at) if ends_at else None
    return Boost(query, product_id, kind, points, datetime.fromisoformat(starts_at), end)


def _synonyms(rows: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for term, language, means in rows:
        found[normalised(term)][language] = normalised(means)
    return dict(found)


def _weak(names: Mapping[str, dict[str, str]]) -> dict[str, Meaning]:
    """Words that hint at a category where nothing else does."""
    return {
        stem(word): Meaning("category", (f"category:{key}",))
        for key, words in word_lists()["weak"].items()
        if key in names
        for word in words.split()
    }


def _proper_names(names: Mapping[str, dict[str, str]], known: Mapping[str, int]) -> frozenset[str]:
    """Categories that have one name in all languages, a name that products have too: iPhone, PlayStation."""
    same = (next(iter(texts.values())) for texts in names.values() if len(texts) > 1 and len(set(texts.values())) == 1)
    phrases = [normalised(text) for text in same]
    return frozenset(phrase for phrase in phrases if all(word in known for word in phrase.split()))


def _grams(products: Sequence[tuple[str, str]]) -> frozenset[str]:
    found: set[str] = set()
    for brand, name in products:
        words = name_tokens(name if name.lower().startswith(brand.lower()) else f"{brand} {name}")
        found.update(map(" ".join, pairwise(words)))
        found.update(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    return frozenset(found)


def _above(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key in parents:
        path: list[str] = []
        current: str | None = key
        while current is not None and current not in path:
            path.append(current)
            current = parents.get(current)
        found[f"category:{key}"] = frozenset(f"category:{step}" for step in path)
    return found


def storage_values(sizes: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted({f"storage:{round_storage(size)}" for size in sizes}))
