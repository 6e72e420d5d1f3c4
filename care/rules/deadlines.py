"""Service-level arithmetic: hours that count over whole working days (domain.md, "Promises to shoppers")."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backmarket.markets.delivery import is_working_day

ANSWER_HOURS = 24
ESCALATION_HOURS = 48
SUPPORT_HOURS = 24
_DAY = timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def add_working_hours(start: datetime, hours: int, *, country: str, zone: ZoneInfo) -> datetime:
    """
    Return the instant when `hours` have passed, counting only whole working days (00 to 24) of a country.

    Each working day counts as it really is, 23 or 25 hours long when the clocks change.
    """
    left = timedelta(hours=hours)
    at = start
    while True:
        day = at.astimezone(zone).date()
        end = _midnight(day + _DAY, zone).astimezone(start.tzinfo)
        if is_working_day(day, country):
            if at + left <= end:
                return at + left
            left -= end - at
        at = end
