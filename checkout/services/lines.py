"""What merchants and carriers do with order lines: accept, dispatch, deliver."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum import imei as imei_number
from stdnum.exceptions import ValidationError as NumberError

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.core.money import Money
from backmarket.core.states import MoveRefusedError
from backmarket.markets.registry import MARKETS
from checkout import events, locks
from checkout.enums import LabelState, LineState
from checkout.models import LINE_STATES, Order, OrderLine, Parcel, ShippingLabel
from checkout.rules import deadlines
from checkout.rules.parcels import normal_number
from checkout.selectors import orders as order_reads
from payments.services import movements


class TrackingMissingError(InvalidInputError):
    code = "tracking_missing"
    message = _("Enter the tracking number of the parcel.")


class TrackingReusedError(InvalidInputError):
    code = "tracking_reused"
    message = _("This tracking number belongs to another parcel. Enter the number on this parcel’s label.")


class CarrierUnknownError(InvalidInputError):
    code = "carrier_unknown"
    message = _("Choose a carrier of this market.")


class IdentifierMissingError(InvalidInputError):
    code = "identifier_missing"
    message = _("Enter the IMEI or serial number of each device.")


class ImeiInvalidError(InvalidInputError):
    code = "imei_invalid"
    message = _("This is not a valid IMEI: it has 15 digits, and the last one checks the others.")


class AddressChangedError(DomainError):
    code = "address_changed"
    message = _("The shopper changed the address meanwhile. Look at it again before you send the parcel.")


class ImeiInUseError(DomainError):
    code = "imei_in_use"
    message = _("This IMEI belongs to another order that is still open.")


def owned(lines: Sequence[OrderLine], line_ids: Sequence[int], seller_id: int) -> list[OrderLine]:
    """Return the lines if each asked for is there and the seller's, else answer as if it did not exist."""
    own = [line for line in lines if line.seller_id == seller_id]
    if not own or len(own) != len(set(line_ids)):
        raise NotFoundError
    return own


@transaction.atomic
def accept_line(*, line_id: int, seller_id: int, actor: Actor, now: datetime) -> OrderLine:
    """
    Accept a paid line as its seller; repeating it changes nothing.

    :raises NotFoundError: not the seller's
    :raises MoveRefusedError: the line is not waiting for acceptance
    """
    (line,) = owned(locks.lock_lines([line_id]), [line_id], seller_id)
    if line.state == LineState.ACCEPTED:
        return line
    LINE_STATES.move(line, LineState.ACCEPTED, actor=actor, now=now, accepted_at=now)
    outbox.publish(events.LINE_ACCEPTED, key=str(line.pk), payload={"line_id": line.pk}, now=now)
    return line


def _identify(line: OrderLine, text: str) -> dict[str, str]:
    value = text.strip().replace(" ", "")
    if not line.identifier_kind:
        return {}
    if not value:
        raise IdentifierMissingError
    if line.identifier_kind == "serial":
        if len(value) > 50 or not value.isprintable():
            raise IdentifierMissingError(_("A serial number has at most 50 letters and digits."))
        return {"serial_number": value}
    try:
        checked = imei_number.validate(value)
    except NumberError as error:
        raise ImeiInvalidError from error
    if len(checked) != 15:
        raise ImeiInvalidError
    return {"imei": checked}


@transaction.atomic
def ship_lines(
    *,
    seller_id: int,
    order_id: int,
    carrier: str,
    tracking_number: str,
    identifiers: Mapping[int, str],
    actor: Actor,
    now: datetime,
    address_version: int | None = None,
) -> Parcel:
    """
    Dispatch accepted lines of one order as one parcel; `identifiers` maps each line to its IMEI or serial number.

    `address_version` is that of the address on the label, where whoever sends knows it; a label of ours knows it best.
    The money of each line moves from customer funds to the seller's pending balance in the same transaction.

    :raises NotFoundError: a line is not the seller's or not of this order
    :raises InvalidInputError: tracking, carrier or a device's number is missing or wrong
    :raises TrackingReusedError: the number is that of another shopper's or seller's parcel
    :raises AddressChangedError: the parcel would go to where the shopper no longer wants it
    :raises ImeiInUseError: a device is in another open order
    :raises MoveRefusedError: a line is not accepted, or was sent
    """
    tracking = normal_number(tracking_number)
    if not tracking or len(tracking) > 60 or not tracking.isprintable():
        raise TrackingMissingError
    locks.lock_tracking_number(tracking)
    lines = _shippable(list(identifiers), seller_id=seller_id, order_id=order_id)
    order = lines[0].order
    label = _label_of(tracking, carrier=carrier, order=order, seller_id=seller_id)
    if label is not None:
        address_version = label.address_version
    if address_version is not None and address_version != order_reads.address_version_of(order_id):
        raise AddressChangedError
    if carrier not in {known.key for known in MARKETS[order.market].carriers}:
        raise CarrierUnknownError
    parcel = Parcel.objects.create(
        order=order,
        seller_id=seller_id,
        carrier=carrier,
        tracking_number=tracking,
        shipped_at=now,
        expected_date=max(line.latest_delivery_date for line in lines),
        is_tracked=label is not None,
        news_at=now,
    )
    if label is not None:
        ShippingLabel.objects.filter(pk=label.pk).update(parcel=parcel)
    for line in lines:
        _ship(line, parcel, _identify(line, identifiers[line.pk]), actor=actor, now=now)
        _earn(line, now)
    outbox.publish(events.LINES_SHIPPED, key=str(parcel.pk), payload={"parcel_id": parcel.pk}, now=now)
    return parcel


