from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backmarket.markets.delivery import is_working_day
from care.rules.deadlines import add_working_hours

PARIS = ZoneInfo("Europe/Paris")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def paris(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (paris(2026, 11, 23, 12, 0), 24, paris(2026, 11, 24, 12, 0)),  # Monday to Tuesday
        (paris(2026, 11, 20, 18, 0), 24, paris(2026, 11, 23, 18, 0)),  # Friday evening to Monday evening
        (paris(2026, 11, 21, 9, 0), 24, paris(2026, 11, 24, 0, 0)),  # Saturday counts nothing
        (paris(2026, 11, 10, 12, 0), 24, paris(2026, 11, 12, 12, 0)),  # 11 November is a holiday in France
        (paris(2026, 12, 24, 6, 0), 48, paris(2026, 12, 29, 6, 0)),  # Christmas and its week end
        (paris(2027, 3, 26, 12, 0), 24, paris(2027, 3, 30, 12, 0)),  # Easter Monday, and the clocks change on Sunday
    ],
)
def test_only_whole_working_days_of_the_seller_count(start, hours, due):
    assert add_working_hours(start, hours, country="FR", zone=PARIS) == due


def oracle(start: datetime, hours: int, country: str, zone: ZoneInfo) -> datetime:
    """Count minute by minute."""
    at, left = start, hours * 60
    while left:
        left -= is_working_day(at.astimezone(zone).date(), country)
        at += MINUTE
    return at


@settings(max_examples=60, deadline=None)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
        lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    hours=st.integers(min_value=1, max_value=72),
    place=st.sampled_from([("FR", PARIS), ("DE", BERLIN), ("US", NEW_YORK)]),
)
@example(start=datetime(2026, 3, 27, 22, 30, tzinfo=UTC), hours=48, place=("DE", BERLIN))
@example(start=datetime(2026, 10, 23, 21, 59, tzinfo=UTC), hours=24, place=("FR", PARIS))
@example(start=datetime(2026, 11, 25, 23, 0, tzinfo=UTC), hours=24, place=("US", NEW_YORK))
def test_the_arithmetic_equals_a_minute_by_minute_count(start, hours, place):
    country, zone = place

    assert add_working_hours(start, hours, country=country, zone=zone) == oracle(start, hours, country, zone)
