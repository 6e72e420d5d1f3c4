from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from backmarket.core.money import Money
from merchants.rules.charts import HEIGHT, LEFT, TOP, WIDTH, bar_chart, nice_step, parts_of_bar
from merchants.rules.imei import clean_imei, imei_problem

DAY = date(2026, 11, 23)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_an_imei_with_its_fitting_digit_has_no_problem(first):
    imei = first + luhn.calc_check_digit(first)

    assert imei_problem(imei) == ""
    assert clean_imei(f" {imei[:2]}-{imei[2:8]} {imei[8:]} ") == imei


@given(st.text(alphabet="0123456789", min_size=14, max_size=14), st.integers(1, 9))
def test_an_imei_with_any_other_last_digit_has_one(first, off):
    wrong = (int(luhn.calc_check_digit(first)) + off) % 10

    assert imei_problem(f"{first}{wrong}").startswith("The last digit does not fit")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=31))
def test_bars_stay_inside_their_drawing(amounts):
    days = [(DAY + timedelta(days=n), Money(amount, "EUR")) for n, amount in enumerate(amounts)]

    chart = bar_chart(days)

    assert len(chart.bars) == len(amounts)
    for bar in chart.bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH + 0.2
        assert TOP - 0.2 <= bar.y <= HEIGHT
        assert bar.height >= 0


@pytest.mark.parametrize(("highest", "step"), [(0, 100), (400, 100), (401, 200), (100_000, 50_000), (380_000, 100_000)])
def test_scales_are_round(highest, step):
    assert nice_step(highest) == step


def test_a_bar_is_cut_by_counts_and_leaves_out_what_is_empty():
    parts = parts_of_bar([("winning", 3), ("losing", 1), ("paused", 0)], width=402, gap=2)

    assert [(part.key, part.x, part.width) for part in parts] == [("winning", 0.0, 300.0), ("losing", 302.0, 100.0)]


def test_a_bar_of_nothing_has_no_parts():
    assert parts_of_bar([("winning", 0)]) == []
