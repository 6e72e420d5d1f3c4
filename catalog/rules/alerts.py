"""When an alert's condition holds, and whether that is news."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

# After a mail, a price that goes up and down is not told of again for a day.
QUIET = timedelta(days=1)


class Verdict(StrEnum):
    """What to do with an alert: nothing, arm it for the next time, tell its person, or look again later."""

    NOTHING = "nothing"
    ARM = "arm"
    TELL = "tell"
    LATER = "later"


def is_met(prices_minor: Iterable[int], limit_minor: int | None) -> bool:
    """Tell whether what is in stock fulfils an alert; without a limit any price does."""
    return any(limit_minor is None or price <= limit_minor for price in prices_minor)


def verdict(*, met: bool, was_met: bool, told_at: datetime | None, now: datetime) -> Verdict:
    """Decide by what was found now and at the last look: only the crossing is news."""
    if met == was_met:
        return Verdict.NOTHING
    if not met:
        return Verdict.ARM
    if told_at is not None and now < told_at + QUIET:
        return Verdict.LATER
    return Verdict.TELL
