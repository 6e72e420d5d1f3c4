"""What carriers said of the demo's parcels: most arrive, some late, a few turn round."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from backmarket.markets.registry import MARKETS
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.orders import SeededOrder
from catalog.models import Seller
from checkout.enums import LineState, ParcelCode, ParcelState
from checkout.models import OrderLine, Parcel, ParcelEvent

# Scans of older parcels say nothing to anybody any more.
TOLD_FOR = timedelta(days=30)
TURNED_SHARE = 12
_C = ParcelCode
Told = tuple[ParcelCode, datetime, str]


def load_scans(seeded: Sequence[SeededOrder], *, now: datetime) -> None:
    """Write the scans of the last 30 days and bring each parcel to where they say it is."""
    cities = dict(Seller.objects.values_list("pk", "city"))
    parcels, events = [], []
    for entry in seeded:
        for parcel in entry.parcels:
            lines = [line for line in entry.lines if line.parcel is parcel]
            parcels.append(parcel)
            for code, at, place in _way(entry, parcel, lines[0], cities[parcel.seller_id]):
                if now - TOLD_FOR < at < now:
                    events.append(_event(parcel, code, at, place))
            _settle(parcel, lines[0], events, now)
    fields = ["state", "is_tracked", "news_at", "late_at"]
    Parcel.objects.bulk_update(parcels, fields, batch_size=1000)
    copy_rows(events)


def _way(entry: SeededOrder, parcel: Parcel, line: OrderLine, seller_city: str) -> Iterator[Told]:
    """Tell a parcel's way: to the shopper, or for one of a dozen that are still under way, back to its seller."""
    handed_over, city = parcel.shipped_at + timedelta(hours=3), entry.order.city
    yield _C.HANDED_OVER, handed_over, seller_city
    yield _C.IN_TRANSIT, handed_over + timedelta(hours=9), seller_city
    if line.delivered_at is not None:
        morning = datetime.combine(line.delivered_at.date(), time(7, 40), tzinfo=line.delivered_at.tzinfo)
        yield _C.OUT_FOR_DELIVERY, max(morning, handed_over + timedelta(hours=10)), city
        yield _C.DELIVERED, line.delivered_at, city
    elif entry.order.number % TURNED_SHARE == 0:
        yield _C.OUT_FOR_DELIVERY, handed_over + timedelta(hours=20), city
        yield _C.FAILED_ATTEMPT, handed_over + timedelta(hours=26), city
        yield _C.RETURNING, handed_over + timedelta(hours=40), city
    else:
        yield _C.IN_TRANSIT, handed_over + timedelta(hours=24), city


def _event(parcel: Parcel, code: ParcelCode, at: datetime, place: str) -> ParcelEvent:
    key = f"demo-{code.value}-{at:%Y%m%d%H%M}"
    return ParcelEvent(parcel=parcel, carrier_event_id=key, code=code, place=place, scanned_at=at, recorded_at=at)


def _settle(parcel: Parcel, line: OrderLine, events: Sequence[ParcelEvent], now: datetime) -> None:
    own = [event for event in events[-4:] if event.parcel is parcel]
    parcel.is_tracked = bool(own)
    parcel.news_at = own[-1].scanned_at if own else parcel.shipped_at
    if line.state != LineState.SHIPPED:
        parcel.state = ParcelState.DELIVERED
    elif own and own[-1].code == ParcelCode.RETURNING:
        parcel.state = ParcelState.RETURNING
    today = now.astimezone(MARKETS[parcel.order.market].time_zone).date()
    if parcel.state == ParcelState.ON_ITS_WAY and parcel.expected_date and parcel.expected_date < today:
        parcel.late_at = datetime.combine(parcel.expected_date + timedelta(days=1), time(6), tzinfo=now.tzinfo)
