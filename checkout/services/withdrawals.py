"""Withdraw from the contract of a line: a declaration with its instant, made once."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from checkout import events, locks
from checkout.enums import LineState
from checkout.models import OrderLine, Withdrawal
from checkout.rules import withdrawal as rules

WITHDRAWABLE = (LineState.SHIPPED, LineState.DELIVERED, LineState.CLOSED)


class WithdrawalNotPossibleError(DomainError):
    code = "withdrawal_not_possible"
    message = _("You can withdraw from the contract of an item once it is on its way. Until then you can cancel it.")


class WithdrawalTooLateError(DomainError):
    code = "withdrawal_too_late"
    message = _("The time to change your mind is over.")


def last_day_of(line: OrderLine) -> date | None:
    """Return the last day on which the line can be given back; None before its delivery."""
    if line.delivered_at is None:
        return None
    zone = line.order.market_facts.time_zone
    bought = (line.paid_at or line.order.placed_at).astimezone(zone).date()
    delivered = line.delivered_at.astimezone(zone).date()
    return rules.last_day(bought=bought, delivered=delivered, country=line.order.market)


def is_in_time(line: OrderLine, now: datetime) -> bool:
    last = last_day_of(line)
    return last is None or rules.is_within(now, last, line.order.market_facts.time_zone)


@transaction.atomic
def declare_withdrawal(*, line_id: int, actor: Actor, now: datetime) -> Withdrawal:
    """
    Record that the shopper withdraws from the contract of a line; repeating it answers the first declaration.

    :raises WithdrawalNotPossibleError: not sent yet, or its money went back
    :raises WithdrawalTooLateError: the period is over
    """
    line = locks.lock_line(line_id)
    declared = Withdrawal.objects.filter(line=line).first()
    if declared is not None:
        return declared
    if line.state not in WITHDRAWABLE:
        raise WithdrawalNotPossibleError
    last = last_day_of(line)
    if last is not None and not is_in_time(line, now):
        text = _now("The time to change your mind ended on %(day)s.") % {"day": date_format(last, "j F Y")}
        raise WithdrawalTooLateError(text)
    withdrawal = Withdrawal.objects.create(line=line, declared_at=now, until_date=last)
    audit.record(actor, "withdrew from the contract", line, now=now)
    outbox.publish(events.LINE_WITHDRAWN, key=str(line.pk), payload={"line_id": line.pk}, now=now)
    return withdrawal
