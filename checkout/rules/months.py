"""Closed months, by the calendar of whoever bills them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Month:
    first_date: date
    zone: ZoneInfo

    @property
    def last_date(self) -> date:
        return _next(self.first_date) - timedelta(days=1)

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.first_date, time.min, tzinfo=self.zone)

    @property
    def end_at(self) -> datetime:
        """The first instant of the month after."""
        return datetime.combine(_next(self.first_date), time.min, tzinfo=self.zone)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def closed_months(now: datetime, zone: ZoneInfo, *, count: int) -> list[Month]:
    """List the last `count` months that are over, oldest first."""
    first = now.astimezone(zone).date().replace(day=1)
    months: list[Month] = []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        months.insert(0, Month(first, zone))
    return months
