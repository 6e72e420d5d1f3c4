"""Agree on payout terms, hold payouts to an owner and lift that, each by somebody who says why."""

from dataclasses import asdict, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from payments import locks
from payments.enums import HoldKind, PayoutSchedule
from payments.models import PayoutHold, PayoutTerms
from payments.rules.payout_terms import Terms

from .reasons import require_reason


class TermsRefusedError(InvalidInputError):
    code = "terms_refused"
    message = _("A reserve needs a share below 100 % and its days, a minimum is not below zero.")


class HeldAlreadyError(DomainError):
    code = "held_already"
    message = _("Payouts to this seller are held for that already.")


@transaction.atomic
def set_terms(*, owner: str, currency: str, terms: Terms, reason: str, actor: Actor, now: datetime) -> PayoutTerms:
    """
    Agree on an owner's terms for one currency from now on; reserves that are held keep their days.

    :raises TermsRefusedError: they cannot be kept
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    _require_sound(terms)
    if terms.schedule != PayoutSchedule.WEEKLY:
        terms = replace(terms, weekday=0)
    agreed, _ = PayoutTerms.objects.update_or_create(
        owner=owner, currency=currency, defaults={**asdict(terms), "changed_at": now}
    )
    facts = {name: str(value) for name, value in asdict(terms).items()}
    audit.record(actor, "payout terms changed", agreed, now=now, reason=why, **facts)
    return agreed


def _require_sound(terms: Terms) -> None:
    known = terms.schedule in PayoutSchedule.values and 0 <= terms.weekday <= 6
    reserve = 0 <= terms.reserve_percent < 100 and bool(terms.reserve_percent) == bool(terms.reserve_days)
    if not known or not reserve or terms.minimum_minor < 0:
        raise TermsRefusedError


@transaction.atomic
def hold_payouts(*, owner: str, kind: HoldKind, reason: str, actor: Actor, now: datetime) -> PayoutHold:
    """
    Make no payout to an owner from now on; one that was made goes its way.

    :raises HeldAlreadyError: a hold of this kind is open
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    try:
        with transaction.atomic():
            hold = PayoutHold.objects.create(owner=owner, kind=kind, reason=why, started_at=now)
    except IntegrityError as error:
        raise HeldAlreadyError from error
    audit.record(actor, "payouts held", hold, now=now, reason=why, owner=owner, kind=str(kind))
    return hold


@transaction.atomic
def lift_hold(*, owner: str, kind: HoldKind, reason: str, actor: Actor, now: datetime) -> PayoutHold:
    """
    Lift a hold; others of the owner stay.

    :raises NotFoundError: no hold of this kind is open
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    hold = locks.lock_hold(owner, kind)
    if hold is None:
        raise NotFoundError
    hold.lifted_at = now
    hold.save(update_fields=["lifted_at"])
    audit.record(actor, "payout hold lifted", hold, now=now, reason=why, owner=owner, kind=str(kind))
    return hold
