"""Ratings that say how sure one can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.rating import Rating, rating_tenths, shown_rating

counts = st.integers(1, 100_000)


@pytest.mark.parametrize(
    ("total", "count", "tenths"),
    [(0, 0, None), (5, 1, 41), (200, 40, 48), (10_000, 2_000, 50), (1, 1, 37), (40, 10, 40), (5_000, 5_000, 10)],
)
def test_few_ratings_stay_near_the_usual_and_many_speak_for_themselves(total, count, tenths):
    assert rating_tenths(total, count) == tenths
    assert shown_rating(total, count) == (tenths / 10 if tenths else None)


@given(counts, st.integers(1, 5))
def test_the_figure_lies_between_the_usual_and_the_mean(count, stars):
    tenths = rating_tenths(stars * count, count)

    assert tenths is not None
    assert min(40, 10 * stars) <= tenths <= max(40, 10 * stars)


@given(counts)
def test_more_good_ratings_never_lower_it(count):
    more, fewer = rating_tenths(5 * (count + 1), count + 1), rating_tenths(5 * count, count)

    assert more is not None
    assert fewer is not None
    assert more >= fewer


@pytest.mark.parametrize(("count", "confidence"), [(0, "few"), (4, "few"), (5, "some"), (29, "some"), (30, "many")])
def test_it_says_how_much_stands_behind_it(count, confidence):
    assert Rating(4 * count, count).confidence == confidence
