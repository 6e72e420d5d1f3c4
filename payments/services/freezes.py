"""Stop all payouts, and let them go again: by a check that found a difference, or by a person who says why."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, NotFoundError
from payments import locks
from payments.models import PayoutFreeze

from .reasons import require_reason


class PayoutsFrozenError(DomainError):
    code = "payouts_frozen"
    message = _("Payouts are frozen until finance lifts it.")


class FrozenAlreadyError(DomainError):
    code = "frozen_already"
    message = _("Payouts are frozen already.")


def require_not_frozen() -> None:
    """:raises PayoutsFrozenError: payouts are frozen"""
    if PayoutFreeze.objects.filter(lifted_at=None).exists():
        raise PayoutsFrozenError


@transaction.atomic
def freeze_payouts(*, reason: str, actor: Actor, now: datetime) -> PayoutFreeze:
    """
    Make and send no payout from now on.

    :raises FrozenAlreadyError: they are frozen
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    try:
        with transaction.atomic():
            freeze = PayoutFreeze.objects.create(reason=why, started_at=now)
    except IntegrityError as error:
        raise FrozenAlreadyError from error
    audit.record(actor, "payouts frozen", freeze, now=now, reason=why)
    return freeze


@transaction.atomic
def lift_freeze(*, reason: str, actor: Actor, now: datetime) -> PayoutFreeze:
    """
    Let payouts go again.

    :raises NotFoundError: they are not frozen
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    freeze = locks.lock_freeze()
    if freeze is None:
        raise NotFoundError
    freeze.lifted_at = now
    freeze.save(update_fields=["lifted_at"])
    audit.record(actor, "payouts released", freeze, now=now, reason=why)
    return freeze
