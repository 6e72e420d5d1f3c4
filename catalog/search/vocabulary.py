"""What the catalogue can be asked for: its words, brands, categories, colours and capacities, in one query."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection

from .colours import plain_colours
from .text import normalised, word_lists

CACHE_KEY = "catalog:search_vocabulary"
CACHE_S = 120
# A number that is a capacity in most searches but belongs to the name of some models ("Nintendo 64").
NUMBERED_NAMES = r"\m(32|40|64|128|160|256|500|512|1000|1024|2000|2048)\M"
READ = """
SELECT
    (SELECT json_object_agg(word, ndoc) FROM ts_stat('SELECT search_vector FROM catalog_productmodel')),
    (SELECT json_object_agg(word, ndoc) FROM ts_stat('SELECT search_vector FROM catalog_productmodel', 'ab')),
    (SELECT json_agg(json_build_array(name, slug)) FROM catalog_brand),
    (SELECT json_agg(json_build_array(key, names)) FROM catalog_category),
    (SELECT json_agg(DISTINCT jsonb_build_array(colour, colour_names, colour_hex)) FROM catalog_sku WHERE colour <> ''),
    (SELECT array_agg(DISTINCT storage_gb) FROM catalog_sku WHERE storage_gb IS NOT NULL),
    (SELECT array_agg(DISTINCT memory_gb) FROM catalog_sku WHERE memory_gb IS NOT NULL),
    (SELECT array_agg(brand.name || ' ' || product.name)
     FROM catalog_productmodel product JOIN catalog_brand brand ON brand.id = product.brand_id
     WHERE product.name ~ %(numbered)s)
"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """
    Words by how many products have them (`names`: in their name), phrases of brands, categories and colours.

    `brands` maps a phrase to a brand's name, `categories` to a category's key, `colours` to the SKUs' colour keys;
    `category_names` holds each category's names by language.
    """

    words: Mapping[str, int]
    names: Mapping[str, int]
    brands: Mapping[str, str]
    categories: Mapping[str, str]
    category_names: Mapping[str, dict[str, str]]
    colours: Mapping[str, frozenset[str]]
    storages: frozenset[int]
    memories: frozenset[int]
    numbered: tuple[str, ...]


def vocabulary() -> Vocabulary:
    """Return the catalogue's vocabulary, read once in two minutes and process."""
    found: Vocabulary | None = cache.get(CACHE_KEY)
    if found is None:
        found = _read()
        cache.set(CACHE_KEY, found, CACHE_S)
    return found


def forget_vocabulary() -> None:
    cache.delete(CACHE_KEY)


def _read() -> Vocabulary:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"numbered": NUMBERED_NAMES})
        row = cursor.fetchone()
    words, names, brands, categories, colours, storages, memories, numbered = row or (None,) * 8
    return Vocabulary(
        words=words or {},
        names=names or {},
        brands={normalised(name): name for name, _slug in brands or []},
        categories=_category_phrases(dict(categories or [])),
        category_names=dict(categories or []),
        colours=_colour_phrases(colours or []),
        storages=frozenset(storages or []),
        memories=frozenset(memories or []),
        numbered=tuple(normalised(name) for name in numbered or []),
    )


def _category_phrases(names: Mapping[str, dict[str, str]]) -> dict[str, str]:
    phrases: dict[str, str] = {}
    for key in names:
        for word in word_lists()["categories"].get(key, "").split():
            phrases.setdefault(word, key)
    phrases |= {phrase: key for phrase, key in word_lists()["category_phrases"].items() if key in names}
    return phrases | {normalised(name): key for key, texts in names.items() for name in texts.values()}


def _colour_phrases(rows: list[tuple[str, dict[str, str], str]]) -> dict[str, frozenset[str]]:
    """Map a colour's names in every language, and plain colour words, to the finishes that are meant."""
    keys: dict[str, set[str]] = defaultdict(set)
    plain: dict[str, set[str]] = defaultdict(set)
    for key, names, hex_colour in rows:
        for name in [key, *names.values()]:
            keys[normalised(name)].add(key)
        for colour in plain_colours(hex_colour):
            plain[colour].add(key)
    for colour, words in word_lists()["colours"].items():
        named = {key for key, _names, _hex in rows if colour in key.split("-")}
        for word in words.split():
            keys[word] |= plain[colour] | named
    return {phrase: frozenset(found) for phrase, found in keys.items() if phrase and found}
