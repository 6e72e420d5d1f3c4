"""Promises C3 and C6: however many sweepers or clicks come at once, one takeover and one refund."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.models import AuditEntry, OutboxEvent
from backmarket.core.money import Money
from care import locks
from care.flows import refunds
from care.models import Ticket
from care.services import tickets
from payments.models import Refund

from .factories import NOW, make_shipped_line, make_ticket

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


def refund_at_once(ticket, keys: list[str]) -> None:
    """Fire a refund of 100.00 for each key at the same moment."""
    start = threading.Barrier(len(keys))

    def fire(key):
        try:
            start.wait(timeout=10)
            refunds.refund_ticket(
                ticket_id=ticket.pk,
                amount=Money(10_000, "EUR"),
                borne_by="seller",
                reason="defect",
                actor=Actor.system("test"),
                key=key,
                now=NOW,
            )
        except DomainError:
            pass  # above what is left
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(fire, keys))


def resolutions() -> int:
    return AuditEntry.objects.filter(action="state:waiting_seller->resolved").count()


def test_one_refund_fired_five_times_at_once_refunds_once(sandbox_provider):
    ticket = make_ticket(make_shipped_line(sandbox_provider))

    refund_at_once(ticket, ["the same"] * 5)

    refund = Refund.objects.get()
    assert refund.amount_minor == 10_000
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1
    assert resolutions() == 1


def test_twin_without_the_key_as_many_refunds_as_the_money_allows(sandbox_provider):
    ticket = make_ticket(make_shipped_line(sandbox_provider))

    refund_at_once(ticket, [str(n) for n in range(5)])

    assert Refund.objects.count() == 2
    assert resolutions() == 1
