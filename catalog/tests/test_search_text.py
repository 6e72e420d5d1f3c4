"""The normal form of words, what products are indexed by, and finishes as plain colours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.colours import plain_colours
from catalog.search.documents import ProductFacts, document, vector_text
from catalog.search.text import name_tokens, normalised, stem, tokens


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("128 Go", "128gb"),
        ("128GB", "128gb"),
        ("128 Gb", "128gb"),
        ("128 gigas", "128gb"),
        ("128g", "128gb"),
        ("5G", "5g"),
        ("1 To", "1024gb"),
        ("1to 16go", "1024gb 16gb"),
        ("2TB", "2048gb"),
        ("200 to 300", "200 to 300"),
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
        ("300€", "300 eur"),
        ("£99.50", "gbp 99.50"),
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


@given(st.text(alphabet="aàeéiîoößuüñçAÉ 0123456789.,+-″°'GBgomTto", max_size=40))
@settings(max_examples=400, deadline=None)
def test_the_normal_form_is_its_own_normal_form(typed):
    once = normalised(typed)

    assert normalised(normalised(once)) == normalised(once)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéàüñç ", max_size=40))
@settings(max_examples=200, deadline=None)
def test_case_and_accents_do_not_matter(typed):
    plain = typed.translate(str.maketrans("éàüñç", "eaunc"))

    assert normalised(typed.upper()) == normalised(typed) == normalised(plain)


@pytest.mark.parametrize(
    "forms",
    [
        ("montre", "montres"),
        ("telefono", "telefoni", "telefonos"),
        ("konsole", "konsolen"),
        ("ordinateur", "ordinateurs"),
        ("cuffia", "cuffie"),
        ("telefoon", "telefoons"),
        ("portatil", "portatiles", "portatili"),
        ("watch", "watches"),
    ],
)
def test_one_and_many_have_the_same_stem(forms):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["plus", "mini", "s21", "128gb", "max", "xs"])
def test_short_words_and_models_have_no_stem(word):
    assert stem(word) == word


def test_names_are_taken_apart_where_a_number_ends_a_word():
    assert name_tokens("Galaxy Watch4 Classic") == ["galaxy", "watch", "4", "classic"]
    assert name_tokens("Z 6II") == ["z", "6", "ii"]
    assert name_tokens("AirPods (2nd generation)") == ["airpods", "gen2"]
    assert name_tokens("Galaxy S21 WH-1000XM4") == ["galaxy", "s21", "wh", "1000xm4"]


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
            details=["White", "128gb", "45 mm"],
        )
    )

    assert words["A"] == ("airpods", "pro")
    assert words["B"] == ("apple", "gen2", "2022", "2")
    assert "ecouteurs" in words["C"]
    assert words["D"] == ("white", "128gb", "45mm", "45")
    assert vector_text({"A": ("pro",), "B": ("2",)}) == "'pro':1A '2':1B"
