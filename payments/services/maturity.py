"""Pending money becomes payable: by a sweep when its day has come, or early by a named decision."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, NotFoundError
from payments import locks
from payments.enums import EntryKind
from payments.models import Maturity
from payments.rules import movements

from .ledger import post_entry
from .reasons import require_reason

SWEEP_SIZE = 200


class AlreadyMaturedError(DomainError):
    code = "already_matured"
    message = _("This money is payable already.")


@transaction.atomic
def release_matured(*, now: datetime, limit: int = SWEEP_SIZE) -> int:
    """Make due money payable; return how many lines. Sweepers side by side share the rows, none takes one twice."""
    due = locks.claim_matured(now=now, limit=limit)
    for maturity in due:
        _mature(maturity, now=now)
    return len(due)


@transaction.atomic
def release_early(*, line_reference: str, actor: Actor, reason: str, now: datetime) -> Maturity:
    """
    Make a line's money payable before its day, by a person who says why.

    :raises AlreadyMaturedError: it is payable already
    :raises NotFoundError: the line was never dispatched
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    maturity = locks.lock_maturity(line_reference)
    if maturity is None:
        raise NotFoundError
    if maturity.matured_at is not None:
        raise AlreadyMaturedError
    _mature(maturity, now=now, note=why)
    audit.record(actor, "released early", maturity, now=now, reason=why)
    return maturity


def _mature(maturity: Maturity, *, now: datetime, note: str = "") -> None:
    if maturity.amount:
        post_entry(
            kind=EntryKind.MATURED,
            reference=maturity.reference,
            line_reference=maturity.line_reference,
            postings=movements.matured(owner=maturity.owner, amount=maturity.amount),
            key=f"mature:{maturity.line_reference}",
            occurred_at=now,
            note=note,
        )
    maturity.matured_at = now
    maturity.save(update_fields=["matured_at"])
