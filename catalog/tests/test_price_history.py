"""The lowest price in the 30 days before a reduction."""

from datetime import timedelta

import pytest

from catalog.rules.price_history import PricePoint, Reduction, lowest_before_reduction, reduction

from .factories import NOW


def points(*rows: tuple[int, int]) -> list[PricePoint]:
    return [PricePoint(price, NOW - timedelta(days=days)) for price, days in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), None),
        (((400, 5),), None),
        (((400, 5), (450, 2)), None),  # dearer than before
        (((450, 60), (400, 2)), 450),
        (((450, 60), (430, 20), (440, 10), (400, 2)), 430),
        (((300, 90), (450, 60), (400, 2)), 450),  # 300 ended more than 30 days before
        (((300, 90), (450, 31), (400, 2)), 300),  # 300 still held within them
        (((350, 20), (450, 10), (400, 2)), 350),  # the reduction is none against the lowest
        (((450, 60), (400, 30)), None),  # no longer announced
    ],
)
def test_lowest_before_reduction(rows, expected):
    assert lowest_before_reduction(points(*rows), now=NOW) == expected


def test_only_a_price_below_all_of_the_30_days_before_is_a_reduction():
    real = points((450, 60), (430, 20), (400, 2))
    raised_first = points((400, 60), (450, 10), (400, 2))

    assert reduction(real, now=NOW) == Reduction(NOW - timedelta(days=2), 430)
    assert reduction(raised_first, now=NOW) is None
