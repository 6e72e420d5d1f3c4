"""Until when a merchant accepts and dispatches, and when money matures."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from backmarket.markets.delivery import add_working_days
from backmarket.markets.registry import MARKETS

ACCEPT_HOURS = 24
MATURITY_DAYS = 7


def zone_of(country: str) -> ZoneInfo:
    return MARKETS[country if country in MARKETS else "FR"].time_zone


def working_deadline(start: datetime, hours: int, *, country: str) -> datetime:
    """Return the end of working time: `hours` as whole working days of the seller's country, at the same clock time."""
    local = start.astimezone(zone_of(country))
    country = country if country in MARKETS else "FR"
    day = add_working_days(local.date(), max(1, -(-hours // 24)), country)
    return datetime.combine(day, local.time(), tzinfo=local.tzinfo)


def matures_at(shipped_at: datetime, *, market: str) -> datetime:
    """Funds mature at the start of the day 7 calendar days after dispatch, in the market's time zone (money.md)."""
    zone = MARKETS[market].time_zone
    day = shipped_at.astimezone(zone).date() + timedelta(days=MATURITY_DAYS)
    return datetime.combine(day, time.min, tzinfo=zone)
