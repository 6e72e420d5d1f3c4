"""The passport of each device of an order, shown to its owner only: what is known of this one device."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.enums import Grade
from catalog.web.facts import TESTS, Tests
from checkout.models import Order
from checkout.rules import warranty
from checkout.rules.warranty import WarrantyClock
from checkout.web.parcels import LineView, ParcelView

# The families whose battery is read and promised.
WITH_BATTERY = ("phone", "tablet", "laptop", "watch")
HIDDEN = "•"


@dataclass(frozen=True, slots=True)
class Passport:
    """A device with its warranty clock, None until it is delivered."""

    view: LineView
    clock: WarrantyClock | None
    tests: Tests

    @property
    def masked(self) -> str:
        """The number with its middle hidden, for eyes that look over a shoulder."""
        number = self.view.line.identifier
        return f"{number[:2]}{HIDDEN * (len(number) - 5)}{number[-3:]}" if len(number) > 5 else HIDDEN * len(number)

    @property
    def ending(self) -> str:
        return self.view.line.identifier[-3:]

    @property
    def has_battery(self) -> bool:
        return self.view.line.family.startswith(WITH_BATTERY)

    @property
    def is_premium(self) -> bool:
        return self.view.line.grade == Grade.PREMIUM


def passports(order: Order, parcels: Sequence[ParcelView], *, now: datetime) -> list[Passport]:
    """Make the passports of the devices that have left, whose numbers are known."""
    zone = order.market_facts.time_zone
    made = []
    for view in (view for parcel in parcels for view in parcel.line_views if view.line.identifier):
        clock = None
        if view.line.delivered_at is not None:
            delivered, today = view.line.delivered_at.astimezone(zone).date(), now.astimezone(zone).date()
            clock = warranty.clock_of(delivered=delivered, months=view.line.warranty_months, today=today)
        made.append(Passport(view, clock, TESTS))
    return made
