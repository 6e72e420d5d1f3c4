"""What a price was before: the lowest in the 30 days before a reduction (Price Indication Directive, article 6a)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price in minor units and the moment since when it holds."""

    price_minor: int
    from_at: datetime


def lowest_before_reduction(points: Sequence[PricePoint], *, now: datetime) -> int | None:
    """
    Return the lowest price in the 30 days before the last reduction, or None if the price was not reduced lately.

    `points` are in the order of time and the last one is the price that holds now. A price that holds for 30 days
    is no longer announced as reduced.
    """
    if len(points) < 2:
        return None
    current, before = points[-1], points[-2]
    if before.price_minor <= current.price_minor or current.from_at <= now - LOOK_BACK:
        return None
    since = current.from_at - LOOK_BACK
    earlier = points[:-1]
    ends = [point.from_at for point in points[1:]]
    return min(point.price_minor for point, end in zip(earlier, ends, strict=True) if end > since)


@dataclass(frozen=True, slots=True)
class Reduction:
    """A price that may be announced as reduced: since when, and the lowest price of the 30 days before."""

    reduced_at: datetime
    low_before_minor: int


def reduction(points: Sequence[PricePoint], *, now: datetime) -> Reduction | None:
    """
    Return the reduction that may be announced, or None.

    A price that went up first and came down to no less than it was before is no reduction, whatever the last step.
    """
    low = lowest_before_reduction(points, now=now)
    if low is None or points[-1].price_minor >= low:
        return None
    return Reduction(points[-1].from_at, low)
