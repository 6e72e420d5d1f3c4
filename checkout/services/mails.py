"""The mails of an order, to the shopper and to its sellers; each once."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import translation

from backmarket.accounts.groups import AGENT
from backmarket.accounts.selectors import contacts_of_group
from backmarket.core.money import Money
from backmarket.notify.kinds import KINDS
from backmarket.notify.services import queue_mail, queue_text
from catalog.selectors.reviews import review_of_line
from checkout.enums import CancelledBy, CheckState, LineState, ParcelCode, ParcelState
from checkout.models import FraudCheck, Order, OrderLine, Parcel, ParcelEvent
from checkout.selectors import orders
from checkout.selectors.orders import BEFORE_DISPATCH
from checkout.services.reviews import REVIEWABLE
from checkout.services.withdrawals import last_day_of
from checkout.slots import seller_contacts
from payments.selectors import refunds as payment_refunds
from payments.selectors.stored_value import tenders_of

# A scan that comes later than this is no news to act on.
STALE = timedelta(hours=24)
# A text of a parcel that could not be sent for so long tells nothing new any more.
TEXT_VALID_FOR = timedelta(hours=12)


def _order(order_id: int) -> Order:
    lines = OrderLine.objects.select_related("seller")
    return Order.objects.prefetch_related(Prefetch("lines", queryset=lines)).get(pk=order_id)


def _to_shopper(kind: str, order: Order, dedupe: str, context: Mapping[str, Any], now: datetime) -> None:
    with translation.override(order.locale):
        order_url = f"{settings.PUBLIC_URL}{orders.link_path(order)}"
    full = {"order": order, "order_url": order_url, **context}
    told: dict[str, Any] = {
        "kind": kind,
        "locale": order.locale,
        "context": full,
        "dedupe_key": f"{kind}:{dedupe}",
        "reference": order.reference,
        "now": now,
    }
    queue_mail(to=order.email, **told)
    if order.wants_texts and KINDS[kind].has_text:
        queue_text(to=order.phone, email=order.email, expires_at=_text_until(kind, order, now), **told)


def _text_until(kind: str, order: Order, now: datetime) -> datetime:
    """Return until when a text tells something new; "today" ends at midnight where the order goes."""
    if kind != "parcel_arriving":
        return now + TEXT_VALID_FOR
    zone = order.market_facts.time_zone
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, tzinfo=zone)


def _to_seller(kind: str, order: Order, seller_id: int, dedupe: str, context: Mapping[str, Any], now: datetime) -> None:
    """Tell everybody to tell at a seller; the order is theirs to open in the back office."""
    office_url = f"{settings.PUBLIC_URL}{reverse('office:order', args=[order.number])}"
    for address, locale in seller_contacts(seller_id):
        queue_mail(
            kind=kind,
            to=address,
            locale=locale,
            context={"order": order, "office_url": office_url, **context},
            dedupe_key=f"{kind}:{dedupe}:{address}"[:150],
            reference=order.reference,
            now=now,
        )


def order_confirmed(*, order_id: int, now: datetime) -> None:
    order = _order(order_id)
    lines = order.lines.all()
    tenders = tenders_of(order.reference) if order.credit_minor else []
    context = {"lines": lines, "sums": orders.sums_of(lines, order.currency), "tenders": tenders}
    _to_shopper("order_confirmed", order, str(order.public_id), context, now)


def account_link(*, order_id: int, now: datetime) -> None:
    """Send the guest of an order the link that opens their account; once an hour however often it is asked for."""
    order = _order(order_id)
    with translation.override(order.locale):
        account_url = f"{settings.PUBLIC_URL}{orders.account_path(order)}"
    dedupe = f"{order.public_id}:{now:%Y%m%d%H}"
    _to_shopper("account_link", order, dedupe, {"account_url": account_url}, now)


def order_held(*, order_id: int, now: datetime) -> None:
    """Tell that the money is there and that a person looks at the order first."""
    order = _order(order_id)
    _to_shopper("order_held", order, str(order.public_id), {"lines": order.lines.all()}, now)


def hold_overdue(*, order_id: int, occurred_at: datetime, now: datetime) -> None:
    """Tell the shopper once that it takes longer, and the agents each time; nobody of an order decided meanwhile."""
    order = _order(order_id)
    check = FraudCheck.objects.filter(order=order, state=CheckState.HELD).first()
    if check is None:
        return
    _to_shopper("hold_late", order, str(order.public_id), {}, now)
    path = reverse("admin:checkout_fraudcheck_change", args=[check.pk])
    for address, locale in contacts_of_group(AGENT):
        queue_mail(
            kind="staff_hold_overdue",
            to=address,
            locale=locale,
            context={"order": order, "check": check, "check_url": f"{settings.PUBLIC_URL}{path}"},
            dedupe_key=f"staff_hold_overdue:{order.pk}:{occurred_at.isoformat()}:{address}"[:150],
            reference=order.reference,
            now=now,
        )


def order_unpaid(*, order_id: int, now: datetime) -> None:
    order = _order(order_id)
    refunds = payment_refunds.refunds_of(order.reference)
    context = {"lines": order.lines.all(), "money_goes_back": bool(refunds)}
    # An order that ended unpaid is told of again when money for it arrives after all and goes back.
    dedupe = f"{order.public_id}:money back" if refunds else str(order.public_id)
    _to_shopper("order_unpaid", order, dedupe, context, now)


def new_order_for_sellers(*, order_id: int, now: datetime) -> None:
    """Tell each seller of its own lines only (S2)."""
    order = _order(order_id)
    by_seller: dict[int, list[OrderLine]] = {}
    for line in order.lines.all():
        by_seller.setdefault(line.seller_id, []).append(line)
    for seller_id, lines in by_seller.items():
        context = {"lines": lines, "earned": Money.total((line.gross for line in lines), order.currency)}
        _to_seller("seller_new_order", order, seller_id, f"{order.public_id}:{seller_id}", context, now)


def line_accepted(*, line_id: int, now: datetime) -> None:
    """Tell that a seller packs, once for all that it accepted of an order."""
    line = OrderLine.objects.select_related("order", "seller").get(pk=line_id)
    lines = list(line.order.lines.filter(seller_id=line.seller_id, state=LineState.ACCEPTED))
    if lines:
        context = {"seller": line.seller, "lines": lines}
        _to_shopper("line_accepted", line.order, f"{line.order.public_id}:{line.seller_id}", context, now)


def address_changed(*, order_id: int, version: int, now: datetime) -> None:
    """Tell the shopper where it goes now, and each seller to print anew; the sellers' mail names no address."""
    order = _order(order_id)
    _to_shopper("address_changed", order, f"{order.public_id}:{version}", {}, now)
    for seller_id in dict.fromkeys(line.seller_id for line in order.lines.all() if line.state in BEFORE_DISPATCH):
        _to_seller("seller_address_changed", order, seller_id, f"{order.public_id}:{version}", {}, now)


