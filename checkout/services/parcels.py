"""Where parcels are: by their scans, by silence, by the word of staff; and what follows for their lines."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError
from backmarket.core.states import MoveRefusedError
from backmarket.markets.registry import MARKETS
from checkout import events, locks
from checkout.enums import LineState, ParcelState
from checkout.models import PARCEL_STATES, PARCELS_FAILED, Parcel
from checkout.rules import parcels as rules
from payments.enums import BorneBy
from payments.selectors.views import RefundView

from . import refunds
from .lines import mark_delivered

# Why money of an undelivered line goes back, as the shopper, the seller and the auditor read it.
FAILURES = {ParcelState.LOST: "parcel lost", ParcelState.RETURNED: "parcel came back undelivered"}


class ReasonMissingError(InvalidInputError):
    code = "parcel_reason_missing"
    message = _("Say how you know it, for whoever looks at this parcel later.")


def today_of(parcel: Parcel, now: datetime) -> date:
    return now.astimezone(MARKETS[parcel.order.market].time_zone).date()


def turn(
    parcel: Parcel, to: ParcelState, *, actor: Actor, now: datetime, at: datetime | None = None, reason: str = ""
) -> None:
    """
    Move a locked parcel; its lines are delivered with it, `at` being when.

    :raises MoveRefusedError: it cannot get there from where it is
    """
    PARCEL_STATES.move(parcel, to, actor=actor, now=now, reason=reason)
    if to == ParcelState.DELIVERED:
        for line in locks.lock_lines_of_parcel(parcel.pk):
            if line.state == LineState.SHIPPED:
                mark_delivered(line_id=line.pk, actor=actor, now=now, at=at)
    elif to != ParcelState.ON_ITS_WAY:
        outbox.publish(
            events.PARCEL_TURNED, key=str(parcel.pk), payload={"parcel_id": parcel.pk, "state": to.value}, now=now
        )


def follow_scans(parcel: Parcel, *, actor: Actor, now: datetime) -> None:
    """
    Bring a locked parcel to where its scans say it is; scans that change nothing, or come too late to, are news only.

    An instant of delivery before dispatch or in the future is a carrier's wrong clock: what counts from delivery then
    counts from dispatch or from now.
    """
    scans = list(parcel.events.values_list("code", "scanned_at"))
    to = rules.state_by_scans([code for code, _at in scans])
    if to == parcel.state or not PARCEL_STATES.allows(parcel, to):
        return
    first = next((at for code, at in scans if code == to.value), now)
    turn(parcel, to, actor=actor, now=now, at=min(max(first, parcel.shipped_at), now))


@transaction.atomic
def notice_late(*, parcel_id: int, now: datetime) -> bool:
    """Note once that a parcel is later than promised, and tell; False if it is not, or was told."""
    parcel = locks.lock_parcel(parcel_id)
    is_news = parcel.state == ParcelState.ON_ITS_WAY and parcel.is_tracked and parcel.late_at is None
    if not is_news or parcel.expected_date is None:
        return False
    if not rules.is_late(parcel.expected_date, today=today_of(parcel, now)):
        return False
    parcel.late_at = now
    parcel.save(update_fields=["late_at"])
    outbox.publish(events.PARCEL_LATE, key=str(parcel.pk), payload={"parcel_id": parcel.pk}, now=now)
    return True


@transaction.atomic
def conclude_from_silence(*, parcel_id: int, actor: Actor, now: datetime) -> bool:
    """
    Decide what happened to a late parcel whose time is over; False if it is not.

    Without any scan ever, its carrier does not speak to us, and it counts as delivered. A tracked one that has been
    silent for too long is lost, or back if it had turned round.
    """
    parcel = locks.lock_parcel(parcel_id)
    today = today_of(parcel, now)
    if parcel.expected_date is None or not rules.is_late(parcel.expected_date, today=today):
        return False
    ends = {ParcelState.ON_ITS_WAY: ParcelState.LOST, ParcelState.RETURNING: ParcelState.RETURNED}
    to = ends.get(ParcelState(parcel.state))
    if to is not None and not parcel.is_tracked:
        turn(parcel, ParcelState.DELIVERED, actor=actor, now=now, at=now)
        return True
    if to is None or not _is_silent(parcel, today):
        return False
    turn(parcel, to, actor=actor, now=now, reason="no scan for too long")
    return True


def _is_silent(parcel: Parcel, today: date) -> bool:
    country = parcel.order.market
    last = parcel.events.order_by("scanned_at", "pk").values_list("code", flat=True).last() or ""
    news_date = (parcel.news_at or parcel.shipped_at).astimezone(MARKETS[country].time_zone).date()
    return rules.is_silent(news_date=news_date, last_code=last, today=today, country=country)


@transaction.atomic
def declare(*, parcel_id: int, state: ParcelState, reason: str, actor: Actor, now: datetime) -> None:
    """
    Decide as staff what became of a parcel, for a reason that the audit trail keeps.

    :raises ReasonMissingError: none given
    :raises MoveRefusedError: it is there already, or cannot get there
    """
    if not reason.strip():
        raise ReasonMissingError
    parcel = locks.lock_parcel(parcel_id)
    turn(parcel, state, actor=actor, now=now, at=now, reason=reason.strip()[:200])


@transaction.atomic
def refund_undelivered(*, line_id: int, parcel_id: int, actor: Actor, now: datetime) -> RefundView:
    """
    Give back what is left of a line whose parcel failed, once; the seller, whose contract the carrier has, bears it.

    :raises MoveRefusedError: it was found, or its line is settled
    """
    parcel = locks.lock_parcel(parcel_id)
    line = locks.lock_line(line_id)
    if parcel.state not in PARCELS_FAILED or line.parcel_id != parcel.pk or line.state != LineState.SHIPPED:
        raise MoveRefusedError
    return refunds.refund_line(
        line_id=line.pk,
        amount=None,
        reason=FAILURES[ParcelState(parcel.state)],
        borne_by=BorneBy.SELLER,
        actor=actor,
        key=f"{line.reference}:undelivered",
        now=now,
    )
