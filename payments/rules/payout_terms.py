"""When a seller is paid and how much of what is payable: pure rules of payouts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import holidays

from backmarket.core.money import Money
from payments.enums import PayoutOutcome, PayoutSchedule

PAYOUT_DAYS = (6, 16, 26)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What was agreed with a seller for one currency; without an agreement these defaults hold.

    `weekday` counts from Monday, 0, and matters to the weekly schedule only; `reserve_percent` of what was earned is
    held back at each payout for `reserve_days`.
    """

    schedule: str = PayoutSchedule.MONTH_DAYS
    weekday: int = 0
    minimum_minor: int = 0
    reserve_percent: Decimal = Decimal(0)
    reserve_days: int = 0


@dataclass(frozen=True, slots=True)
class PayoutPlan:
    """What a payout would do; `amount` and `reserve` are zero unless it pays."""

    outcome: PayoutOutcome
    amount: Money
    reserve: Money


@lru_cache(maxsize=64)
def _target_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("ECB", years=year))


def is_banking_day(day: date) -> bool:
    """Say whether banks of the euro area settle: no weekend, no holiday of TARGET."""
    return day.weekday() < 5 and day not in _target_holidays(day.year)


def is_payout_date(terms: Terms, day: date) -> bool:
    """Say whether money leaves on a day; what falls on a day without banks leaves on the next one with."""
    if not is_banking_day(day):
        return False
    return any(_is_agreed(terms, agreed) for agreed in _days_moved_to(day))


def _days_moved_to(day: date) -> Iterator[date]:
    yield day
    day -= ONE_DAY
    while not is_banking_day(day):
        yield day
        day -= ONE_DAY


def _is_agreed(terms: Terms, day: date) -> bool:
    match terms.schedule:
        case PayoutSchedule.DAILY:
            return True
        case PayoutSchedule.WEEKLY:
            return day.weekday() == terms.weekday
    return day.day in PAYOUT_DAYS


def next_payout_date(terms: Terms, today: date) -> date:
    """Return the next day on which money leaves, today included."""
    day = today
    while not is_payout_date(terms, day):
        day += ONE_DAY
    return day


def plan_payout(*, payable: Money, earned: Money, terms: Terms, held: bool, minimum: bool = True) -> PayoutPlan:
    """
    Decide what becomes of a payable balance: amount = payable - reserve, never below zero.

    `payable` has a negative carry-over in it already. `earned` is the part that a reserve is taken from: money that
    was held back or paid out before is not held back again. A person who pays by hand may go below the `minimum`.
    """
    nothing = Money.zero(payable.currency)
    reserve = max(nothing, min(payable, earned.share(terms.reserve_percent / 100)))
    amount = payable - reserve
    if amount.amount_minor <= 0:
        outcome = PayoutOutcome.CARRIED_OVER if payable.amount_minor < 0 else PayoutOutcome.NOTHING
    elif held:
        outcome = PayoutOutcome.HELD
    elif minimum and amount.amount_minor < terms.minimum_minor:
        outcome = PayoutOutcome.BELOW_MINIMUM
    else:
        return PayoutPlan(PayoutOutcome.PAID_OUT, amount, reserve)
    return PayoutPlan(outcome, nothing, nothing)
