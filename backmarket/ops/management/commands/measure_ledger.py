"""Measure the ledger on an empty database; `make bench-ledger` gives it one."""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections, transaction

from backmarket.core.money import Money
from backmarket.ops.console import Steps
from payments.models import Account
from payments.rules import movements
from payments.selectors.balances import balance
from payments.services.ledger import post_entry
from payments.services.snapshots import forget_snapshots, take_snapshots

WRITERS, SECONDS, SELLERS, ENTRIES = 8, 20, 1_000, 1_000_000
BALANCES = 300
# As the application would have written them: back-dated over ninety days, on one provider's account.
FILL = """
    WITH entry AS (
        INSERT INTO payments_entry (kind, reference, line_reference, occurred_at, idempotency_key, note)
        SELECT 'provider_fee', 'order:' || n, '', now() - interval '90 days' * (n / %(count)s::float), 'fill:' || n, ''
        FROM generate_series(%(first)s, %(last)s) AS n RETURNING id
    )
    INSERT INTO payments_posting (entry_id, account_id, amount_minor)
    SELECT entry.id, leg.account_id, leg.amount FROM entry CROSS JOIN (VALUES (%(debit)s, 100), (%(credit)s, -100))
        AS leg (account_id, amount)
"""


class Command(BaseCommand):
    help = "Measure entries a second, balances and the check."

    def handle(self, *args: Any, **options: Any) -> None:
        measure(Steps(5))


def measure(steps: Steps) -> None:
    with steps.step(f"{WRITERS} writers, {SELLERS} sellers"):
        spread = _written(_post_for_sellers)
    print(f"{spread:,.0f} entries/s")
    with steps.step(f"{WRITERS} writers, one provider's account"):
        one = _written(_post_for_provider)
    print(f"{one:,.0f} entries/s")
    with steps.step(f"{ENTRIES:,} entries more"):
        _fill(ENTRIES)
    with steps.step("A balance of the busy account"):
        figures = _balances()
    for what, p50, p95 in figures:
        print(f"{what}: p50 {p50:.2f} ms, p95 {p95:.2f} ms")
    with steps.step("manage.py ledger check"):
        started = time.monotonic()
        call_command("ledger", "check")
    print(f"{time.monotonic() - started:.1f} s")


def _written(post: Callable[[Random, datetime], None]) -> float:
    """Let writers post for a while, each entry its own transaction; return entries a second."""
    connections.close_all()
    counts = multiprocessing.Queue()  # type: ignore[var-annotated]

    def write(writer: int) -> None:
        random, until, count = Random(writer), time.monotonic() + SECONDS, 0
        while time.monotonic() < until:
            post(random, datetime.now(UTC))
            count += 1
        connections.close_all()
        counts.put(count)

    writers = [multiprocessing.get_context("fork").Process(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    total: int = sum(counts.get() for _ in writers)
    for writer in writers:
        writer.join()
    return total / SECONDS


def _post_for_sellers(random: Random, now: datetime) -> None:
    amount = Money(random.randint(100, 90_000), "EUR")
    _post("reserve_held", movements.reserve_held(owner=f"seller:{random.randrange(SELLERS)}", amount=amount), now)


def _post_for_provider(random: Random, now: datetime) -> None:
    amount = Money(random.randint(100, 90_000), "EUR")
    _post("provider_fee", movements.provider_fee(provider="sandbox", fee=amount), now)


def _post(kind: str, legs: movements.Legs, now: datetime) -> None:
    key = uuid4().hex
    with transaction.atomic(durable=True):
        post_entry(kind=kind, reference=f"order:{key}", postings=legs, key=key, occurred_at=now)


def _fill(count: int) -> None:
    credit, _ = Account.objects.get_or_create(kind="provider_receivable", owner="sandbox", currency="EUR")
    debit, _ = Account.objects.get_or_create(kind="provider_fee_expense", owner="", currency="EUR")
    batch = 20_000
    for first in range(1, count + 1, batch):
        with connection.cursor() as cursor:
            facts = {"count": count, "first": first, "last": first + batch - 1, "debit": debit.pk, "credit": credit.pk}
            cursor.execute(FILL, facts)
    # Beat does so every minute.
    take_snapshots()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE payments_posting")
        cursor.execute("VACUUM ANALYZE payments_entry")


def _balances() -> list[tuple[str, float, float]]:
    account, random, now = Account.objects.get(kind="provider_receivable"), Random(1), datetime.now(UTC)
    instants = [now - timedelta(days=90) * random.random() for _ in range(BALANCES)]
    # Only what is younger than six minutes is summed.
    take_snapshots()
    figures = [_timed("now", lambda _: balance(account), instants)]
    figures.append(_timed("at a past instant", lambda at: balance(account, at), instants))
    forget_snapshots()
    figures.append(_timed("without snapshots, now", lambda _: balance(account), instants[:5]))
    take_snapshots()
    return figures


def _timed(what: str, read: Callable[[datetime], object], instants: list[datetime]) -> tuple[str, float, float]:
    times = []
    for at in instants:
        started = time.perf_counter()
        read(at)
        times.append((time.perf_counter() - started) * 1_000)
    return what, statistics.median(times), statistics.quantiles(times, n=20)[-1]
