"""Pay the sellers whose day it is: each in a transaction of its own, so that the run may be killed and begun again."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from payments.enums import AccountKind, PayoutOutcome
from payments.models import Account, Payout, PayoutTerms
from payments.rules.payout_terms import PayoutPlan, Terms, is_payout_date, plan_payout
from payments.selectors.payables import payables
from payments.selectors.payout_terms import held_because, holds_of
from payments.services.payouts import pay_out

from .payouts import send_payout

logger = logging.getLogger(__name__)
BUDGET_S = 10.0


@dataclass(frozen=True, slots=True)
class DuePayout:
    """What a run would do with a seller today, and why it is held if it is."""

    owner: str
    payable: Money
    plan: PayoutPlan
    reason: str


def due_payouts(day: date) -> list[DuePayout]:
    """Return the sellers whose terms name this day and who were not paid on it yet, the largest first; four queries."""
    accounts = Account.objects.filter(kind=AccountKind.SELLER_PAYABLE).values_list("pk", flat=True)
    found = [one for one in payables(accounts) if one.payable]
    owners = {one.owner for one in found}
    agreed = {(row.owner, row.currency): row.terms for row in PayoutTerms.objects.filter(owner__in=owners)}
    paid = set(Payout.objects.filter(created_at__gte=_start(day), owner__in=owners).values_list("owner", "currency"))
    holds = holds_of(owners)
    due = []
    for one in found:
        key = (one.owner, one.payable.currency)
        terms = agreed.get(key, Terms())
        if key in paid or not is_payout_date(terms, day):
            continue
        held = holds.get(one.owner, [])
        plan = plan_payout(payable=one.payable, earned=one.earned, terms=terms, held=bool(held))
        due.append(DuePayout(one.owner, one.payable, plan, held_because(held)))
    return sorted(due, key=lambda one: (one.payable.currency, -one.payable.amount_minor, one.owner))


def pay_due(*, actor: Actor, now: datetime) -> tuple[int, int]:
    """
    Make and send what is due today; return how many were paid and how many wait for another run.

    Begun twice at once, or again after a crash, nobody is paid twice: the second finds nothing unsettled.

    :raises PayoutsFrozenError: payouts are frozen
    """
    started = time.monotonic()
    paying = [one for one in due_payouts(now.astimezone(UTC).date()) if one.plan.outcome == PayoutOutcome.PAID_OUT]
    paid = 0
    for number, one in enumerate(paying):
        if time.monotonic() - started > BUDGET_S:
            return paid, len(paying) - number
        with transaction.atomic(durable=True):
            currency = one.payable.currency
            result = pay_out(owner=one.owner, currency=currency, minimum=True, actor=actor, now=now)
        if result.payout is not None:
            paid += 1
            send_payout(payout_id=result.payout.public_id, now=now)
    return paid, 0


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
