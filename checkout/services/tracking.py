"""Record what carriers say of parcels, also of those that their sellers have not told us of yet."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from checkout import events, locks
from checkout.carriers.base import Scan
from checkout.enums import ParcelCode
from checkout.models import Parcel, ParcelEvent, WaitingScan

from .parcels import follow_scans

# Longer than any parcel travels.
KEPT_FOR = timedelta(days=60)


class ScanUnreadableError(InvalidInputError):
    code = "scan_unreadable"
    message = _("A scan needs the carrier’s id of it and a meaning that is known.")


@transaction.atomic
def record_parcel_event(
    *,
    parcel_id: int,
    carrier_event_id: str,
    code: str,
    at: datetime,
    actor: Actor,
    now: datetime,
    text: str = "",
    place: str = "",
) -> ParcelEvent:
    """
    Record one scan, once per id of the carrier; the first telling of it stays.

    Scans come late, twice and in any order: they are shown by the carrier's instant `at`, and all of them together say
    where the parcel is.

    :raises NotFoundError: there is no such parcel
    :raises ScanUnreadableError: no id, or an unknown code
    """
    key = carrier_event_id.strip()
    if not key or len(key) > 80 or code not in ParcelCode.values:
        raise ScanUnreadableError
    try:
        parcel = locks.lock_parcel(parcel_id)
    except Parcel.DoesNotExist as error:
        raise NotFoundError from error
    facts = {
        "code": code,
        "scanned_at": at,
        "text": text.strip()[:200],
        "place": place.strip()[:120],
        "recorded_at": now,
    }
    event, is_new = ParcelEvent.objects.get_or_create(parcel=parcel, carrier_event_id=key, defaults=facts)
    if not is_new:
        return event
    parcel.is_tracked = True
    parcel.news_at = max(parcel.news_at or parcel.shipped_at, min(at, now))
    parcel.save(update_fields=["is_tracked", "news_at"])
    follow_scans(parcel, actor=actor, now=now)
    outbox.publish(events.PARCEL_MOVED, key=str(parcel.pk), payload={"parcel_event_id": event.pk}, now=now)
    return event


@transaction.atomic
def take_scan(scan: Scan, *, actor: Actor, now: datetime) -> None:
    """Record a scan at every parcel of its number; while there is none, keep it until one is sent."""
    locks.lock_tracking_number(scan.tracking_number)
    rows = Parcel.objects.filter(tracking_number=scan.tracking_number, carrier=scan.carrier)
    parcels = list(rows.order_by("pk").values_list("pk", flat=True))
    for parcel_id in parcels:
        record_parcel_event(
            parcel_id=parcel_id,
            carrier_event_id=scan.event_id,
            code=scan.code,
            at=scan.at,
            text=scan.text,
            place=scan.place,
            actor=actor,
            now=now,
        )
    if not parcels:
        WaitingScan.objects.get_or_create(
            carrier=scan.carrier,
            tracking_number=scan.tracking_number,
            carrier_event_id=scan.event_id,
            defaults={
                "code": scan.code,
                "text": scan.text,
                "place": scan.place,
                "scanned_at": scan.at,
                "received_at": now,
            },
        )


@transaction.atomic
def adopt_scans(*, parcel_id: int, actor: Actor, now: datetime) -> int:
    """Record what its carrier told of a parcel before its seller did; return how many scans."""
    parcel = Parcel.objects.get(pk=parcel_id)
    locks.lock_tracking_number(parcel.tracking_number)
    waiting = list(WaitingScan.objects.filter(tracking_number=parcel.tracking_number, carrier=parcel.carrier))
    for scan in waiting:
        record_parcel_event(
            parcel_id=parcel_id,
            carrier_event_id=scan.carrier_event_id,
            code=scan.code,
            at=scan.scanned_at,
            text=scan.text,
            place=scan.place,
            actor=actor,
            now=now,
        )
    WaitingScan.objects.filter(pk__in=[scan.pk for scan in waiting]).delete()
    return len(waiting)


@transaction.atomic
def forget_waiting_scans(*, now: datetime, limit: int = 1000) -> int:
    """Delete scans that no parcel had for 60 days; return how many."""
    old = WaitingScan.objects.filter(received_at__lt=now - KEPT_FOR).order_by("received_at").values("pk")[:limit]
    return WaitingScan.objects.filter(pk__in=old).delete()[0]
