"""Rules that say which provider takes a payment; every change is audited with its reason."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from payments import locks
from payments.models import RoutingRule

from .reasons import require_reason

FACTS = ("position", "market", "method", "currency", "from_minor", "to_minor", "provider")


class PositionTakenError(InvalidInputError):
    code = "position_taken"
    message = _("Another rule has this position.")


@transaction.atomic
def save_rule(*, rule_id: int | None, facts: dict[str, Any], reason: str, actor: Actor, now: datetime) -> RoutingRule:
    """
    Write a new rule, or change one; `facts` are those named in `FACTS`, all of them.

    :raises NotFoundError: there is no such rule any more
    :raises PositionTakenError: another rule has the position
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    rule = RoutingRule() if rule_id is None else locks.lock_routing_rule(rule_id)
    if rule is None:
        raise NotFoundError
    before = _facts(rule) if rule.pk else {}
    for name in FACTS:
        setattr(rule, name, facts[name])
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise PositionTakenError from error
    audit.record(actor, "routing rule written", rule, now=now, reason=why, before=before, after=_facts(rule))
    return rule


@transaction.atomic
def delete_rule(*, rule_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """
    Take a rule out.

    :raises NotFoundError: there is no such rule any more
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    rule = locks.lock_routing_rule(rule_id)
    if rule is None:
        raise NotFoundError
    audit.record(actor, "routing rule deleted", rule, now=now, reason=why, before=_facts(rule))
    rule.delete()


def _facts(rule: RoutingRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in FACTS}
