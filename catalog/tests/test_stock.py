"""Stock: nothing is sold twice, nothing is held for ever, and overlapping orders never deadlock."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction

from backmarket.core.models import OutboxEvent
from catalog import locks
from catalog.enums import ReservationState
from catalog.models import Listing, StockReservation
from catalog.services import stock
from catalog.services.stock import OutOfStockError, ReservationLapsedError, StockWant

from .factories import NOW, make_listing

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(minutes=15)
AT_ONCE = 40


def reserve(reference, *wants, until=UNTIL):
    stock.reserve(
        reference=reference,
        wants=[StockWant(listing.pk, quantity) for listing, quantity in wants],
        expires_at=until,
        now=NOW,
    )


def counted(listing):
    listing.refresh_from_db()
    return listing.quantity, listing.reserved


def test_a_hold_takes_units_off_sale_without_selling_them():
    listing = make_listing(quantity=3)

    reserve("order:1", (listing, 2))

    assert counted(listing) == (3, 2)
    assert listing.available == 1
    assert StockReservation.objects.get().expires_at == UNTIL


def test_a_hold_is_all_or_nothing_and_says_what_is_missing():
    plenty, little = make_listing(quantity=5), make_listing(quantity=1)

    with pytest.raises(OutOfStockError) as refused:
        reserve("order:1", (plenty, 1), (little, 2))

    assert refused.value.missing == {little.pk: 1}
    assert (counted(plenty), counted(little)) == ((5, 0), (1, 0))
    assert not StockReservation.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_a_listing_that_does_not_exist_is_missing():
    with pytest.raises(OutOfStockError) as refused:
        stock.reserve(reference="order:1", wants=[StockWant(4_711, 1)], expires_at=UNTIL, now=NOW)

    assert refused.value.missing == {4_711: 0}
    assert not StockReservation.objects.exists()


def test_wants_of_one_listing_are_added_up():
    listing = make_listing(quantity=2)

    with pytest.raises(OutOfStockError):
        reserve("order:1", (listing, 1), (listing, 2))

    assert counted(listing) == (2, 0)


def test_holding_again_for_a_reference_changes_nothing_even_after_the_sale():
    listing = make_listing(quantity=2)
    reserve("order:1", (listing, 1))
    reserve("order:1", (listing, 1))
    assert counted(listing) == (2, 1)
    stock.consume(reference="order:1", now=NOW)

    reserve("order:1", (listing, 1))

    assert counted(listing) == (1, 0)
    assert StockReservation.objects.get().state == ReservationState.CONSUMED


def test_a_released_reference_can_hold_again():
    listing = make_listing(quantity=1)
    reserve("order:1", (listing, 1))
    stock.release(reference="order:1", now=NOW)

    reserve("order:1", (listing, 1))

    assert counted(listing) == (1, 1)
    assert StockReservation.objects.get().state == ReservationState.HELD


def test_a_sale_takes_the_units_away_once():
    listing = make_listing(quantity=3)
    reserve("order:1", (listing, 2))

    stock.consume(reference="order:1", now=NOW)
    stock.consume(reference="order:1", now=NOW)

    assert counted(listing) == (1, 0)


def test_a_release_puts_the_units_back_once():
    listing = make_listing(quantity=3)
    reserve("order:1", (listing, 2))

    stock.release(reference="order:1", now=NOW)
    stock.release(reference="order:1", now=NOW)

    assert counted(listing) == (3, 0)


def test_what_was_released_cannot_be_sold():
    listing = make_listing(quantity=1)
    reserve("order:1", (listing, 1))
    stock.release(reference="order:1", now=NOW)

    with pytest.raises(ReservationLapsedError):
        stock.consume(reference="order:1", now=NOW)

    assert counted(listing) == (1, 0)


def test_a_release_after_the_sale_gives_nothing_back():
    listing = make_listing(quantity=1)
    reserve("order:1", (listing, 1))
    stock.consume(reference="order:1", now=NOW)

    stock.release(reference="order:1", now=NOW)

    assert counted(listing) == (0, 0)
    assert StockReservation.objects.get().state == ReservationState.CONSUMED


def test_a_lapsed_hold_cannot_be_extended():
    listing = make_listing(quantity=1)
    reserve("order:1", (listing, 1))
    stock.release(reference="order:1", now=NOW)

    with pytest.raises(ReservationLapsedError):
        stock.extend(reference="order:1", expires_at=UNTIL + timedelta(hours=1))

    assert StockReservation.objects.get().expires_at == UNTIL


def test_the_sweep_releases_only_what_is_over():
    over, running = make_listing(quantity=1), make_listing(quantity=1)
    reserve("order:over", (over, 1), until=NOW)
    reserve("order:running", (running, 1), until=NOW + timedelta(seconds=1))

    assert stock.release_expired(now=NOW) == 1
    assert stock.release_expired(now=NOW) == 0

    assert (counted(over), counted(running)) == ((1, 0), (1, 1))


def test_a_hold_extended_while_the_sweep_looked_stays():
    listing = make_listing(quantity=1)
    reserve("order:1", (listing, 1), until=NOW)
    found = locks.lock_listings_of

    def extended_meanwhile(reference):
        stock.extend(reference=reference, expires_at=UNTIL)
        return found(reference)

    with mock.patch.object(locks, "lock_listings_of", extended_meanwhile):
        assert stock.release_expired(now=NOW) == 0

    assert counted(listing) == (1, 1)


def test_the_buy_box_hears_when_the_last_unit_goes_and_when_it_comes_back():
    listing = make_listing(quantity=2)

    reserve("order:1", (listing, 1))
    assert OutboxEvent.objects.count() == 0
    reserve("order:2", (listing, 1))
    assert OutboxEvent.objects.count() == 1
    stock.release(reference="order:2", now=NOW)

    assert list(OutboxEvent.objects.values_list("type", "key")) == [("catalog.listing.changed.v1", str(listing.pk))] * 2


def run_together(count, work):
    """Run work(number) in many threads, at most 40 connections at a time; count how each ended."""
    gate = threading.BoundedSemaphore(AT_ONCE)

    def one(number):
        with gate:
            try:
                work(number)
            except Exception as error:
                return type(error).__name__
            else:
                return "held"
            finally:
                connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("buyers", "units"), [(200, 1), (100, 10)])
def test_many_buyers_never_hold_more_than_there_is(buyers, units):
    listing = make_listing(quantity=units)

    ended = run_together(buyers, lambda number: reserve(f"order:{number}", (listing, 1)))

    assert ended == {"held": units, "OutOfStockError": buyers - units}
    assert counted(listing) == (units, units)
    assert StockReservation.objects.count() == units


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_one_statement_buyers_hold_the_same_unit():
    """Twin: reading first and writing later sells one unit four times, and the listing does not even show it."""
    listing = make_listing(quantity=1)
    looked = threading.Barrier(4, timeout=10)

    def read_then_write(number):
        seen = Listing.objects.get(pk=listing.pk)
        looked.wait()
        if seen.available < 1:
            raise OutOfStockError({seen.pk: 0})
        Listing.objects.filter(pk=seen.pk).update(reserved=seen.reserved + 1)
        StockReservation.objects.create(reference=f"order:{number}", listing=seen, quantity=1, expires_at=UNTIL)

    ended = run_together(4, read_then_write)

    assert ended == {"held": 4}
    assert counted(listing) == (1, 1)
    assert StockReservation.objects.count() == 4


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_the_database_is_the_last_guard():
    """Twin: with the condition taken out of the statement, only the check constraint stops the second buyer."""
    listing = make_listing(quantity=1)
    condition = "AND listing.quantity - listing.reserved >= locked.quantity"
    assert condition in stock.RESERVE

    with mock.patch.object(stock, "RESERVE", stock.RESERVE.replace(condition, "")):
        ended = run_together(8, lambda number: reserve(f"order:{number}", (listing, 1)))

    assert ended == {"held": 1, "IntegrityError": 7}
    assert counted(listing) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_reference_holds_once_however_often_it_asks_at_once():
    listing = make_listing(quantity=10)

    ended = run_together(20, lambda _number: reserve("order:1", (listing, 1)))

    assert ended == {"held": 20}
    assert counted(listing) == (10, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_references_lock_a_repeated_hold_collides():
    """Twin: unlocked, all find nothing held yet and only the unique constraint is left."""
    listing = make_listing(quantity=10)
    looked = threading.Barrier(4, timeout=10)

    def look(_reference):
        # The first statement of the others comes after all have begun.
        looked.wait()

    with mock.patch.object(locks, "lock_reference", look):
        ended = run_together(4, lambda _number: reserve("order:1", (listing, 1)))

    assert StockReservation.objects.count() == 1
    assert ended["held"] >= 1
    assert ended["held"] + ended["IntegrityError"] == 4
    assert counted(listing) == (10, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_overlapping_orders_in_any_order_never_deadlock():
    listings = [make_listing(quantity=1_000) for _ in range(6)]

    def buy(number):
        random = Random(number)
        for turn in range(5):
            wants = random.sample(listings, 4)
            reference = f"order:{number}-{turn}"
            reserve(reference, *((listing, 1) for listing in wants))
            end = stock.consume if random.random() < 0.5 else stock.release
            end(reference=reference, now=NOW)

    ended = run_together(24, buy)

    assert ended == {"held": 24}
    sold = StockReservation.objects.filter(state=ReservationState.CONSUMED)
    for listing in listings:
        assert counted(listing) == (1_000 - sold.filter(listing=listing).count(), 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_taking_listings_one_by_one_as_they_come_deadlocks():
    """Twin: two orders that lock the same listings in opposite order wait for each other."""
    first, second = make_listing(), make_listing()
    both_began = threading.Barrier(2, timeout=10)

    def buy(number):
        wanted = [first, second] if number else [second, first]
        with transaction.atomic():
            reserve(f"order:{number}-a", (wanted[0], 1))
            both_began.wait()
            reserve(f"order:{number}-b", (wanted[1], 1))

    ended = run_together(2, buy)

    assert ended == {"held": 1, OperationalError.__name__: 1}
