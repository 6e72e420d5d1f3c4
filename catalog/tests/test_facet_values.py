"""Facet values: what an offer can be filtered by, as strings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.facets import (
    DAYS,
    FACETS,
    PRICE_STEPS,
    OfferFacts,
    facet_values,
    price_bucket,
)


def values(**fields):
    facts = {
        "brand": "apple",
        "model": "iphone-13",
        "seller": "atelier",
        "grade": "good",
        "price_minor": 45_900,
        "days": 4,
    }
    return facet_values(OfferFacts(**{**facts, **fields}))


def test_an_offer_carries_what_it_can_be_filtered_by():
    found = values(
        categories=("iphones", "smartphones"),
        storage_gb=128,
        memory_gb=4,
        finish="midnight",
        colours={"black"},
        attributes={"carrier_lock": "unlocked"},
        specs=[{"key": "screen_in", "value": 6.1}, {"key": "connectivity", "value": "5g, wifi-6, bluetooth, nfc"}],
    )

    assert found == sorted(
        "brand:apple category:iphones category:smartphones colour:black days:5 days:7 feature:5g feature:nfc "
        "feature:wifi-6 finish:midnight grade:good lock:unlocked memory:4 model:iphone-13 price:18 screen:6 "
        "seller:atelier storage:128".split()
    )


@pytest.mark.parametrize(("days", "kept"), [(1, ["2", "3", "5", "7"]), (3, ["3", "5", "7"]), (6, ["7"]), (8, [])])
def test_days_are_at_most(days, kept):
    assert [value for value in values(days=days) if value.startswith("days:")] == [f"days:{day}" for day in kept]


@pytest.mark.parametrize(
    ("tenths", "count", "kept"),
    [
        (46, 5, ["3.5", "4", "4.5"]),
        (45, 9, ["3.5", "4", "4.5"]),
        (44, 9, ["3.5", "4"]),
        (30, 9, []),
        (50, 4, []),
        (None, 0, []),
    ],
)
def test_ratings_are_at_least_and_need_some_buyers(tenths, count, kept):
    found = values(rating_tenths=tenths, rating_count=count)

    assert [value for value in found if value.startswith("rating:")] == [f"rating:{least}" for least in kept]


@pytest.mark.parametrize(("size", "shown"), [(1000, "1024"), (1024, "1024"), (2000, "2048"), (512, "512")])
def test_a_terabyte_is_one_value_however_makers_count_it(size, shown):
    assert f"storage:{shown}" in values(storage_gb=size)


@pytest.mark.parametrize(
    ("inches", "shown"),
    [(6.1, "screen:6"), (6.67, "screen:6.5"), (5.99, "screen:5.5"), (13.3, "screen:13"), (8, "screen:8")],
)
def test_screens_fall_into_classes(inches, shown):
    assert [value for value in values(attributes={"screen_in": inches}) if value.startswith("screen:")] == [shown]


@pytest.mark.parametrize("odd", [None, "", "large", 0, -3, [6.1]])
def test_a_screen_of_no_known_size_has_no_class(odd):
    assert not any(value.startswith("screen:") for value in values(specs=[{"key": "screen_in", "value": odd}]))


@given(st.integers(min_value=0, max_value=10**9))
def test_every_price_stands_in_the_bucket_that_holds_it(price_minor):
    place = price_bucket(price_minor)

    assert PRICE_STEPS[place] * 100 <= price_minor
    assert place + 1 == len(PRICE_STEPS) or price_minor < PRICE_STEPS[place + 1] * 100


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=10**7))
def test_values_are_distinct_and_of_known_facets(days, price_minor):
    found = values(days=days, price_minor=price_minor)

    assert len(found) == len(set(found))
    assert {value.partition(":")[0] for value in found} <= set(FACETS)
    assert sum(value.startswith("days:") for value in found) == sum(days <= most for most in DAYS)