def _label_of(number: str, *, carrier: str, order: Order, seller_id: int) -> ShippingLabel | None:
    """
    Return our own label with a number, locked with it; one box may go for several orders of a shopper.

    :raises TrackingReusedError: the number is another's
    """
    mine = Q(seller_id=seller_id, order__email__iexact=order.email)
    if Parcel.objects.filter(tracking_number=number, carrier=carrier).exclude(mine).exists():
        raise TrackingReusedError
    found = ShippingLabel.objects.filter(tracking_number=number, carrier=carrier).first()
    if found is None:
        return None
    label = locks.lock_label(found.pk)
    if label.seller_id != seller_id or label.order.email != order.email or label.state != LabelState.BOUGHT:
        raise TrackingReusedError
    return label if label.order_id == order.pk and label.parcel_id is None else None


def _shippable(line_ids: list[int], *, seller_id: int, order_id: int) -> list[OrderLine]:
    """Lock the lines if all are the seller's, of this order, and accepted."""
    lines = owned(locks.lock_lines(line_ids), line_ids, seller_id)
    if any(line.order_id != order_id for line in lines):
        raise NotFoundError
    if not all(LINE_STATES.allows(line, LineState.SHIPPED) for line in lines):
        raise MoveRefusedError
    return lines


def _ship(line: OrderLine, parcel: Parcel, numbers: dict[str, str], *, actor: Actor, now: datetime) -> None:
    facts: dict[str, Any] = {"shipped_at": now, "parcel": parcel, "carrier": parcel.carrier, **numbers}
    try:
        with transaction.atomic():
            LINE_STATES.move(line, LineState.SHIPPED, actor=actor, now=now, **facts)
    except IntegrityError as error:
        if "checkout_imei_open_once" in str(error):
            raise ImeiInUseError from error
        raise


def _earn(line: OrderLine, now: datetime) -> None:
    """Post that a line's money is the seller's now, less commission (money.md, "line dispatched")."""
    movements.record_dispatch(
        reference=line.order.reference,
        line_reference=line.reference,
        seller_owner=f"seller:{line.seller_id}",
        gross=line.gross,
        commission=Money(line.commission_minor, line.currency),
        commission_vat=Money(line.commission_vat_minor, line.currency),
        vat_jurisdiction=line.vat_jurisdiction,
        service_fee=line.service_fee,
        protection=line.protection,
        promotion=line.discount_house,
        sales_tax=line.sales_tax,
        sales_tax_jurisdiction=line.tax_jurisdiction if line.sales_tax_minor else "",
        matures_at=deadlines.matures_at(now, market=line.order.market),
        now=now,
    )


@transaction.atomic
def mark_delivered(*, line_id: int, actor: Actor, now: datetime, at: datetime | None = None) -> OrderLine:
    """
    Note that a line reached the shopper; repeating it changes nothing.

    `at` is when the carrier says it did, from which the shopper's periods count; without it that is now.

    :raises MoveRefusedError: the line was not sent
    """
    line = locks.lock_line(line_id)
    if line.state == LineState.DELIVERED:
        return line
    LINE_STATES.move(line, LineState.DELIVERED, actor=actor, now=now, delivered_at=at or now)
    outbox.publish(events.LINE_DELIVERED, key=str(line.pk), payload={"line_id": line.pk}, now=now)
    return line
