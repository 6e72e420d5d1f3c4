"""
Orders that a person looks at before their sellers do: checked, held, released or refused.

While an order is held its money is taken and its stock sold, its sellers do not see it and no clock runs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError
from checkout import events, locks
from checkout.enums import CancelledBy, CheckState, LineState
from checkout.models import CHECK_STATES, LINE_STATES, FraudCheck, Order, OrderLine
from checkout.rules import deadlines, fraud
from checkout.selectors import fraud as fraud_reads
from payments.selectors.views import RefundView

from . import refunds

REMIND_EVERY = timedelta(hours=24)
# What the shopper's order says; the reason of the staff stays with the check.
REFUSED_REASON = "the order could not be confirmed"


class HoldDecidedError(DomainError):
    code = "hold_decided"
    message = _("This order is no longer waiting: a colleague decided, or the shopper cancelled it.")


class ReasonMissingError(InvalidInputError):
    code = "decision_without_reason"
    message = _("Say why: your colleagues read it when they are asked.")


def check_order(order: Order, *, now: datetime) -> FraudCheck:
    """Judge an order whose money was just taken, and keep what it was judged by; once, the caller holds its lock."""
    facts = fraud_reads.facts_of(order, now=now)
    verdict = fraud.judge(facts)
    return FraudCheck.objects.create(
        order=order,
        rules_version=fraud.VERSION,
        facts=facts.to_json(),
        findings=[finding.to_json() for finding in verdict.findings],
        points=verdict.points,
        hold_at=verdict.hold_at,
        state=CheckState.HELD if verdict.is_held else CheckState.CLEAR,
        checked_at=now,
        remind_at=now + fraud.DECIDE_WITHIN if verdict.is_held else None,
    )


def hold(order: Order, lines: Sequence[OrderLine], *, actor: Actor, now: datetime) -> None:
    """Keep paid lines from their sellers until a person has looked at the order."""
    for line in lines:
        LINE_STATES.move(line, LineState.ON_HOLD, actor=actor, now=now, paid_at=now)
    outbox.publish(events.ORDER_HELD, key=str(order.pk), payload={"order_id": order.pk}, now=now)


def hand_over(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    actor: Actor,
    now: datetime,
    paid_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Give paid lines to their sellers, whose clocks start now."""
    for line in lines:
        country = line.seller.country
        LINE_STATES.move(
            line,
            LineState.PAID,
            actor=actor,
            now=now,
            reason=reason,
            paid_at=paid_at or line.paid_at or now,
            accept_by=deadlines.working_deadline(now, deadlines.ACCEPT_HOURS, country=country),
            ship_by=deadlines.working_deadline(now, line.handling_hours, country=country),
        )
    outbox.publish(events.ORDER_PAID, key=str(order.pk), payload={"order_id": order.pk}, now=now)


@transaction.atomic
def release(*, order_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """
    Let a held order go to its sellers.

    :raises HoldDecidedError: it is not held any more
    :raises ReasonMissingError: no word of why
    """
    reason = _checked(reason)
    check, lines = _locked(order_id)
    _decide(check, CheckState.RELEASED, reason=reason, actor=actor, now=now)
    hand_over(check.order, lines, actor=actor, now=now, reason=reason)


@transaction.atomic
def refuse(*, order_id: int, reason: str, actor: Actor, now: datetime) -> list[RefundView]:
    """
    Cancel a held order: its stock is on sale again and each line's money goes back, once. Returns the refunds to send.

    :raises HoldDecidedError: it is not held any more
    :raises ReasonMissingError: no word of why
    """
    reason = _checked(reason)
    check, lines = _locked(order_id)
    _decide(check, CheckState.REFUSED, reason=reason, actor=actor, now=now)
    by = CancelledBy.MARKETPLACE
    return [refunds.cancel_line(line_id=line.pk, by=by, reason=REFUSED_REASON, actor=actor, now=now) for line in lines]


def _checked(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()[:300]


def _locked(order_id: int) -> tuple[FraudCheck, list[OrderLine]]:
    """Lock a held order's check and those of its lines that still wait."""
    check = locks.lock_held_check(order_id)
    if check is None:
        raise HoldDecidedError
    lines = locks.lock_lines(list(check.order.lines.values_list("pk", flat=True)))
    held = [line for line in lines if line.state == LineState.ON_HOLD]
    if not held:
        raise HoldDecidedError
    return check, held


def _decide(check: FraudCheck, state: CheckState, *, reason: str, actor: Actor, now: datetime) -> None:
    CHECK_STATES.move(
        check,
        state,
        actor=actor,
        now=now,
        reason=reason,
        decided_at=now,
        decided_by=actor.label[:254],
        decision_reason=reason,
        remind_at=None,
    )


@transaction.atomic
def end_if_cancelled(*, order_id: int, now: datetime) -> bool:
    """Take an order out of the queue of which the shopper cancelled everything; return whether it was in there."""
    check = locks.lock_held_check(order_id)
    if check is None or check.order.lines.filter(state=LineState.ON_HOLD).exists():
        return False
    actor = Actor.system("order check")
    _decide(check, CheckState.ENDED, reason="nothing of it is left", actor=actor, now=now)
    return True


@transaction.atomic
def remind(*, order_id: int, now: datetime) -> bool:
    """Say that a held order waits too long, now and each day after; it is never decided by the time that passes."""
    if end_if_cancelled(order_id=order_id, now=now):
        return False
    check = locks.lock_held_check(order_id)
    if check is None or check.remind_at is None or check.remind_at > now:
        return False
    check.remind_at = now + REMIND_EVERY
    check.save(update_fields=["remind_at"])
    outbox.publish(events.HOLD_OVERDUE, key=str(order_id), payload={"order_id": order_id}, now=now)
    return True
