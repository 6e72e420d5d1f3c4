"""Sellers whose day it is to be paid."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from backmarket.core.money import Money
from payments.enums import AccountKind
from payments.models import Account, Payout, PayoutTerms
from payments.rules.payout_terms import PayoutPlan, Terms, is_payout_date, plan_payout

from .payables import payables
from .payout_terms import held_because, holds_of


@dataclass(frozen=True, slots=True)
class DuePayout:
    """What a run would do with a seller today, and why it is held if it is."""

    owner: str
    payable: Money
    plan: PayoutPlan
    reason: str


def due_payouts(day: date) -> list[DuePayout]:
    """Return the sellers whose terms name this day and who were not paid on it yet, the largest first; five queries."""
    accounts = Account.objects.filter(kind=AccountKind.SELLER_PAYABLE).values_list("pk", flat=True)
    found = [one for one in payables(accounts) if one.payable]
    owners = {one.owner for one in found}
    agreed = {(row.owner, row.currency): row.terms for row in PayoutTerms.objects.filter(owner__in=owners)}
    paid = set(
        Payout.objects.filter(
            created_at__gte=datetime(day.year, day.month, day.day, tzinfo=UTC), owner__in=owners
        ).values_list("owner", "currency")
    )
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
