"""Promise C3: the marketplace takes a silent ticket over exactly once, however many sweepers run."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from backmarket.core.models import AuditEntry, OutboxEvent
from care import locks
from care.models import Ticket
from care.services import tickets

from .factories import NOW, make_ticket

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SWEEPERS = 5
TICKETS = 12
DUE = NOW + timedelta(days=2)


def sweep_at_once() -> int:
    """Let five sweepers start together; return how many tickets they say they took over."""
    start = threading.Barrier(SWEEPERS)

    def sweep(_):
        try:
            start.wait(timeout=10)
            return tickets.escalate_silent(now=DUE, limit=5) + tickets.escalate_silent(now=DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(SWEEPERS) as pool:
        return sum(pool.map(sweep, range(SWEEPERS)))


def takeovers() -> tuple[int, int]:
    told = OutboxEvent.objects.filter(type="care.ticket.escalated.v1").count()
    return told, AuditEntry.objects.filter(action="state:waiting_seller->escalated").count()


def test_five_concurrent_sweepers_take_each_silent_ticket_over_once():
    for _ in range(TICKETS):
        make_ticket()

    taken = sweep_at_once()

    assert taken == TICKETS
    assert takeovers() == (TICKETS, TICKETS)
    assert not Ticket.objects.exclude(state="escalated").exists()


def test_twin_without_the_lock_five_sweepers_take_one_ticket_over_five_times(monkeypatch):
    make_ticket()
    together = threading.Barrier(SWEEPERS)

    def claim_without_lock(*, now, limit):
        rows = Ticket.objects.filter(state="waiting_seller", escalate_at__lte=now).select_related(
            "line__order", "seller"
        )
        found = list(rows[:limit])
        together.wait(timeout=10)
        return found

    monkeypatch.setattr(locks, "claim_tickets_to_escalate", claim_without_lock)

    taken = sweep_at_once()

    assert taken == SWEEPERS
    assert takeovers() == (SWEEPERS, SWEEPERS)
