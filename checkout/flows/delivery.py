"""Read what carriers say, find late, lost and returned parcels, send their money back."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from backmarket.core.actors import Actor
from backmarket.core.states import MoveRefusedError
from checkout.carriers.registry import client_named
from checkout.enums import LineState, ParcelState
from checkout.models import PARCELS_FAILED, PARCELS_UNDER_WAY, CarrierMessage, OrderLine, Parcel
from checkout.services import parcels, tracking
from payments.flows import refunds as payment_flows
from payments.selectors.views import RefundView

logger = logging.getLogger(__name__)
CARRIER = Actor.system("carrier")
SWEEP = Actor.system("delivery sweep")
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 10.0
# Ten working days are two weeks at least; holidays and pick-up points make them more (`rules/parcels.py`).
SURELY_SILENT = timedelta(days=14)


def read_message(*, message_id: int, now: datetime) -> None:
    """
    Take each scan of a stored message in a transaction of its own; what cannot be read is noted beside the message.

    Reading it again changes nothing, so that a crash in the middle is mended by the next delivery of the event.
    """
    message = CarrierMessage.objects.get(pk=message_id)
    if message.read_at is not None:
        return
    reading = client_named(message.client).read(bytes(message.body))
    for scan in reading.scans:
        with transaction.atomic(durable=True):
            tracking.take_scan(scan, actor=CARRIER, now=now)
    problem = "; ".join(reading.problems)[:200]
    CarrierMessage.objects.filter(pk=message_id).update(read_at=now, problem=problem)


def watch_parcels(*, now: datetime, limit: int = 300) -> int:
    """Find parcels that are late, lost or back, and those that nobody tells of; return how many were."""
    # Where it is tomorrow already, one may be late today: the market of each decides in the service.
    due = Parcel.objects.filter(state__in=PARCELS_UNDER_WAY, expected_date__lt=now.date() + timedelta(days=1))
    untold = due.filter(Q(late_at=None, state=ParcelState.ON_ITS_WAY) | Q(is_tracked=False))
    silent = due.filter(is_tracked=True, news_at__lt=now - SURELY_SILENT)
    ids = [
        *untold.order_by("expected_date", "pk").values_list("pk", flat=True)[:limit],
        *silent.order_by("news_at", "pk").values_list("pk", flat=True)[:limit],
    ]

    def watch(parcel_id: int) -> bool:
        is_late = parcels.notice_late(parcel_id=parcel_id, now=now)
        return parcels.conclude_from_silence(parcel_id=parcel_id, actor=SWEEP, now=now) or is_late

    return _each(dict.fromkeys(ids), watch)


def refund_undelivered(*, now: datetime, limit: int = 100) -> int:
    """Send the money of lines back whose parcel was lost or came back; return how many."""
    due = OrderLine.objects.filter(state=LineState.SHIPPED, parcel__state__in=PARCELS_FAILED).order_by("pk")
    parcel_of = dict(due.values_list("pk", "parcel_id")[:limit])

    def refund(line_id: int) -> bool:
        refunds.append(parcels.refund_undelivered(line_id=line_id, parcel_id=parcel_of[line_id], actor=SWEEP, now=now))
        return True

    refunds: list[RefundView] = []
    done = _each(parcel_of, refund)
    for view in refunds:
        payment_flows.send_refund(refund_id=view.public_id, now=now)
    return done


def _each(ids: Iterable[int], work: Callable[[int], bool]) -> int:
    """Do one after the other, each in its own transaction, while there is time; one that fails holds none back."""
    started, done = time.monotonic(), 0
    for one in ids:
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            with transaction.atomic(durable=True):
                done += work(one)
        except MoveRefusedError:
            continue  # somebody was faster since the list was read
        except Exception:
            logger.exception("%s could not be followed", one)
    return done
