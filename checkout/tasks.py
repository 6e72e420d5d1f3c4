"""Sweeps of checkout."""

from datetime import timedelta

from celery import shared_task

from backmarket.core import clock

from .flows import acceptance, commissions, delivery, holds, placement
from .services import basket_lives, shared_baskets

FORGET_FOR = timedelta(seconds=8)


@shared_task
def expire_unpaid_orders() -> None:
    placement.expire_unpaid(now=clock.now())


@shared_task
def cancel_late_lines() -> None:
    acceptance.cancel_late(now=clock.now())


@shared_task
def assume_delivered() -> None:
    delivery.assume_delivered(now=clock.now())


@shared_task
def forget_baskets() -> None:
    """Delete old baskets and links in chunks, for half of the queue's time limit; the rest waits for the next run."""
    until = clock.now() + FORGET_FOR
    while clock.now() < until and (
        basket_lives.forget_old_baskets(now=clock.now()) or shared_baskets.forget_expired_shares(now=clock.now())
    ):
        pass


@shared_task
def remind_of_held_orders() -> None:
    holds.remind_overdue(now=clock.now())


@shared_task
def issue_commission_invoices() -> None:
    commissions.issue_due(now=clock.now())
