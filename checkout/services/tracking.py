"""Record what carriers say of parcels; the scan that says delivered ends the way of the parcel's lines."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from checkout import events, locks
from checkout.enums import LineState, ParcelCode
from checkout.models import Parcel, ParcelEvent

from .lines import mark_delivered


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

    Scans come late, twice and in any order: they are shown by the carrier's instant `at`, and whichever says
    delivered first delivers the lines that are still on their way. An instant before dispatch or in the future is a
    carrier's wrong clock: what counts from delivery then counts from dispatch or from now.

    :raises NotFoundError: there is no such parcel
    :raises ScanUnreadableError: no id, or an unknown code
    """
    key = carrier_event_id.strip()
    if not key or len(key) > 80 or code not in ParcelCode.values:
        raise ScanUnreadableError
    parcel = Parcel.objects.filter(pk=parcel_id).first()
    if parcel is None:
        raise NotFoundError
    lines = locks.lock_lines_of_parcel(parcel_id)
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
    if code == ParcelCode.DELIVERED:
        delivered_at = min(max(at, parcel.shipped_at), now)
        for line in lines:
            if line.state == LineState.SHIPPED:
                mark_delivered(line_id=line.pk, actor=actor, now=now, at=delivered_at)
    outbox.publish(events.PARCEL_MOVED, key=str(parcel.pk), payload={"parcel_event_id": event.pk}, now=now)
    return event
