"""When money leaves for sellers (domain.md, "Money in short")."""

from datetime import date, timedelta

PAYOUT_DAYS = (6, 16, 26)


def next_payout_date(today: date) -> date:
    """Return the next payout day, today included."""
    day = today
    while day.day not in PAYOUT_DAYS:
        day += timedelta(days=1)
    return day
