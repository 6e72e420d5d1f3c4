"""The layout of filters: what stands open, what is folded away, and where the price histogram is drawn."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from catalog.rules.facets import PRICE_STEPS
from catalog.selectors.pages.facets import Facet, FacetOption, Facets, PriceBar
from catalog.web.filters import STEPS, filter_groups, price_slider


def facet(key: str, count: int, *, chosen: int | None = None, is_single: bool = False) -> Facet:
    options = [FacetOption(str(n), f"Option {n}", 9, is_chosen=n == chosen) for n in range(count)]
    return Facet(key, key.title(), tuple(options), is_chosen=chosen is not None, is_single=is_single)


def facets(groups: list[Facet] | None = None, prices: Sequence[tuple[int, int | None, int]] | None = None) -> Facets:
    bars = [PriceBar(low * 100, high and high * 100, count, is_inside=True) for low, high, count in prices or []]
    return Facets(groups or [], bars, low_minor=10_500, high_minor=640_000, total=9)


def test_a_long_group_shows_eight_options_and_folds_the_rest():
    short, long, swatches = filter_groups(facets([facet("storage", 10), facet("brand", 11), facet("colour", 11)]))

    assert [(len(group.first), len(group.rest)) for group in (short, long, swatches)] == [(10, 0), (8, 3), (9, 2)]
    assert [group.kind for group in (short, long, swatches)] == ["checks", "checks", "swatches"]


def test_a_choice_among_the_folded_options_opens_them():
    kept, opened = filter_groups(facets([facet("brand", 12, chosen=1), facet("model", 12, chosen=10)]))

    assert (kept.is_rest_open, opened.is_rest_open) == (False, True)
    assert (kept.chosen_count, opened.chosen_count) == (1, 1)


def test_the_first_six_groups_and_those_with_a_choice_stand_open():
    groups = filter_groups(facets([facet(f"f{n}", 2, chosen=1 if n == 8 else None) for n in range(10)]))

    assert [group.is_open for group in groups] == [True] * 6 + [False, False, True, False]


def test_a_group_of_one_choice_is_made_of_radios():
    (days,) = filter_groups(facets([facet("days", 3, is_single=True)]))

    assert (days.kind, days.control) == ("radios", "radio")


def test_prices_in_one_bucket_need_no_slider():
    assert price_slider(facets(prices=[(100, 120, 4)]), from_minor=None, to_minor=None, currency="EUR") is None


def test_thumbs_stand_at_the_ends_until_a_price_is_chosen():
    prices = [(100, 120, 4), (120, 140, 0), (140, 160, 8)]

    slider = price_slider(facets(prices=prices), from_minor=None, to_minor=None, currency="EUR")

    assert slider is not None
    assert (slider.low_stop, slider.high_stop, slider.last_stop) == (0, 15, 15)
    assert slider.edges == (100, 120, 140, 160)
    assert [(bar.x, bar.height) for bar in slider.bars] == [(1, 32), (101, 0), (201, 64)]
    assert (slider.line_x, slider.line_width) == (0, slider.width)


@pytest.mark.parametrize(
    ("low", "high", "stops"),
    [
        (120, None, (5, 15)),
        (104, 148, (1, 12)),
        (1, 9999, (0, 15)),
        (159, 160, (14, 15)),
        (9000, None, (14, 15)),
        (None, 1, (0, 1)),
    ],
)
def test_a_price_stands_at_the_nearest_stop_and_thumbs_never_meet(low, high, stops):
    slider = price_slider(
        facets(prices=[(100, 120, 4), (120, 140, 0), (140, 160, 8)]),
        from_minor=low and low * 100,
        to_minor=high and high * 100,
        currency="EUR",
    )

    assert slider is not None
    assert (slider.low_stop, slider.high_stop) == stops


def test_the_open_bucket_ends_at_the_next_thousand():
    slider = price_slider(
        facets(prices=[(4000, 5000, 1), (5000, None, 1)]), from_minor=None, to_minor=None, currency="EUR"
    )

    assert slider is not None
    assert slider.edges == (4000, 5000, 7000)


def test_every_bucket_falls_into_stops_of_whole_units():
    widths = [high - low for low, high in pairwise(PRICE_STEPS)]

    assert [width for width in widths if width % STEPS] == []
