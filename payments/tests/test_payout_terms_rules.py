"""When money leaves and how much: month ends, weekends, TARGET holidays, reserve, minimum and carry-over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backmarket.core.money import Money
from payments.enums import PayoutOutcome, PayoutSchedule
from payments.rules.payout_terms import (
    Terms,
    is_banking_day,
    is_payout_date,
    next_payout_date,
    plan_payout,
)

DEFAULT, DAILY = Terms(), Terms(schedule=PayoutSchedule.DAILY)
MONDAYS, FRIDAYS = (Terms(schedule=PayoutSchedule.WEEKLY, weekday=day) for day in (0, 4))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("terms", "today", "expected"),
    [
        (DEFAULT, date(2026, 11, 23), date(2026, 11, 26)),
        (DEFAULT, date(2026, 11, 26), date(2026, 11, 26)),
        # 6 December 2026 is a Sunday.
        (DEFAULT, date(2026, 11, 27), date(2026, 12, 7)),
        (DEFAULT, date(2026, 12, 8), date(2026, 12, 16)),
        # 26 December is a holiday and a Saturday.
        (DEFAULT, date(2026, 12, 17), date(2026, 12, 28)),
        (DEFAULT, date(2026, 12, 29), date(2027, 1, 6)),
        (DEFAULT, date(2028, 2, 29), date(2028, 3, 6)),
        (MONDAYS, date(2026, 11, 23), date(2026, 11, 23)),
        (MONDAYS, date(2026, 11, 24), date(2026, 11, 30)),
        # Easter Monday moves to the day after, and so does Good Friday.
        (MONDAYS, date(2026, 3, 31), date(2026, 4, 7)),
        (FRIDAYS, date(2026, 3, 28), date(2026, 4, 7)),
        (FRIDAYS, date(2026, 12, 31), date(2027, 1, 4)),
        (DAILY, date(2026, 4, 2), date(2026, 4, 2)),
        (DAILY, date(2026, 4, 3), date(2026, 4, 7)),
    ],
)
def test_money_leaves_on_the_agreed_day_or_the_next_banking_day(terms, today, expected):
    assert next_payout_date(terms, today) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from([DEFAULT, DAILY, MONDAYS, FRIDAYS]))
def test_the_next_payout_date_has_banks_and_none_is_skipped(today, terms):
    found = next_payout_date(terms, today)

    assert is_banking_day(found)
    assert is_payout_date(terms, found)
    assert not any(is_payout_date(terms, today + timedelta(days=n)) for n in range((found - today).days))


@pytest.mark.parametrize("year", range(2024, 2032))
def test_each_month_has_three_payout_dates(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]

    months = [day.month for day in days if is_payout_date(DEFAULT, day)]

    assert [months.count(month) for month in range(1, 13)] == [3] * 12


@pytest.mark.parametrize(
    ("payable", "earned", "terms", "held", "expected"),
    [
        (10_000, 10_000, Terms(), False, (PayoutOutcome.PAID_OUT, 10_000, 0)),
        (10_005, 10_005, Terms(reserve_percent=Decimal(10)), False, (PayoutOutcome.PAID_OUT, 9_004, 1_001)),
        # What came back from a reserve or a bank is paid in full.
        (10_000, 4_000, Terms(reserve_percent=Decimal("2.5")), False, (PayoutOutcome.PAID_OUT, 9_900, 100)),
        (10_000, -500, Terms(reserve_percent=Decimal(10)), False, (PayoutOutcome.PAID_OUT, 10_000, 0)),
        (300, 9_000, Terms(reserve_percent=Decimal(10)), False, (PayoutOutcome.NOTHING, 0, 0)),
        (10_000, 10_000, Terms(reserve_percent=Decimal(100)), False, (PayoutOutcome.NOTHING, 0, 0)),
        (0, 0, Terms(), False, (PayoutOutcome.NOTHING, 0, 0)),
        (-1, -1, Terms(), True, (PayoutOutcome.CARRIED_OVER, 0, 0)),
        (2_500, 2_500, Terms(minimum_minor=2_500), False, (PayoutOutcome.PAID_OUT, 2_500, 0)),
        (2_499, 2_499, Terms(minimum_minor=2_500), False, (PayoutOutcome.BELOW_MINIMUM, 0, 0)),
        (10_000, 10_000, Terms(), True, (PayoutOutcome.HELD, 0, 0)),
    ],
)
def test_what_becomes_of_a_payable_balance(payable, earned, terms, held, expected):
    plan = plan_payout(payable=eur(payable), earned=eur(earned), terms=terms, held=held)

    assert (plan.outcome, plan.amount.amount_minor, plan.reserve.amount_minor) == expected


@given(
    st.integers(-(10**9), 10**12),
    st.integers(-(10**9), 10**12),
    st.decimals(0, 100, places=2),
    st.integers(0, 10**6),
)
def test_amount_and_reserve_are_never_more_than_is_payable(payable, earned, percent, minimum):
    terms = Terms(reserve_percent=percent, minimum_minor=minimum)
    plan = plan_payout(payable=eur(payable), earned=eur(earned), terms=terms, held=False)

    if plan.outcome == PayoutOutcome.PAID_OUT:
        assert plan.amount + plan.reserve == eur(payable)
        assert (plan.amount.amount_minor > 0, plan.reserve.amount_minor >= 0) == (True, True)
        assert plan.amount.amount_minor >= minimum
    else:
        assert (plan.amount, plan.reserve) == (eur(0), eur(0))
