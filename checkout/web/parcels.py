"""What the order page says of each parcel: what happened, what is promised, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backmarket.core.slots import Panel
from checkout.enums import LineState, ParcelCode, ParcelState
from checkout.models import Order, OrderLine, ParcelEvent, Withdrawal
from checkout.selectors import orders
from checkout.services import withdrawals
from checkout.services.reviews import REVIEWABLE
from checkout.slots import ORDER_LINE_PANELS
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import RefundView

ENDED = (
    LineState.CANCELLED,
    LineState.REFUNDED_BEFORE_SHIPPING,
    LineState.REFUNDED_AFTER_SHIPPING,
    LineState.UNPAID,
)
# What a carrier's scan tells beyond that it has the parcel.
ON_THE_WAY = frozenset(ParcelCode.values) - {ParcelCode.HANDED_OVER, ParcelCode.DELIVERED, ParcelCode.RETURNED}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a parcel's way: when it happened, or by when it is promised."""

    label: str
    at: datetime | None
    by: datetime | date | None
    state: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with what can be done; `withdraw_until` is the last day to change one's mind, None before delivery."""

    line: OrderLine
    panels: Sequence[Panel]
    refunds: Sequence[RefundView]
    withdrawal: Withdrawal | None
    withdraw_until: date | None
    can_withdraw: bool
    can_cancel: bool
    can_review: bool
    can_get_help: bool

    @property
    def is_too_late(self) -> bool:
        """Tell whether the item was there to give back, and the time for it is over."""
        is_kept = self.line.state in withdrawals.WITHDRAWABLE
        return is_kept and self.withdrawal is None and not self.can_withdraw


@dataclass(frozen=True, slots=True)
class ParcelView:
    """Lines of one seller that go the same way, with their timeline; `scans` newest first."""

    line_views: Sequence[LineView]
    steps: Sequence[Step]
    scans: Sequence[ParcelEvent]

    @property
    def line(self) -> OrderLine:
        """The first line, which tells the way of all."""
        return self.line_views[0].line

    @property
    def headline(self) -> str:
        """Where a parcel is that will not come as promised; empty for one that does."""
        parcel = self.line.parcel
        if parcel is None or self.line.state != LineState.SHIPPED:
            return ""
        if parcel.state == ParcelState.ON_ITS_WAY:
            by = date_format(self.line.latest_delivery_date, "l j F")
            return _("Late: promised by %(by)s") % {"by": by} if parcel.late_at else ""
        if parcel.state == ParcelState.RETURNING:
            return str(ParcelCode.RETURNING.label)
        return _last_step(self.line, self.scans)[0]

    @property
    def note(self) -> str:
        """What went wrong on the way, and what follows; empty while nothing did."""
        parcel = self.line.parcel
        state = parcel.state if parcel else ParcelState.DELIVERED
        if state == ParcelState.ON_ITS_WAY:
            is_late = self.headline != ""
            return _("It takes longer than promised. Most late parcels arrive within a few days.") if is_late else ""
        notes = {
            ParcelState.RETURNING: _(
                "The carrier could not deliver it and takes it back to the seller. "
                "Your money comes back when it is there."
            ),
            ParcelState.RETURNED: _(
                "It could not be delivered and is back at the seller. Your money goes back to you."
            ),
            ParcelState.LOST: _(
                "The carrier cannot say where it is, so it counts as lost. Your money goes back to you."
            ),
        }
        return notes.get(ParcelState(state), "")

    @property
    def last_scan(self) -> ParcelEvent | None:
        return self.scans[0] if self.scans else None


def parcel_views(request: HttpRequest, order: Order, *, now: datetime) -> list[ParcelView]:
    """Group an order's lines by the way they go, in a fixed number of queries."""
    lines = list(order.lines.all())
    for line in lines:
        line.order = order
        if line.parcel is not None:
            line.parcel.order = order
    panels = ORDER_LINE_PANELS.panels(request, [line.pk for line in lines])
    refunds: dict[str, list[RefundView]] = {}
    for refund in payment_refunds.refunds_of(order.reference):
        refunds.setdefault(refund.line_reference, []).append(refund)
    ways = groupby(sorted(lines, key=_way), key=_way)
    views = [_parcel_view([_line_view(line, panels, refunds, now) for line in group]) for _key, group in ways]
    return sorted(views, key=lambda view: view.line.pk)


def _way(line: OrderLine) -> tuple[int, int, str]:
    """What lines of one parcel share: who sends them, in what, and how far they are."""
    return line.seller_id, line.parcel_id or 0, line.state


def _parcel_view(views: list[LineView]) -> ParcelView:
    line = views[0].line
    scans = list(line.parcel.events.all()) if line.parcel else []
    return ParcelView(views, _steps(line, scans), scans[::-1])


def _line_view(
    line: OrderLine, panels: Mapping[int, list[Panel]], refunds: Mapping[str, list[RefundView]], now: datetime
) -> LineView:
    withdrawal = withdrawal_of(line)
    can_withdraw = withdrawal is None and line.state in withdrawals.WITHDRAWABLE
    return LineView(
        line=line,
        panels=panels.get(line.pk, []),
        refunds=refunds.get(line.reference, []),
        withdrawal=withdrawal,
        withdraw_until=withdrawals.last_day_of(line),
        can_withdraw=can_withdraw and withdrawals.is_in_time(line, now),
        can_cancel=line.state in orders.CANCELLABLE,
        can_review=line.state in REVIEWABLE,
        can_get_help=line.state in orders.HELPABLE,
    )


def withdrawal_of(line: OrderLine) -> Withdrawal | None:
    try:
        return line.withdrawal
    except ObjectDoesNotExist:
        return None


def _steps(line: OrderLine, scans: Sequence[ParcelEvent]) -> list[Step]:
    moves = [scan for scan in scans if scan.code in ON_THE_WAY]
    on_the_way = moves[-1].get_code_display() if moves else _("On its way")
    happened = [
        (_("Paid"), line.paid_at, None),
        (_("Accepted"), line.accepted_at, line.accept_by),
        (_("Packed and sent"), line.shipped_at, line.ship_by),
        (on_the_way, moves[-1].scanned_at if moves else None, None),
        _last_step(line, scans),
    ]
    reached = max((place for place, (_label, at, _by) in enumerate(happened) if at), default=-1)
    following = reached + 1 if line.state not in ENDED else -1
    return [
        Step(label, at, by, "done" if place <= reached else "now" if place == following else "")
        for place, (label, at, by) in enumerate(happened)
    ]


def _last_step(line: OrderLine, scans: Sequence[ParcelEvent]) -> tuple[str, datetime | None, date | None]:
    """Where the way ends: at the shopper, unless it was lost or goes back."""
    state = line.parcel.state if line.parcel else ParcelState.ON_ITS_WAY
    if state == ParcelState.LOST:
        return _("Lost on its way"), None, None
    if state == ParcelState.RETURNING:
        return str(ParcelCode.RETURNED.label), None, None
    if state == ParcelState.RETURNED:
        back = next((scan.scanned_at for scan in scans if scan.code == ParcelCode.RETURNED), None)
        return str(ParcelCode.RETURNED.label), back, None
    return _("Delivered"), line.delivered_at, line.latest_delivery_date
