"""Sweeps of checkout."""

from datetime import timedelta

from celery import shared_task

from backmarket.core import clock

from .flows import acceptance, commissions, delivery, holds, labels, placement, reviews
from .services import basket_lives, carrier_messages, shared_baskets, tracking

FORGET_FOR = timedelta(seconds=8)


@shared_task
def expire_unpaid_orders() -> None:
    placement.expire_unpaid(now=clock.now())


@shared_task
def cancel_late_lines() -> None:
    acceptance.cancel_late(now=clock.now())


@shared_task
def watch_parcels() -> None:
    delivery.watch_parcels(now=clock.now())


@shared_task
def refund_undelivered() -> None:
    delivery.refund_undelivered(now=clock.now())


@shared_task
def finish_labels() -> None:
    labels.finish_unanswered(now=clock.now())


@shared_task
def ask_for_reviews() -> None:
    reviews.ask_for_reviews(now=clock.now())


@shared_task
def forget_carrier_messages() -> None:
    """Delete what carriers said long ago in chunks, for half of the queue's time limit."""
    until = clock.now() + FORGET_FOR
    while clock.now() < until and (
        carrier_messages.forget_messages(now=clock.now()) or tracking.forget_waiting_scans(now=clock.now())
    ):
        pass


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
