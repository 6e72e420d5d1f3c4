"""The index behind the suggestions: what a text that is being typed may mean, and what it finds."""

import pytest

from catalog.search.completions import completions, continues
from catalog.search.prefixes import NamedProduct, PrefixIndex, Typed
from catalog.search.vocabulary import Vocabulary

NAMES = {
    1: ("apple", "iPhone 13"),
    2: ("apple", "iPhone 15 Pro Max"),
    3: ("apple", "iPhone 13 Pro"),
    4: ("samsung", "Galaxy S21"),
    5: ("sony", "PlayStation 5"),
    6: ("apple", "iPad Air"),
    7: ("apple", "iPhone 13 mini"),
}
# The most wanted first, as the database orders them.
ORDER = (2, 3, 1, 4, 5, 6, 7)
ALL = frozenset(NAMES)
KNOWN = Vocabulary(
    grams=frozenset({"iphone 13", "iphone 15", "playstation 5"}),
    synonyms={"brotkasten": {"": "playstation"}, "handy": {"de": "galaxy"}},
)


def named(pk: int) -> NamedProduct:
    brand, name = NAMES[pk]
    own = frozenset(name.lower().split())
    return NamedProduct(pk, name, 1, own, own | {brand})


@pytest.fixture
def index():
    return PrefixIndex([named(pk) for pk in ORDER])


def found(index: PrefixIndex, text: str, on_sale=ALL, limit=10) -> list[int]:
    hits = [product for typed in index.readings(text, KNOWN, "en") for product in index.find(typed, on_sale, limit)]
    return [product.pk for product in {product.pk: product for product in hits}.values()]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ipho", [2, 3, 1, 7]),
        ("iphone 13", [1, 3, 7]),
        ("iphone 13 p", [3]),
        ("IPHONE   13 Pro", [3]),
        ("ipone 13", [1, 3, 7]),
        ("ip 13", [1, 3, 7]),
        ("iphone13", [1, 3, 7]),
        ("i phone 15", [2]),
        ("ps5", [5]),
        ("ps", [5]),
        ("samsumg", [4]),
        ("samsm", [4]),
        ("pro 13 iphone", [3]),
        ("apple ip", [2, 3, 1, 6, 7]),
        ("iphone 13 noir 128", [1, 3, 7]),
        ("iphone 13 zz", [1, 3, 7]),
        ("zzzz", []),
        ("", []),
        ("%_'\\", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(index, text, ids):
    assert found(index, text) == ids


def test_only_what_is_on_sale_is_found(index):
    assert found(index, "iphone 13", on_sale=frozenset({3, 7})) == [3, 7]


def test_a_beginning_that_most_of_the_catalogue_has_finds_the_most_wanted(monkeypatch):
    monkeypatch.setattr("catalog.search.prefixes.MAX_MERGED", 2)
    index = PrefixIndex([named(pk) for pk in ORDER])

    assert found(index, "i", limit=2) == [2, 3]
    assert found(index, "apple i", limit=9) == [2, 3, 1, 6, 7]
    assert found(index, "i", on_sale=frozenset({6})) == [6]


def test_a_short_form_may_also_be_a_beginning(index):
    assert index.readings("ip", KNOWN, "en") == [Typed((), "ip"), Typed((), "iphone")]


def test_words_that_staff_taught_are_read_in_their_language(index):
    assert found(index, "brotkasten 5") == [5]
    assert index.readings("handy s21", KNOWN, "de")[0] == Typed(("galaxy",), "s21")
    assert index.readings("handy s21", KNOWN, "fr")[0] == Typed((), "s21")


def hints(index: PrefixIndex, text: str) -> list[str]:
    readings = index.readings(text, KNOWN, "en")
    hits = [product for typed in readings for product in index.find(typed, ALL, 30)]
    return completions(text, readings, list({product.pk: product for product in hits}.values()), index)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ipho", ["iphone"]),
        ("iphone 1", ["iphone 13", "iphone 15"]),
        ("iphone 13", ["iphone 13 pro", "iphone 13 mini"]),
        ("ipone", ["iphone", "iphone 13", "iphone 15"]),
        ("ps5", ["playstation 5"]),
        ("ip 13", ["iphone 13", "iphone 13 pro", "iphone 13 mini"]),
        ("zzz", []),
    ],
)
def test_a_search_is_completed_from_names(index, text, first):
    assert hints(index, text)[:3] == first


def test_others_searches_are_taken_that_have_all_that_was_typed():
    assert continues("iphone 13 mini", Typed(("iphone",), "1"))
    assert continues("refurbished iphone", Typed((), "ip"))
    assert not continues("iphone", Typed(("iphone",), "i"))
    assert not continues("galaxy s21", Typed((), "ip"))
