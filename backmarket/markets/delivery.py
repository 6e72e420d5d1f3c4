"""When a parcel arrives: handling hours of the seller, cut-off, carrier days, weekends and public holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from .carriers import Carrier
from .registry import MARKETS, Market
from .remote import remote_area

CUT_OFF = time(14, 0)
SPREAD_DAYS = 2


@dataclass(frozen=True, slots=True)
class DeliveryWindow:
    """First and last likely day of arrival, both working days of the market."""

    earliest_date: date
    latest_date: date


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_working_day(day: date, country: str) -> bool:
    return day.weekday() < 5 and day not in _public_holidays(country, day.year)


def add_working_days(day: date, count: int, country: str) -> date:
    """Return the working day `count` working days after `day`; zero moves only off a free day."""
    while not is_working_day(day, country):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day, country):
            day += timedelta(days=1)
    return day


def dispatch_date(*, now: datetime, handling_hours: int, seller_country: str) -> date:
    """Return the day by which the seller hands the parcel over: handling counts from the 14:00 cut-off."""
    zone = MARKETS[seller_country].time_zone if seller_country in MARKETS else MARKETS["FR"].time_zone
    local = now.astimezone(zone)
    start = local.date() if local.time() < CUT_OFF else local.date() + timedelta(days=1)
    return add_working_days(start, max(1, -(-handling_hours // 24)) - 1, seller_country)


def next_cut_off(*, now: datetime, seller_country: str) -> datetime:
    """Return until when an order leaves as early as one placed now: the cut-off of the seller's next working day."""
    zone = MARKETS[seller_country].time_zone if seller_country in MARKETS else MARKETS["FR"].time_zone
    local = now.astimezone(zone)
    day = local.date() if local.time() < CUT_OFF else local.date() + timedelta(days=1)
    return datetime.combine(add_working_days(day, 0, seller_country), CUT_OFF, tzinfo=zone)


def rest_days(first: date, last: date, country: str) -> list[date]:
    """List the public holidays between two days on which carriers would have worked otherwise."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and day in _public_holidays(country, day.year)]


def delivery_window(
    *, now: datetime, handling_hours: int, seller_country: str, market: Market, carrier: Carrier, postcode: str = ""
) -> DeliveryWindow:
    """
    Promise a window of arrival for an order placed now.

    With a `postcode` of the market, islands and far regions get the days that the carrier needs more.
    """
    sent = dispatch_date(now=now, handling_hours=handling_hours, seller_country=seller_country)
    days = carrier.days_to(remote_area(postcode, market.code), is_domestic=seller_country == market.code)
    earliest = add_working_days(sent + timedelta(days=1), days - 1, market.code)
    return DeliveryWindow(earliest, add_working_days(earliest, min(SPREAD_DAYS, days), market.code))
