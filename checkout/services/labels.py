"""Shipping labels: the seller's wish is stored, the carrier's answer beside it; the network lies between (flows)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.core.states import MoveRefusedError
from backmarket.markets.registry import MARKETS
from checkout import locks
from checkout.carriers.base import BoughtLabel, Party, Shipment
from checkout.enums import LabelState, LineState
from checkout.models import LABEL_STATES, LIVING_LABELS, Order, OrderLine, ShippingLabel

from .lines import CarrierUnknownError, owned

# Asked again after this while the carrier does not answer; the first minute belongs to whoever asked.
PATIENCE = timedelta(minutes=1)
CARRIER = Actor.system("carrier")
WEIGHTS_G = range(1, 50_001)


class LabelExistsError(DomainError):
    code = "label_exists"
    message = _("There is a label for one of these items already. Print it, or cancel it first.")


class WeightWrongError(InvalidInputError):
    code = "weight_wrong"
    message = _("The weight is a whole number of grams, up to 50,000.")


class PickupPointForeignError(InvalidInputError):
    code = "pickup_point_foreign"
    message = _("The shopper chose a pick-up point of another carrier; only that carrier can bring it there.")


@transaction.atomic
def request_label(
    *,
    seller_id: int,
    order_id: int,
    line_ids: Sequence[int],
    carrier: str,
    weight_g: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> ShippingLabel:
    """
    Store that a seller wants a label for accepted lines of one order, once a key; what the carrier needs is frozen.

    :raises NotFoundError: a line is not the seller's or not of this order
    :raises CarrierUnknownError: not a carrier of the order's market
    :raises PickupPointForeignError: another carrier than that of the chosen pick-up point
    :raises WeightWrongError: not a weight of a parcel
    :raises LabelExistsError: one of the lines has a label that is not cancelled
    :raises MoveRefusedError: a line is not accepted
    """
    lines = owned(locks.lock_lines(list(line_ids)), line_ids, seller_id)
    if any(line.order_id != order_id for line in lines):
        raise NotFoundError
    asked = ShippingLabel.objects.filter(seller_id=seller_id, key=key).first()
    if asked is not None:
        return asked
    # Read after the lines' locks: an address changes under them too.
    order = Order.objects.get(pk=order_id)
    _refuse_wrong(lines, carrier=carrier, weight_g=weight_g)
    label = ShippingLabel.objects.create(
        order=order,
        seller_id=seller_id,
        carrier=carrier,
        key=key,
        facts=_facts(order, lines[0], weight_g),
        address_version=order.address_version,
        requested_at=now,
        ask_again_at=now + PATIENCE,
    )
    label.lines.set(lines)
    return label


def _refuse_wrong(lines: Sequence[OrderLine], *, carrier: str, weight_g: int) -> None:
    if carrier not in {known.key for known in MARKETS[lines[0].order.market].carriers}:
        raise CarrierUnknownError
    if lines[0].pickup_point and carrier != lines[0].carrier:
        raise PickupPointForeignError
    if weight_g not in WEIGHTS_G:
        raise WeightWrongError
    if any(line.state != LineState.ACCEPTED for line in lines):
        raise MoveRefusedError
    living = ShippingLabel.objects.filter(lines__in=lines, state__in=LIVING_LABELS, parcel=None)
    if living.exists():
        raise LabelExistsError


def _facts(order: Order, line: OrderLine, weight_g: int) -> dict[str, Any]:
    seller = line.seller
    return {
        "sender": {
            "name": seller.name,
            "company": "",
            "lines": [seller.street, f"{seller.postcode} {seller.city}"],
            "postcode": seller.postcode,
            "country": seller.country,
        },
        "recipient": {
            "name": order.full_name,
            "company": order.company,
            "lines": order.address_lines,
            "postcode": order.postcode,
            "country": order.country,
            "phone": order.phone,
        },
        "pickup_point": line.pickup_point,
        "pickup_address": line.pickup_address,
        "weight_g": weight_g,
        "order": order.number_text,
    }


def shipment_of(label: ShippingLabel) -> Shipment:
    """Return what the carrier is told; the same each time it is told."""
    return Shipment(
        key=str(label.public_id),
        number=label.pk,
        carrier=label.carrier,
        sender=Party(**label.facts["sender"]),
        recipient=Party(**label.facts["recipient"]),
        pickup_point=label.facts["pickup_point"],
        weight_g=label.facts["weight_g"],
    )


@transaction.atomic
def record_bought(*, label_id: int, bought: BoughtLabel, now: datetime) -> None:
    """Keep the number that the carrier gave; said again it changes nothing."""
    label = locks.lock_label(label_id)
    if label.state != LabelState.REQUESTED:
        return
    facts = {"tracking_number": bought.tracking_number, "routing_code": bought.routing_code}
    LABEL_STATES.move(label, LabelState.BOUGHT, actor=CARRIER, now=now, ask_again_at=None, **facts)
    if not label.lines.filter(state=LineState.ACCEPTED).exists():
        # Cancelled while the carrier was asked.
        LABEL_STATES.move(label, LabelState.VOIDING, actor=CARRIER, now=now, ask_again_at=now)


@transaction.atomic
def record_refused(*, label_id: int, reason: str, now: datetime) -> None:
    """Keep why the carrier would not make a label, or not take it back; its word is for the seller to read."""
    label = locks.lock_label(label_id)
    ends = {LabelState.REQUESTED: LabelState.REFUSED, LabelState.VOIDING: LabelState.BOUGHT}
    to = ends.get(LabelState(label.state))
    if to is not None:
        LABEL_STATES.move(label, to, actor=CARRIER, now=now, refusal=reason[:200], ask_again_at=None)


@transaction.atomic
def request_void(*, label_id: int, actor: Actor, now: datetime) -> None:
    """
    Store that a label will not be used; repeating it changes nothing.

    :raises MoveRefusedError: it went with a parcel, or was never had
    """
    label = locks.lock_label(label_id)
    if label.state in (LabelState.VOIDING, LabelState.VOIDED):
        return
    if label.parcel_id is not None:
        raise MoveRefusedError
    LABEL_STATES.move(label, LabelState.VOIDING, actor=actor, now=now, ask_again_at=now + PATIENCE)


@transaction.atomic
def record_voided(*, label_id: int, now: datetime) -> None:
    label = locks.lock_label(label_id)
    if label.state == LabelState.VOIDING:
        LABEL_STATES.move(label, LabelState.VOIDED, actor=CARRIER, now=now, ask_again_at=None)


@transaction.atomic
def postpone(*, label_id: int, until: datetime) -> None:
    """Ask a carrier that does not answer again later."""
    ShippingLabel.objects.filter(pk=label_id, ask_again_at__isnull=False).update(ask_again_at=until)


def own_label(*, seller_id: int, public_id: UUID) -> ShippingLabel:
    """:raises NotFoundError: not the seller's"""
    label = ShippingLabel.objects.filter(seller_id=seller_id, public_id=public_id).select_related("order").first()
    if label is None:
        raise NotFoundError
    return label
