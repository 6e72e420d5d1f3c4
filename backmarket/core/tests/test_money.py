from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backmarket.core.money import CurrencyMismatchError, Money, round_half_up


def test_amounts_of_one_currency_add_and_subtract():
    assert Money(12_990, "EUR") + Money(10, "EUR") == Money(13_000, "EUR")
    assert Money(100, "EUR") - Money(250, "EUR") == Money(-150, "EUR")


def test_amounts_of_two_currencies_never_mix():
    with pytest.raises(CurrencyMismatchError):
        Money(1, "EUR") + Money(1, "GBP")
    with pytest.raises(CurrencyMismatchError):
        assert Money(1, "EUR") < Money(2, "USD")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_an_amount_is_a_whole_number_of_minor_units(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="unknown currency"):
        Money(1, "XXX")


@pytest.mark.parametrize(
    ("text", "minor"), [("129.90", 12_990), ("129,9", 12_990), (" 5 ", 500), ("0.01", 1), ("-3", -300)]
)
def test_parse_reads_major_units(text, minor):
    assert Money.parse(text, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["", "12,5x", "1.234", "NaN", "Infinity", "1e30", "--1"])
def test_parse_refuses_what_is_no_amount(text):
    with pytest.raises(ValueError, match="is not an amount"):
        Money.parse(text, "EUR")


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("2.49", 2)])
def test_halves_round_away_from_zero(value, rounded):
    assert round_half_up(Decimal(value)) == rounded


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_the_parts_of_a_split_sum_to_the_whole(minor, weights):
    parts = Money(minor, "EUR").split(weights)

    assert Money.total(parts, "EUR") == Money(minor, "EUR")
    assert len(parts) == len(weights)


def test_a_split_needs_a_positive_weight():
    with pytest.raises(ValueError, match="weights"):
        Money(10, "EUR").split([0, 0])


@pytest.mark.parametrize(
    ("locale", "money", "text"),
    [
        ("fr-fr", Money(129_900, "EUR"), "1\u202f299,00\xa0€"),
        ("en-gb", Money(12_900, "GBP"), "£129.00"),
        ("de-de", Money(129_905, "EUR"), "1.299,05\xa0€"),
        ("en-us", Money(5, "USD"), "$0.05"),
        ("nl-be", Money(-1_250, "EUR"), "€\xa0-12,50"),
    ],
)
def test_money_is_written_as_people_of_the_locale_do(locale, money, text):
    assert money.format(locale) == text


@pytest.mark.parametrize(
    ("locale", "minor", "text"),
    [("en-gb", 12_900, "£129"), ("en-gb", 12_950, "£129.50"), ("fr-fr", 12_900, "129\xa0£GB")],
)
def test_whole_drops_only_empty_decimals(locale, minor, text):
    assert Money(minor, "GBP").format(locale, whole=True) == text
