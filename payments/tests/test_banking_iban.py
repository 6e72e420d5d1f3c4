import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.banking.iban import (
    IbanInvalidError,
    IbanOutsideSepaError,
    is_sepa,
    masked_iban,
    name_matches,
    normalise_iban,
    sepa_iban,
)
from payments.banking.iban import NameDifference as D


def test_an_iban_is_written_without_blanks_in_capitals():
    assert normalise_iban(" de89 3704-0044 0532 0130 00 ") == "DE89370400440532013000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "DE89370400440532013001",
        "DE8937040044053201300",
        "XX89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 60",
        "DE89370400440532013000 & more",
        "ДЕ89370400440532013000",
    ],
)
def test_what_is_no_iban_is_refused(text):
    with pytest.raises(IbanInvalidError):
        normalise_iban(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text):
    with contextlib.suppress(IbanInvalidError):
        assert normalise_iban(text).isalnum()


def test_any_two_swapped_neighbours_are_noticed():
    iban = "FR1420041010050500013M02606"
    swapped = {iban[:i] + iban[i + 1] + iban[i] + iban[i + 2 :] for i in range(len(iban) - 1)} - {iban}

    for wrong in swapped:
        with pytest.raises(IbanInvalidError):
            normalise_iban(wrong)


def test_sepa_is_the_country_of_the_account():
    assert [is_sepa(iban) for iban in ("FR14", "GB29", "CH93", "RS35", "US00", "TR33", "SA03")] == [True] * 4 + [
        False
    ] * 3

    assert sepa_iban("CH93 0076 2011 6238 5295 7") == "CH9300762011623852957"
    with pytest.raises(IbanOutsideSepaError):
        sepa_iban("TR33 0006 1005 1978 6457 8413 26")


def test_a_masked_iban_shows_country_and_last_four():
    assert masked_iban("DE89 3704 0044 0532 0130 00") == "DE •••• 3000"


@pytest.mark.parametrize(
    ("holder", "legal", "grade", "differences"),
    [
        ("Recommerce Lab SAS", "Recommerce Lab SAS", "match", ()),
        ("RECOMMERCE LAB SAS", "Recommerce Lab SAS", "match", (D.CASE,)),
        ("Reparations Lefevre SARL", "Réparations Lefèvre SARL", "match", (D.ACCENTS,)),
        ("MUELLER ELEKTRONIK GMBH", "Müller Elektronik GmbH", "match", (D.CASE, D.ACCENTS)),
        ("Muller Elektronik GmbH", "Müller Elektronik GmbH", "match", (D.ACCENTS,)),
        ("Telefonica Usata Srl", "Telefonica Usata S.r.l.", "match", (D.PUNCTUATION,)),
        ("Tweede Leven BV", "Tweede Leven B.V.", "match", (D.PUNCTUATION,)),
        ("SARL Atelier du Mobile", "Atelier du Mobile SARL", "match", ()),
        ("Phoenix Cellular Limited", "Phoenix Cellular Ltd", "match", (D.LEGAL_FORM_WRITTEN,)),
        ("Wieder Neu GmbH und Co KG", "Wieder Neu GmbH & Co. KG", "match", (D.PUNCTUATION, D.LEGAL_FORM_WRITTEN)),
        (
            "Wieder Neu Gesellschaft mit beschränkter Haftung",
            "Wieder Neu GmbH",
            "match",
            (D.ACCENTS, D.LEGAL_FORM_WRITTEN),
        ),
        ("Segunda Vida Moviles", "Segunda Vida Moviles S.L.", "match", (D.PUNCTUATION, D.LEGAL_FORM_MISSING)),
        ("L'Atelier du Mobile", "L Atelier du Mobile", "match", (D.PUNCTUATION,)),
        ("Marie Dupont", "Dupont Marie", "close_match", (D.WORD_ORDER,)),
        ("Wieder Neu AG", "Wieder Neu GmbH", "close_match", (D.LEGAL_FORM_OTHER,)),
        ("Wieder Neu GmbH", "Wieder Neu GmbH & Co. KG", "close_match", (D.PUNCTUATION, D.LEGAL_FORM_OTHER)),
        ("Recomerce Lab SAS", "Recommerce Lab SAS", "close_match", (D.SPELLING,)),
        ("Jean Martin", "Recommerce Lab SAS", "no_match", (D.WORDS,)),
        ("Recommerce", "Recommerce Lab International SAS", "no_match", (D.WORDS,)),
        ("SAS", "Recommerce Lab SAS", "no_match", (D.WORDS,)),
        ("", "Recommerce Lab SAS", "no_match", (D.WORDS,)),
        ("!!!", "???", "no_match", (D.WORDS,)),
    ],
)
def test_names_are_graded_with_what_differs(holder, legal, grade, differences):
    found = name_matches(holder, legal)

    assert (found.grade, found.differences) == (grade, differences)
    assert name_matches(legal, holder).grade == grade


@given(st.text(max_size=30), st.text(max_size=30))
def test_grading_any_names_is_symmetric(one, other):
    assert name_matches(one, other).grade == name_matches(other, one).grade
