"""`make bench-mixed`: many orders of several sellers' devices at once, some cancelled: no deadlock, no unit lost."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from random import Random

import psycopg2

from . import bench
from .bench_checkout import Outcome, buy, buy_on, fill_listings
from .console import OpsError, one_line_failures
from .processes import shop_processes

ORDERS, LISTINGS, MOST, CANCELS_EVERY = 10_000, 20, 3, 5
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
# What is on the shelf and what was sold since the start must come to what was there, and nothing stay held.
OFF = """
    SELECT listing.public_id, before.quantity, listing.quantity, listing.reserved, count(line.id)
    FROM catalog_listing listing JOIN bench_before before ON before.id = listing.id
    LEFT JOIN checkout_orderline line ON line.listing_id = listing.id AND line.id > before.last_line
        AND line.state NOT IN ('cancelled', 'unpaid', 'refunded_before_shipping')
    GROUP BY listing.id, before.quantity, before.reserved
    HAVING before.quantity <> listing.quantity + coalesce(sum(line.quantity), 0) OR listing.reserved <> before.reserved
"""
BEFORE = """
    CREATE TEMPORARY TABLE bench_before AS
    SELECT id, quantity, reserved, (SELECT coalesce(max(id), 0) FROM checkout_orderline) AS last_line
    FROM catalog_listing WHERE public_id = ANY(%s::uuid[])
"""


def main() -> None:
    """Buy, print what came of it, and fail on a deadlock, a failed purchase or a unit too many or too few."""
    wanted = int(os.environ.get("ORDERS", ORDERS))
    with one_line_failures(), contextlib.ExitStack() as stack:
        addresses, env = bench.start_shop(stack)
        provider = shop_processes(addresses)["provider"]
        bench.start_process(stack, "provider", provider, env, f"{addresses.provider}/health")
        listings = fill_listings(env, LISTINGS)
        database = stack.enter_context(contextlib.closing(psycopg2.connect(env["DATABASE_URL"])))
        database.autocommit = True
        cursor = stack.enter_context(database.cursor())
        cursor.execute(BEFORE, [listings])
        deadlocks = _one(cursor, DEADLOCKS)
        started = time.monotonic()
        outcome = _buy_all(addresses.shop, listings, wanted)
        took = time.monotonic() - started
        # Statistics reach the database a little later.
        time.sleep(2)
        deadlocks = _one(cursor, DEADLOCKS) - deadlocks
        cursor.execute(OFF)
        off = cursor.fetchall()
        print(
            f"{outcome.paid} orders in {took:.0f} s ({outcome.paid / took:.1f}/s), "
            f"{len(outcome.steps['cancel'])} with an item cancelled: {deadlocks} deadlocks, "
            f"{sum(outcome.failures.values())} failed purchases, {len(off)} listings with stock off"
        )
        if deadlocks or outcome.failures or off:
            raise OpsError(f"deadlocks: {deadlocks}, failed: {dict(outcome.failures)}, stock off: {off}")


def _one(cursor: psycopg2.extensions.cursor, statement: str) -> int:
    cursor.execute(statement)
    (value,) = cursor.fetchone() or (0,)
    return int(value)


def _buy_all(shop: str, listings: list[str], wanted: int) -> Outcome:
    numbers, random = itertools.count(1), Random(1)

    def purchase(outcome: Outcome) -> None:
        number = next(numbers)
        if number % 500 == 0:
            print(f"{number} orders begun", flush=True)
        # In any order: overlapping baskets are what deadlocks come from.
        some = random.sample(listings, random.randint(1, MOST))
        buy(shop, some, outcome, cancels=number % CANCELS_EVERY == 0)

    return buy_on(purchase, goes_on=lambda outcome: outcome.paid + sum(outcome.failures.values()) < wanted)


if __name__ == "__main__":
    main()