def parcel_shipped(*, parcel_id: int, now: datetime) -> None:
    parcel = _parcel(parcel_id)
    context = {"parcel": parcel, "lines": parcel.lines.all()}
    _to_shopper("parcel_shipped", parcel.order, str(parcel.public_id), context, now)


# What a carrier says that is worth a message: somebody has to be there, or to go there.
ARRIVING = {ParcelCode.OUT_FOR_DELIVERY: "parcel_arriving", ParcelCode.READY_FOR_PICK_UP: "parcel_ready"}


def parcel_moved(*, parcel_event_id: int, now: datetime) -> None:
    """Tell that a parcel arrives today or waits at its pick-up point, once, and not when it is there already."""
    scan = ParcelEvent.objects.select_related("parcel__order", "parcel__seller").get(pk=parcel_event_id)
    kind = ARRIVING.get(ParcelCode(scan.code))
    lines = list(scan.parcel.lines.filter(state=LineState.SHIPPED))
    if kind and lines and scan.scanned_at > now - STALE:
        context = {"parcel": scan.parcel, "lines": lines, "scan": scan, "point": lines[0].pickup_address}
        _to_shopper(kind, scan.parcel.order, f"{scan.parcel.public_id}:{scan.scanned_at:%Y-%m-%d}", context, now)


def parcel_late(*, parcel_id: int, now: datetime) -> None:
    """Tell shopper and seller that a parcel is later than promised; nobody of one that has arrived meanwhile."""
    parcel = _parcel(parcel_id)
    if parcel.state == ParcelState.ON_ITS_WAY:
        _of_parcel("parcel_late", parcel, now)


def parcel_turned(*, parcel_id: int, state: str, now: datetime) -> None:
    """Tell shopper and seller that a parcel comes back or is lost, if that is still so; a refund tells of itself."""
    parcel = _parcel(parcel_id)
    if parcel.state == state and state in TURNED:
        _of_parcel(TURNED[ParcelState(state)], parcel, now)


