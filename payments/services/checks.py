"""Check the books, part by part; a difference freezes payouts."""

import contextlib
from datetime import datetime

from django.db import transaction

from backmarket.core.actors import Actor
from payments import locks
from payments.models import LedgerCheck
from payments.selectors.checks import LISTED, PARTS, differences_in

from .freezes import FrozenAlreadyError, freeze_payouts

CHECK = Actor.system("ledger check")


@transaction.atomic
def start_check(*, now: datetime) -> LedgerCheck:
    """Begin a check, unless one is under way."""
    return LedgerCheck.objects.filter(finished_at=None).first() or LedgerCheck.objects.create(started_at=now)


@transaction.atomic
def check_next_part(*, now: datetime) -> bool:
    """
    Do one part of the check under way; say whether there may be more to do.

    A worker that is killed in it loses this part only. The first difference freezes payouts, in the same transaction.
    """
    check = locks.claim_check()
    if check is None:
        return False
    part = next((part for part in PARTS if part not in check.parts), None)
    if part is None:
        check.finished_at = now
        check.save(update_fields=["finished_at"])
        return False
    found = differences_in(part)
    check.parts[part] = found[:LISTED]
    check.found += len(found)
    check.save(update_fields=["parts", "found"])
    if found:
        with contextlib.suppress(FrozenAlreadyError):
            freeze_payouts(reason=f"The books differ: {found[0]}", actor=CHECK, now=now)
    return True
