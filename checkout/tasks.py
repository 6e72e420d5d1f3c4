"""Sweeps of checkout."""

from celery import shared_task

from backmarket.core import clock

from .flows import acceptance, delivery, placement


@shared_task
def expire_unpaid_orders() -> None:
    placement.expire_unpaid(now=clock.now())


@shared_task
def cancel_late_lines() -> None:
    acceptance.cancel_late(now=clock.now())


@shared_task
def assume_delivered() -> None:
    delivery.assume_delivered(now=clock.now())
