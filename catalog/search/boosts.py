"""What staff want seen first, earlier or last, for one search or for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.enums import BoostKind


@dataclass(frozen=True, slots=True)
class Boost:
    """A wish of staff; `query` is a search as it was read, empty for all searches."""

    query: str
    product_id: int
    kind: str
    points: int
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Products to show first in this order, points to add to popularities, and products to show last."""

    pinned: tuple[int, ...] = ()
    raised: tuple[tuple[int, int], ...] = ()
    buried: tuple[int, ...] = ()


def preferences(boosts: Sequence[Boost], query: str, now: datetime) -> Preferences:
    """Return what counts for a search now; a wish for this very search comes before one for all."""
    by_product: dict[int, Boost] = {}
    for boost in sorted(boosts, key=lambda boost: boost.query != ""):
        if boost.query in ("", query) and boost.holds(now):
            by_product[boost.product_id] = boost
    found = by_product.values()
    pinned = sorted((boost for boost in found if boost.kind == BoostKind.PIN), key=lambda boost: -boost.points)
    return Preferences(
        pinned=tuple(boost.product_id for boost in pinned),
        raised=tuple((boost.product_id, boost.points) for boost in found if boost.kind == BoostKind.RAISE),
        buried=tuple(boost.product_id for boost in found if boost.kind == BoostKind.BURY),
    )
