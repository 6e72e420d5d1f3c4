"""Work on many order lines, each in its own transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.errors import NotFoundError
from backmarket.core.states import MoveRefusedError
from checkout.enums import CancelledBy
from checkout.flows import refunds
from checkout.selectors import orders
from checkout.services import lines


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many lines were accepted, and how many could not be any more."""

    done: int
    refused: int


def accept_lines(*, seller_id: int, line_ids: Iterable[UUID], actor: Actor, now: datetime) -> Accepted:
    """
    Accept the seller's own lines one by one, so that one that was cancelled meanwhile holds none back.

    :raises NotFoundError: one of them is not the seller's; nothing is accepted
    """
    wanted = set(line_ids)
    rows = orders.lines_of_seller(seller_id=seller_id).filter(public_id__in=wanted)
    keys = sorted(rows.values_list("pk", flat=True))
    if not keys or len(keys) != len(wanted):
        raise NotFoundError
    refused = 0
    for key in keys:
        try:
            with transaction.atomic(durable=True):
                lines.accept_line(line_id=key, seller_id=seller_id, actor=actor, now=now)
        except MoveRefusedError:
            refused += 1
    return Accepted(done=len(keys) - refused, refused=refused)


def cancel_line(*, seller_id: int, line_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """
    Cancel one of the seller's own lines and send the shopper's money back.

    :raises NotFoundError: not the seller's
    :raises MoveRefusedError: too late
    """
    line = orders.lines_of_seller(seller_id=seller_id).filter(public_id=line_id).first()
    if line is None:
        raise NotFoundError
    refunds.cancel_line(line_id=line.pk, by=CancelledBy.SELLER, reason=reason, actor=actor, now=now)
