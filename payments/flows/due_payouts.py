"""Pay the sellers whose day it is: each in a transaction of its own, so that the run may be killed and begun again."""

import time
from datetime import UTC, datetime

from django.db import transaction

from backmarket.core.actors import Actor
from payments.enums import PayoutOutcome
from payments.selectors.due_payouts import due_payouts
from payments.services.payouts import pay_out

from .payouts import send_payout

BUDGET_S = 10.0


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
