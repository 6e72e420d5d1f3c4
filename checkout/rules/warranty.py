"""The warranty clock of a device: months from its delivery (domain.md, "Promises to shoppers")."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


def last_day(delivered: date, months: int) -> date:
    """Return the last day of a warranty: the same day of the month, or the last one of a shorter month."""
    year, month = divmod(delivered.year * 12 + delivered.month - 1 + months, 12)
    return date(year, month + 1, min(delivered.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class WarrantyClock:
    """How much of a warranty is left on a day."""

    since: date
    until: date
    today: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def days_left(self) -> int:
        """Days that are left, today included; none before nor after the warranty."""
        return min(max((self.until - self.today).days, 0), self.days)

    @property
    def percent_left(self) -> int:
        return 100 * self.days_left // self.days

    @property
    def is_over(self) -> bool:
        return self.today > self.until


def clock_of(*, delivered: date, months: int, today: date) -> WarrantyClock:
    return WarrantyClock(since=delivered, until=last_day(delivered, months), today=today)
