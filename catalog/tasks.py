"""Sweeps of the catalogue."""

from celery import shared_task

from backmarket.core import clock

from .services import offers, stock


@shared_task
def release_expired_stock() -> None:
    stock.release_expired(now=clock.now())


@shared_task
def elect_dirty_offers() -> None:
    """Elect what was noted, in batches, for as long as the queue's time limit allows."""
    for _batch in range(10):
        if not offers.elect_dirty(now=clock.now()):
            return
