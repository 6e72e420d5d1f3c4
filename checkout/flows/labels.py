"""Buy and cancel labels: the wish is stored, the carrier asked under its key, the answer stored; a sweep finishes."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from backmarket.core.actors import Actor
from checkout.carriers.base import CarrierRefusedError, CarrierUnavailableError
from checkout.carriers.registry import client_of
from checkout.enums import LabelState, LineState
from checkout.models import ShippingLabel
from checkout.services import labels

logger = logging.getLogger(__name__)
AGAIN = timedelta(minutes=5)
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 8.0


def buy_label(
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
    Buy one label a key; while the carrier does not answer it stays "being made".

    :raises DomainError: see `services.labels.request_label`
    """
    with transaction.atomic(durable=True):
        label = labels.request_label(
            seller_id=seller_id,
            order_id=order_id,
            line_ids=line_ids,
            carrier=carrier,
            weight_g=weight_g,
            key=key,
            actor=actor,
            now=now,
        )
    return finish_label(label_id=label.pk, now=now)


def void_label(*, seller_id: int, public_id: UUID, actor: Actor, now: datetime) -> ShippingLabel:
    """
    Give back a label that was not used.

    :raises NotFoundError: not the seller's
    :raises MoveRefusedError: it went with a parcel
    """
    label = labels.own_label(seller_id=seller_id, public_id=public_id)
    with transaction.atomic(durable=True):
        labels.request_void(label_id=label.pk, actor=actor, now=now)
    return finish_label(label_id=label.pk, now=now)


def void_useless(*, now: datetime, line_id: int | None = None, order_id: int | None = None) -> None:
    """Give back unused labels with nothing left to send, or those of an order that name an address of before."""
    rows = ShippingLabel.objects.filter(state=LabelState.BOUGHT, parcel=None)
    if line_id is not None:
        rows = rows.filter(lines=line_id).exclude(lines__state=LineState.ACCEPTED)
    if order_id is not None:
        rows = rows.filter(order_id=order_id, address_version__lt=F("order__address_version"))
    for label_id in list(rows.values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            labels.request_void(label_id=label_id, actor=Actor.system("useless label"), now=now)
        finish_label(label_id=label_id, now=now)


def finish_label(*, label_id: int, now: datetime) -> ShippingLabel:
    """Ask the carrier for what is stored as wished and keep its answer; without one the sweep asks again."""
    label = ShippingLabel.objects.select_related("order").get(pk=label_id)
    client = client_of(label.carrier)
    try:
        if label.state == LabelState.REQUESTED:
            bought = client.buy_label(labels.shipment_of(label))
            with transaction.atomic(durable=True):
                labels.record_bought(label_id=label_id, bought=bought, now=now)
        elif label.state == LabelState.VOIDING:
            client.void_label(key=str(label.public_id), tracking_number=label.tracking_number)
            with transaction.atomic(durable=True):
                labels.record_voided(label_id=label_id, now=now)
    except CarrierRefusedError as error:
        with transaction.atomic(durable=True):
            labels.record_refused(label_id=label_id, reason=str(error), now=now)
    except CarrierUnavailableError:
        logger.warning("the carrier of label %s does not answer", label_id)
        with transaction.atomic(durable=True):
            labels.postpone(label_id=label_id, until=now + AGAIN)
    label.refresh_from_db()
    return label


def finish_unanswered(*, now: datetime, limit: int = 50) -> int:
    """Ask again for labels that a crash or a silent carrier left open; return how many were looked at."""
    rows = ShippingLabel.objects.filter(ask_again_at__lte=now).order_by("ask_again_at")
    started, count = time.monotonic(), 0
    for label_id in list(rows.values_list("pk", flat=True)[:limit]):
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            finish_label(label_id=label_id, now=now)
        except Exception:
            logger.exception("label %s could not be finished", label_id)
        count += 1
    return count
