"""What scans and silence say of a parcel."""

from collections.abc import Sequence
from datetime import date

from backmarket.markets.delivery import add_working_days
from checkout.enums import ParcelCode, ParcelState

# Working days without a scan after which a parcel counts as lost, or as back once it had turned round; and as many at a
# pick-up point, which keeps parcels for one to two weeks and then sends them back without hurry.
SILENT_DAYS = 10
SILENT_DAYS_AT_POINT = 20
# Which way a parcel goes shows in the last of these.
TURNS = (ParcelCode.RETURNING, ParcelCode.OUT_FOR_DELIVERY, ParcelCode.READY_FOR_PICK_UP)


def normal_number(text: str) -> str:
    """Return a tracking number as carriers' machines write it: people put blanks between its parts."""
    return "".join(text.split()).upper()


def state_by_scans(codes: Sequence[str]) -> ParcelState:
    """Return where a parcel is by its scans, oldest first; in what order they were told does not matter."""
    if ParcelCode.DELIVERED in codes:
        return ParcelState.DELIVERED
    if ParcelCode.RETURNED in codes:
        return ParcelState.RETURNED
    turns = [code for code in codes if code in TURNS]
    if turns and turns[-1] == ParcelCode.RETURNING:
        return ParcelState.RETURNING
    return ParcelState.ON_ITS_WAY


def is_late(expected_date: date, *, today: date) -> bool:
    return today > expected_date


def is_silent(*, news_date: date, last_code: str, today: date, country: str) -> bool:
    """Tell whether a tracked parcel has given no sign of life for so long that something must have happened to it."""
    days = SILENT_DAYS_AT_POINT if last_code == ParcelCode.READY_FOR_PICK_UP else SILENT_DAYS
    return today > add_working_days(news_date, days, country)
