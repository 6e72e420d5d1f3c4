"""Until when a shopper may change their mind (domain.md, "Promises to shoppers")."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backmarket.markets.delivery import add_working_days

PERIOD_DAYS = 30
# What is bought from here to the end of the year is often a present: it may be given back until 31 January.
PRESENTS_FROM = (11, 20)
PRESENTS_UNTIL = (1, 31)


def last_day(*, bought: date, delivered: date, country: str) -> date:
    """
    Return the last day on which a contract can be withdrawn from.

    The day of delivery does not count; a last day on a weekend or a public holiday of the shopper's country moves to
    the next working day, as Regulation 1182/71, article 3(4), has it.
    """
    day = delivered + timedelta(days=PERIOD_DAYS)
    if (bought.month, bought.day) >= PRESENTS_FROM:
        day = max(day, date(bought.year + 1, *PRESENTS_UNTIL))
    return add_working_days(day, 0, country)


def is_within(now: datetime, last: date, zone: ZoneInfo) -> bool:
    """Tell whether a declaration made now is in time: the whole of the last day counts, on the shopper's clock."""
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    return now < end
