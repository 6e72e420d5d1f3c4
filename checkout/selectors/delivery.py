"""How each parcel of a basket can travel: who goes there, until when to order, and where it can wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backmarket.markets.delivery import next_cut_off, rest_days
from backmarket.markets.pickup import PickUpPoint, pick_up_points
from backmarket.markets.registry import Market
from backmarket.markets.remote import RemoteArea, remote_area

from .baskets import BasketParcel, BasketView, CarrierChoice

NEAREST = 5
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Way:
    """A carrier for a parcel; `area` is the far region that it does not serve, `rests` the holidays on its way."""

    choice: CarrierChoice
    area: RemoteArea | None
    rests: tuple[date, ...]
    points: tuple[PickUpPoint, ...]

    @property
    def serves(self) -> bool:
        return self.area is None


@dataclass(frozen=True, slots=True)
class ParcelDelivery:
    """One seller's parcel with its ways; `point` is where it waits, if it is picked up."""

    parcel: BasketParcel
    ways: tuple[Way, ...]
    cut_off: datetime
    minutes_left: int | None
    point: PickUpPoint | None

    @property
    def is_complete(self) -> bool:
        chosen = next(way for way in self.ways if way.choice.chosen)
        return chosen.serves and (self.point is not None or not chosen.choice.carrier.pick_up)

    @property
    def hours(self) -> int:
        return (self.minutes_left or 0) // 60

    @property
    def minutes(self) -> int:
        return (self.minutes_left or 0) % 60


def parcel_deliveries(
    view: BasketView, *, market: Market, postcode: str, near: str, points: Mapping[int, str], now: datetime
) -> list[ParcelDelivery]:
    """
    Return the ways of each parcel, without asking the database.

    `postcode` is where parcels go, `near` where pick-up points are looked for, `points` what was chosen by seller.
    """
    area = remote_area(postcode, market.code)
    found = tuple(pick_up_points().near(market=market.code, postcode=near, limit=NEAREST)) if near else ()
    return [_delivery(parcel, market, area, found, points.get(parcel.seller_id, ""), now) for parcel in view.parcels]


def _delivery(
    parcel: BasketParcel,
    market: Market,
    area: RemoteArea | None,
    found: tuple[PickUpPoint, ...],
    chosen_key: str,
    now: datetime,
) -> ParcelDelivery:
    point = pick_up_points().find(market=market.code, key=chosen_key) if chosen_key else None
    # A point that was chosen stays on the page, also when another place is looked at meanwhile.
    shown = found if point is None or point in found else (point, *found)
    cut_off = next_cut_off(now=now, seller_country=parcel.items[0].quote.seller_country)
    left = cut_off - now
    return ParcelDelivery(
        parcel=parcel,
        ways=tuple(
            Way(
                choice=choice,
                area=None if choice.carrier.serves(area) else area,
                rests=tuple(rest_days(now.astimezone(market.time_zone).date(), choice.window.latest_date, market.code)),
                points=shown if choice.carrier.pick_up else (),
            )
            for choice in parcel.choices
        ),
        cut_off=cut_off,
        minutes_left=int(left.total_seconds()) // 60 if left < SOON else None,
        point=point if parcel.chosen.carrier.pick_up else None,
    )
