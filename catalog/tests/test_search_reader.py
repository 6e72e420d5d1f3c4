"""How searches are read: units, short forms, slips of the finger, six languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.colours import plain_colours
from catalog.search.documents import ProductFacts, document, vector_text
from catalog.search.reader import read
from catalog.search.spelling import corrected, segments
from catalog.search.text import normalised, tokens
from catalog.search.vocabulary import Vocabulary

NAMES = (
    "iphone 12 13 pro max mini se x galaxy s21 ultra fe macbook air 13in playstation 5 airpods wh 1000xm4 apple samsung"
    " sony nintendo 64 switch oled watch plus gen2 2"
).split()
KNOWN = Vocabulary(
    words=dict.fromkeys([*NAMES, "telephone", "casque", "ordinateur", "portable", "128gb", "6.1in"], 3),
    names=dict.fromkeys(NAMES, 3),
    brands={"apple": "Apple", "samsung": "Samsung", "sony": "Sony", "nintendo": "Nintendo"},
    categories={
        "telephone": "smartphones",
        "casque": "headphones",
        "ordinateur portable": "laptops",
        "portable": "smartphones",
        "iphone": "iphones",
    },
    category_names={},
    colours={
        "noir": frozenset({"black", "midnight"}),
        "noir intense": frozenset({"deep-black"}),
        "schwarz": frozenset({"black"}),
    },
    storages=frozenset({64, 128, 256, 512, 1000, 1024}),
    memories=frozenset({8, 16}),
    numbered=("nintendo 64",),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("128 Go", "128gb"),
        ("128GB", "128gb"),
        ("128 gigas", "128gb"),
        ("128g", "128gb"),
        ("5G", "5g"),
        ("1 To", "1024gb"),
        ("2TB", "2048gb"),
        ("6,1 pouces", "6.1in"),
        ("13-inch", "13in"),
        ("13″", "13in"),
        ("15,6 Zoll", "15.6in"),
        ("41 mm", "41mm"),
        ("2e génération", "gen2"),
        ("(2nd generation)", "gen2"),
        ("Gen 7", "gen7"),
        ("Galaxy S21+", "galaxy s21 plus"),
        ("WH-1000XM4", "wh 1000xm4"),
        ("Größe ÉCRAN", "grosse ecran"),
        ("𝑨𝐩𝐩𝐥𝐞", "apple"),
        ("", ""),
        ("'); DROP TABLE--", "drop table"),
    ],
)
def test_there_is_one_way_to_write_a_thing(typed, expected):
    assert normalised(typed) == expected


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_text_becomes_words_that_a_tsquery_can_quote(typed):
    words = tokens(typed)

    assert all(word and not set(word) & set("'\\:&|!() \x00") for word in words)
    assert all(word == word.casefold() for word in words)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_text_can_be_read(typed):
    reading = read(typed, KNOWN)

    assert set(reading.words) <= set(KNOWN.words)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ip 13 pm", "iphone 13 pro max"),
        ("iphone12", "iphone 12"),
        ("s21fe", "s21 fe"),
        ("galaxys21ultra", "galaxy s21 ultra"),
        ("ps5", "playstation 5"),
        ("play station 5", "playstation 5"),
        ("mba", "macbook air"),
        ("air pods", "airpods"),
        ("iphone 10", "iphone x"),
        ("ipone 12", "iphone 12"),
        ("samsnug s21", "samsung s21"),
        ("wh1000xm4", "wh 1000xm4"),
        ("iphone pas cher reconditionné", "iphone"),
    ],
)
def test_short_forms_and_slips_are_read_as_meant(typed, words):
    assert " ".join(read(typed, KNOWN).words) == words


def test_a_search_becomes_words_and_filters():
    reading = read("ipone 12 128 noir", KNOWN)

    assert reading.words == ["iphone", "12"]
    assert reading.values("storage") == [128]
    assert reading.values("colour") == ["black", "midnight"]
    assert reading.is_corrected
    assert reading.text == "iphone 12 128gb noir"


@pytest.mark.parametrize(
    ("typed", "storage", "memory"),
    [
        ("macbook 8 go ram 256 go", [256], [8]),
        ("macbook 8gb 256gb", [256], [8]),
        ("macbook 1 to", [1000, 1024], []),
        ("iphone 64", [64], []),
        ("iphone 12", [], []),
        ("nintendo 64", [], []),
        ("128", [], []),
        ("iphone 77", [], []),
    ],
)
def test_numbers_are_capacities_only_where_they_are_meant_so(typed, storage, memory):
    reading = read(typed, KNOWN)

    assert reading.values("storage") == storage
    assert reading.values("memory") == memory


def test_the_longest_colour_counts():
    assert read("iphone noir intense", KNOWN).values("colour") == ["deep-black"]


def test_a_category_of_two_words_is_one():
    parts = read("ordinateur portable apple", KNOWN).parts

    assert [(part.kind, part.text) for part in parts] == [("category", "ordinateur portable"), ("brand", "apple")]


def test_a_name_is_no_category():
    assert [part.kind for part in read("iphone", KNOWN).parts] == ["word"]


def test_a_part_can_be_taken_away():
    reading = read("iphone 12 128 noir", KNOWN)

    storage = next(part for part in reading.parts if part.kind == "storage")
    assert reading.without(storage) == "iphone 12 noir"


def test_the_last_word_may_be_only_begun():
    reading = read("apple air", KNOWN)
    begun = read("apple airp", KNOWN)

    assert (reading.words, reading.prefix) == (["apple", "air"], "")
    assert (begun.words, begun.prefix) == (["apple"], "airp")


def test_what_means_nothing_is_set_aside_and_named():
    reading = read("iphone qwxyz", KNOWN)

    assert (reading.words, reading.ignored) == (["iphone"], ["qwxyz"])


def test_models_are_never_guessed():
    assert corrected("s22", KNOWN.names) is None
    assert corrected("1000xm5", KNOWN.names) is None
    assert segments("99", {"9": 1}) == []


@pytest.mark.parametrize(
    ("hex_colour", "expected"),
    [
        ("#242a33", {"black"}),
        ("#f1eadd", {"white"}),
        ("#a4bfd6", {"blue"}),
        ("#b8202e", {"red"}),
        ("#4b5750", {"grey"}),
        ("", set()),
        ("red", set()),
    ],
)
def test_a_finish_counts_as_the_plain_colour_that_people_type(hex_colour, expected):
    assert expected <= plain_colours(hex_colour)
    assert bool(plain_colours(hex_colour)) == bool(expected)


def test_a_document_tells_the_name_from_everything_else():
    words = document(
        ProductFacts(
            name="AirPods Pro (2nd generation)",
            brand="Apple",
            launch_year=2022,
            categories=["earbuds", "audio"],
            category_names=["Écouteurs"],
            details=["White", "128gb"],
        )
    )

    assert words["A"] == ("airpods", "pro")
    assert words["B"] == ("apple", "gen2", "2022", "2")
    assert "ecouteurs" in words["C"]
    assert words["D"] == ("white", "128gb")
    assert vector_text({"A": ("pro",), "B": ("2",)}) == "'pro':1A '2':1B"
