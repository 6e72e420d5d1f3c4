"""
Stock: hold units for an order being paid, sell them, or let them go (promise R5).

A reference holds all of what it wants or nothing. Taking is one statement that locks listings in the order of
their primary keys, so that overlapping orders never deadlock and never oversell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.errors import DomainError
from catalog import events, locks
from catalog.enums import ReservationState
from catalog.models import Listing, StockReservation

RESERVE = """
WITH wanted AS (
    SELECT * FROM unnest(%(listings)s::bigint[], %(quantities)s::int[]) AS w(listing_id, quantity)
), locked AS (
    SELECT listing.id, wanted.quantity
    FROM catalog_listing listing JOIN wanted ON wanted.listing_id = listing.id
    ORDER BY listing.id
    FOR NO KEY UPDATE OF listing
), taken AS (
    UPDATE catalog_listing listing SET reserved = listing.reserved + locked.quantity
    FROM locked
    WHERE listing.id = locked.id AND listing.quantity - listing.reserved >= locked.quantity
    RETURNING listing.id, locked.quantity, listing.quantity = listing.reserved AS is_sold_out
), held AS (
    INSERT INTO catalog_stockreservation (reference, listing_id, quantity, state, expires_at)
    SELECT %(reference)s, taken.id, taken.quantity, 'held', %(expires_at)s FROM taken
)
SELECT id, is_sold_out FROM taken ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class StockWant:
    listing_id: int
    quantity: int


class OutOfStockError(DomainError):
    """`missing` maps each listing that has too little to what is left of it."""

    code = "out_of_stock"
    message = _("Somebody else was faster: not everything is left.")

    def __init__(self, missing: dict[int, int]) -> None:
        super().__init__(missing=missing)
        self.missing = missing


class ReservationLapsedError(DomainError):
    code = "reservation_lapsed"
    message = _("The time to pay is over, so the items are on sale again.")


def _tell_changed(listing_ids: Sequence[int], now: datetime) -> None:
    for listing_id in listing_ids:
        outbox.publish(events.LISTING_CHANGED, key=str(listing_id), payload={"listing_id": listing_id}, now=now)


def _sold_out(listing_ids: Sequence[int]) -> list[int]:
    return list(Listing.objects.filter(pk__in=listing_ids, quantity=F("reserved")).values_list("pk", flat=True))


@transaction.atomic
def reserve(*, reference: str, wants: Sequence[StockWant], expires_at: datetime, now: datetime) -> None:
    """
    Hold stock for a reference until `expires_at`; repeating it for the same reference changes nothing.

    :raises OutOfStockError: not everything is left, and nothing is held
    """
    locks.lock_reference(reference)
    known = set(StockReservation.objects.filter(reference=reference).values_list("state", flat=True))
    if known & {ReservationState.HELD, ReservationState.CONSUMED}:
        return
    wanted: dict[int, int] = {}
    for want in wants:
        wanted[want.listing_id] = wanted.get(want.listing_id, 0) + want.quantity
    if known:
        StockReservation.objects.filter(reference=reference, state=ReservationState.RELEASED).delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            RESERVE,
            {
                "listings": list(wanted),
                "quantities": list(wanted.values()),
                "reference": reference,
                "expires_at": expires_at,
            },
        )
        taken = dict(cursor.fetchall())
        missing = wanted.keys() - taken.keys()
        if missing:
            left = dict.fromkeys(missing, 0) | {
                listing.pk: listing.available for listing in Listing.objects.filter(pk__in=missing)
            }
            raise OutOfStockError(left)
    _tell_changed([listing_id for listing_id, is_sold_out in taken.items() if is_sold_out], now)


@transaction.atomic
def extend(*, reference: str, expires_at: datetime) -> None:
    """
    Move the end of a reservation that is still held.

    :raises ReservationLapsedError: it is not
    """
    held = StockReservation.objects.filter(reference=reference, state=ReservationState.HELD)
    if not held.update(expires_at=expires_at):
        raise ReservationLapsedError


def _settle(reference: str, state: ReservationState, *, sold: bool, expired_by: datetime | None = None) -> list[int]:
    """End the held reservations of a reference, only lapsed ones if asked; return the listings they were of."""
    locks.lock_listings_of(reference)
    held = locks.lock_held_reservations(reference)
    if expired_by is not None:
        # One that was extended since the sweep looked stays.
        held = [reservation for reservation in held if reservation.expires_at <= expired_by]
    for reservation in held:
        change = {"reserved": F("reserved") - reservation.quantity}
        if sold:
            change["quantity"] = F("quantity") - reservation.quantity
        Listing.objects.filter(pk=reservation.listing_id).update(**change)
    StockReservation.objects.filter(pk__in=[reservation.pk for reservation in held]).update(state=state)
    return [reservation.listing_id for reservation in held]


@transaction.atomic
def consume(*, reference: str, now: datetime) -> None:
    """
    Turn what a reference holds into sold units; repeating it changes nothing.

    :raises ReservationLapsedError: it holds nothing and has sold nothing
    """
    listing_ids = _settle(reference, ReservationState.CONSUMED, sold=True)
    if listing_ids:
        _tell_changed(_sold_out(listing_ids), now)
    elif not StockReservation.objects.filter(reference=reference, state=ReservationState.CONSUMED).exists():
        raise ReservationLapsedError


@transaction.atomic
def release(*, reference: str, now: datetime) -> None:
    """Put what a reference still holds back on sale; repeating it changes nothing."""
    _tell_changed(_settle(reference, ReservationState.RELEASED, sold=False), now)


@transaction.atomic
def restock(*, listing_id: int, quantity: int, now: datetime) -> None:
    """Put sold units back on sale, because their order line was cancelled before dispatch."""
    Listing.objects.filter(pk=listing_id).update(quantity=F("quantity") + quantity)
    _tell_changed([listing_id], now)


def release_expired(*, now: datetime, limit: int = 500) -> int:
    """Release the reservations whose time is over, each reference in its own transaction; return how many."""
    expired = StockReservation.objects.filter(state=ReservationState.HELD, expires_at__lte=now)
    references = list(expired.order_by("expires_at").values_list("reference", flat=True)[:limit])
    return sum(_release_lapsed(reference, now) for reference in dict.fromkeys(references))


@transaction.atomic
def _release_lapsed(reference: str, now: datetime) -> bool:
    listing_ids = _settle(reference, ReservationState.RELEASED, sold=False, expired_by=now)
    _tell_changed(listing_ids, now)
    return bool(listing_ids)