# The money of what came back is on its way by then, and its mail says why.
TURNED = {ParcelState.RETURNING: "parcel_returning", ParcelState.LOST: "parcel_lost"}


def _parcel(parcel_id: int) -> Parcel:
    return Parcel.objects.select_related("order", "seller").get(pk=parcel_id)


def _of_parcel(kind: str, parcel: Parcel, now: datetime) -> None:
    """Tell the shopper, and the seller's people in a mail of their own, of a parcel that still has something in it."""
    # The money of a lost parcel may be on its way already.
    still = (LineState.SHIPPED, LineState.REFUNDED_AFTER_SHIPPING) if kind == "parcel_lost" else (LineState.SHIPPED,)
    lines = list(parcel.lines.filter(state__in=still))
    if not lines:
        return
    context = {"parcel": parcel, "lines": lines}
    _to_shopper(kind, parcel.order, str(parcel.public_id), context, now)
    _to_seller(f"seller_{kind}", parcel.order, parcel.seller_id, str(parcel.public_id), context, now)


def line_delivered(*, line_id: int, now: datetime) -> None:
    """Tell that a parcel is there, once for all of its lines, with the way to review them."""
    line = OrderLine.objects.select_related("order", "seller", "parcel").get(pk=line_id)
    if line.state != LineState.DELIVERED:
        return
    lines = list(line.parcel.lines.filter(state=LineState.DELIVERED)) if line.parcel else [line]
    for one in lines:
        one.order = line.order
    dedupe = str(line.parcel.public_id) if line.parcel else str(line.public_id)
    context = {"seller": line.seller, "lines": lines, "at": line.delivered_at, "until": last_day_of(line)}
    _to_shopper("line_delivered", line.order, dedupe, context, now)


def line_withdrawn(*, line_id: int, now: datetime) -> None:
    """Send the dated receipt of a declaration; it says all that the declaration said."""
    line = OrderLine.objects.select_related("order", "seller", "withdrawal").get(pk=line_id)
    with translation.override(line.order.locale):
        path = reverse("checkout:withdrawn", args=[line.order.public_id, line.public_id])
    receipt_url = f"{settings.PUBLIC_URL}{path}?key={orders.signed_key(line.order)}"
    context = {"line": line, "withdrawal": line.withdrawal, "receipt_url": receipt_url}
    _to_shopper("line_withdrawn", line.order, str(line.public_id), context, now)


def line_cancelled(*, line_id: int, now: datetime) -> None:
    line = OrderLine.objects.select_related("order", "seller").get(pk=line_id)
    # What is cancelled by us before a seller had it was refused by the check of the order.
    is_refused = line.cancelled_by == CancelledBy.MARKETPLACE and line.accept_by is None
    _to_shopper("line_cancelled", line.order, str(line.public_id), {"line": line, "is_refused": is_refused}, now)


def line_refunded(*, line_id: int, refund_id: str, now: datetime) -> None:
    """Tell how much is on its way back; a cancellation tells it itself."""
    line = OrderLine.objects.select_related("order", "seller", "parcel").get(pk=line_id)
    refund = next(view for view in payment_refunds.refunds_of(line.order.reference) if str(view.public_id) == refund_id)
    if not line.cancelled_by:
        _to_shopper("line_refunded", line.order, refund_id, {"line": line, "refund": refund}, now)


def review_request(*, parcel_id: int, now: datetime) -> None:
    """Ask once for a review of what a parcel brought: of its first line that has none and was kept."""
    parcel = _parcel(parcel_id)
    lines = list(parcel.lines.filter(state__in=REVIEWABLE, withdrawal=None).order_by("pk"))
    wanted = [line for line in lines if review_of_line(line.reference) is None]
    if not wanted:
        return
    with translation.override(parcel.order.locale):
        review_url = f"{settings.PUBLIC_URL}{orders.link_path(parcel.order)}&review={wanted[0].public_id}"
    context = {"lines": wanted, "seller": parcel.seller, "review_url": review_url}
    _to_shopper("review_request", parcel.order, str(parcel.public_id), context, now)


def review_answered(*, line_reference: str, now: datetime) -> None:
    """Tell a buyer once that the seller has answered the review."""
    public_id = orders.public_id_of(line_reference)
    lines = OrderLine.objects.select_related("order", "seller")
    line = lines.filter(public_id=public_id).first() if public_id else None
    said = review_of_line(line_reference)
    if line is None or said is None or not said.answer:
        return
    context = {"line": line, "said": said}
    _to_shopper("review_answered", line.order, line_reference, context, now)
