"""
Pick-up points: where a parcel waits for its buyer instead of being carried to the door.

Carriers answer this over their own networks; `PickUpPoints` is what the shop needs of one, and `TablePickUpPoints`
answers from a table. Near means near by postcode: its first characters are regions, its last ones streets.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

TABLE = Path(__file__).parent / "data" / "pickup_points.txt"
# Postcodes further apart than this are not near, by how many digits they have in front.
REACH = {5: 1_999, 4: 399}
# The letters in front of London's postcodes are quarters of one town, and so are none of the others'.
LONDON = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})
ACROSS_TOWN = 50


@dataclass(frozen=True, slots=True)
class PickUpPoint:
    """One shop, counter or locker; `key` is its name at the carrier."""

    key: str
    market: str
    name: str
    street: str
    postcode: str
    city: str

    @property
    def text(self) -> str:
        """The point on one line, as orders keep it."""
        return f"{self.name}, {self.street}, {self.postcode} {self.city}"


class PickUpPoints(Protocol):
    """Answers which points a market's pick-up carrier has."""

    def near(self, *, market: str, postcode: str, limit: int) -> Sequence[PickUpPoint]:
        """Return the points near a postcode, the nearest first; none where none is near."""
        ...

    def find(self, *, market: str, key: str) -> PickUpPoint | None:
        """Return the point of this name, or None where the market has none."""
        ...


class TablePickUpPoints:
    """Points read from a table of `market|postcode|town|street|name`."""

    def __init__(self, table: str) -> None:
        self.by_market: dict[str, list[PickUpPoint]] = defaultdict(list)
        counted: dict[tuple[str, str], int] = defaultdict(int)
        for row in table.splitlines():
            if not row.strip() or row.startswith("#"):
                continue
            market, postcode, city, street, name = row.split("|")
            counted[market, postcode] += 1
            key = f"{postcode.replace(' ', '')}-{counted[market, postcode]}"
            self.by_market[market].append(PickUpPoint(key, market, name, street, postcode, city))

    def near(self, *, market: str, postcode: str, limit: int) -> Sequence[PickUpPoint]:
        measured = [(_distance(point.postcode, postcode), point) for point in self.by_market.get(market, [])]
        within = [(distance, point.key, point) for distance, point in measured if distance is not None]
        return [point for _apart, _key, point in sorted(within, key=lambda entry: entry[:2])[:limit]]

    def find(self, *, market: str, key: str) -> PickUpPoint | None:
        return next((point for point in self.by_market.get(market, []) if point.key == key), None)


def _distance(one: str, other: str) -> int | None:
    """Measure how far apart two postcodes of one country are; None where they are not near each other."""
    (area, digits), (other_area, other_digits) = _parts(one), _parts(other)
    apart = abs(int(digits) - int(other_digits))
    if area != other_area:
        return ACROSS_TOWN + apart if {area, other_area} <= LONDON else None
    return apart if apart <= REACH.get(len(digits), 99) else None


def _parts(postcode: str) -> tuple[str, str]:
    """Cut a postcode into the letters of its region and its number: SW9 8PS is SW and 9, 75011 is 75011."""
    found = re.match(r"([A-Z]*)(\d+)", postcode)
    return (found[1], found[2]) if found else ("?", "0")


@lru_cache(maxsize=1)
def pick_up_points() -> PickUpPoints:
    """Return who answers for pick-up points."""
    return TablePickUpPoints(TABLE.read_text(encoding="utf-8"))
