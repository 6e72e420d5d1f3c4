"""Sweeps of payments."""

import logging
import time

from celery import shared_task
from django.db import transaction

from backmarket.core import clock

from .flows import sweep
from .services import checks, maturity, reserves, snapshots

logger = logging.getLogger(__name__)
# Half of a task's hard limit: the longest part of a check may still follow.
BUDGET_S = 10.0


@shared_task
def sweep_payments() -> None:
    sweep.sweep(now=clock.now())


@shared_task
def release_matured() -> None:
    with transaction.atomic(durable=True):
        maturity.release_matured(now=clock.now())


@shared_task
def release_reserves() -> None:
    with transaction.atomic(durable=True):
        reserves.release_due_reserves(now=clock.now())


@shared_task
def take_snapshots() -> None:
    """Remember balances of busy accounts; where a transaction stays open, the next run does it."""
    try:
        snapshots.take_snapshots()
    except snapshots.TransactionOpenError:
        logger.warning("no balances were remembered: a transaction stays open")


@shared_task
def start_check() -> None:
    with transaction.atomic(durable=True):
        checks.start_check(now=clock.now())


@shared_task
def go_on_with_check() -> None:
    """Do parts of the check under way until there is no more, or no more time."""
    started = time.monotonic()
    more = True
    while more and time.monotonic() - started < BUDGET_S:
        with transaction.atomic(durable=True):
            more = checks.check_next_part(now=clock.now())
