"""Sweeps of the catalogue."""

from datetime import timedelta
from time import monotonic

from celery import shared_task

from backmarket.core import clock

from .flows import search_index
from .services import alert_rounds, alerts, offers, related, search_log, seen, stock, wish_lists

RELATE_FOR = timedelta(seconds=8)
INDEXING_S = 8


@shared_task
def release_expired_stock() -> None:
    stock.release_expired(now=clock.now())


@shared_task
def elect_dirty_offers() -> None:
    """Elect what was noted, in batches, for as long as the queue's time limit allows."""
    for _batch in range(10):
        if not offers.elect_dirty(now=clock.now()):
            return


@shared_task
def relate_products() -> None:
    """Relate the groups of products that are due, one transaction each, for half of the queue's time limit."""
    until = clock.now() + RELATE_FOR
    related.note_groups()
    while clock.now() < until and related.refresh_due_group(now=clock.now()):
        pass


@shared_task
def forget_old_searches() -> None:
    search_log.forget_old_searches(today=clock.now().date())


@shared_task
def send_due_alerts() -> None:
    """Tell people of prices and stock, in batches, for as long as the queue's time limit allows."""
    for _batch in range(10):
        if not alert_rounds.check_due(now=clock.now()):
            return


@shared_task
def end_worn_reductions() -> None:
    """Have offers elected anew whose price has been the same for 30 days."""
    offers.mark_worn_reductions(now=clock.now())


@shared_task
def forget_visits() -> None:
    """Delete what visitors kept and left alone for long, and alerts that nobody confirmed."""
    now = clock.now()
    seen.forget_old(now=now)
    wish_lists.forget_guest_lists(now=now)
    alerts.forget_unconfirmed(now=now)


@shared_task
def index_search_documents() -> None:
    """Bring what changed into the search index, for some seconds where much did."""
    until = monotonic() + INDEXING_S
    while monotonic() < until:
        if search_index.index_batch(now=clock.now()) < search_index.BATCH:
            return
