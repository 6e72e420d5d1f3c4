import threading
from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, connections, transaction

from backmarket.core.models import OutboxEvent
from backmarket.core.money import Money
from catalog.enums import ReservationState
from catalog.models import Listing, ListingMarket, StockReservation
from catalog.services import stock
from catalog.services.stock import OutOfStockError
from catalog.tests.factories import NOW, make_listing
from checkout import locks
from checkout.enums import BasketState, LineState, OrderState
from checkout.models import Basket, Order, OrderLine
from checkout.services import placement
from checkout.services.placement import BasketChangedError, BasketEmptyError

from .factories import ACTOR, make_basket, make_buyer, place, total_of

pytestmark = pytest.mark.django_db


def nothing_was_written():
    return not (
        Order.objects.exists()
        or OrderLine.objects.exists()
        or StockReservation.objects.exists()
        or OutboxEvent.objects.exists()
    )


def test_an_order_freezes_what_was_agreed_and_holds_its_stock():
    listing = make_listing(quantity=1)

    order = place(make_basket([listing]))

    line = order.lines.get()
    listing.refresh_from_db()
    assert (order.state, order.total_minor, order.currency) == (OrderState.PENDING_PAYMENT, 45_900 + 499, "EUR")
    assert 10_000_000 <= order.number <= 99_999_999
    assert (line.state, line.price_minor, line.shipping_minor, line.service_fee_minor) == (
        LineState.PENDING_PAYMENT,
        45_900,
        0,
        499,
    )
    assert (line.commission_minor, line.commission_vat_minor, line.vat_jurisdiction) == (4_590, 918, "FR")
    assert (listing.quantity, listing.reserved) == (1, 1)
    assert Basket.objects.get().state == BasketState.ORDERED
    assert order.reservation_expires_at == NOW + timedelta(minutes=15)


def test_three_phones_of_one_listing_become_three_lines():
    order = place(make_basket([make_listing(quantity=3)], quantity=3))

    assert [line.quantity for line in order.lines.all()] == [1, 1, 1]
    assert StockReservation.objects.get().quantity == 3
    assert sum(line.total.amount_minor for line in order.lines.all()) == order.total_minor


def test_a_parcel_leaves_when_the_slowest_of_it_is_ready():
    quick = make_listing(handling_hours=24)
    slow = make_listing(handling_hours=72, seller=quick.seller)

    order = place(make_basket([quick, slow]))

    assert len({line.latest_delivery_date for line in order.lines.all()}) == 1


def test_placing_a_basket_again_answers_its_order():
    basket = make_basket([make_listing()])
    first = place(basket)

    again = place(basket, total=Money(1, "EUR"))

    assert again.pk == first.pk
    assert Order.objects.count() == 1
    assert StockReservation.objects.get().quantity == 1


def test_a_price_that_changed_is_shown_before_it_is_paid():
    listing = make_listing()
    basket = make_basket([listing])
    seen = total_of(basket)
    ListingMarket.objects.update(price_minor=46_900)

    with pytest.raises(BasketChangedError):
        place(basket, total=seen)

    assert nothing_was_written()


def test_a_price_that_fell_is_shown_too():
    basket = make_basket([make_listing()])
    ListingMarket.objects.update(price_minor=40_000)

    with pytest.raises(BasketChangedError):
        place(basket, total=total_of(basket))

    assert nothing_was_written()


def test_a_total_that_was_never_shown_is_refused():
    with pytest.raises(BasketChangedError):
        place(make_basket([make_listing()]), total=Money(1, "EUR"))

    assert nothing_was_written()


def test_an_unpublished_listing_cannot_be_bought():
    basket = make_basket([make_listing()])
    seen = total_of(basket)
    ListingMarket.objects.update(is_published=False)

    with pytest.raises(BasketChangedError):
        place(basket, total=seen)

    assert nothing_was_written()


def test_an_address_of_another_market_is_refused():
    basket = make_basket([make_listing()])

    with pytest.raises(BasketChangedError):
        placement.place_order(
            basket_id=basket.pk,
            buyer=make_buyer("DE"),
            carriers={},
            expected_total=total_of(basket),
            user_id=None,
            locale="en-fr",
            actor=ACTOR,
            now=NOW,
        )

    assert nothing_was_written()


def test_an_empty_basket_places_nothing():
    with pytest.raises(BasketEmptyError):
        place(make_basket([]), total=Money(1, "EUR"))

    assert nothing_was_written()


def test_one_item_without_stock_keeps_the_whole_order_from_being_placed():
    kept, scarce = make_listing(), make_listing(quantity=1)
    basket = make_basket([kept, scarce])
    seen = total_of(basket)
    place(make_basket([scarce]))
    OutboxEvent.objects.all().delete()

    with pytest.raises(BasketChangedError):
        place(basket, total=seen)

    kept.refresh_from_db()
    assert kept.reserved == 0
    assert Order.objects.count() == 1
    assert not OutboxEvent.objects.exists()


def run_together(count, work):
    """Run `work(i)` in threads that start as one; count what each ended with."""
    ended: Counter[str] = Counter()
    start = threading.Barrier(count)

    def run(number):
        start.wait()
        try:
            ended[work(number)] += 1
        except Exception as error:
            ended[type(error).__name__] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def buy(basket, total):
    with transaction.atomic(durable=True):
        place(basket, total=total)
    return "placed"


def race(*, buyers, units):
    """Have many buyers, at most 40 at a time, place an order for one listing with few units."""
    listing = make_listing(quantity=units)
    baskets = [make_basket([listing]) for _ in range(buyers)]
    total = total_of(baskets[0])
    gate = threading.BoundedSemaphore(40)

    def work(number):
        with gate:
            try:
                return buy(baskets[number], total)
            finally:
                connection.close()

    ended = run_together(buyers, work)
    listing.refresh_from_db()
    return listing, ended


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_200_buyers_for_one_unit_place_one_order():
    listing, ended = race(buyers=200, units=1)

    assert ended["placed"] == 1
    assert set(ended) <= {"placed", "OutOfStockError", "BasketChangedError"}
    assert sum(ended.values()) == 200
    assert (Order.objects.count(), listing.reserved) == (1, 1)
    assert Basket.objects.filter(state=BasketState.ORDERED).count() == 1


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_100_buyers_for_ten_units_place_ten_orders():
    listing, ended = race(buyers=100, units=10)

    assert ended["placed"] == 10
    assert (Order.objects.count(), listing.reserved) == (10, 10)
    assert StockReservation.objects.filter(state=ReservationState.HELD).count() == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_stock_statement_buyers_share_one_unit():
    """Twin of the 200 buyers: a hold that reads first and writes later oversells."""
    read = threading.Barrier(4, timeout=5)

    def read_then_write(*, reference, wants, expires_at, now):
        listing = Listing.objects.get(pk=wants[0].listing_id)
        left = listing.available
        read.wait()
        if left < 1:
            raise OutOfStockError({listing.pk: 0})
        StockReservation.objects.create(reference=reference, listing=listing, quantity=1, expires_at=expires_at)

    with mock.patch.object(stock, "reserve", read_then_write):
        _listing, ended = race(buyers=4, units=1)

    assert ended["placed"] == 4
    assert Order.objects.count() == 4


def double_click(basket):
    total = total_of(basket)
    return run_together(8, lambda number: buy(basket, total))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_clicks_on_one_basket_place_one_order():
    ended = double_click(make_basket([make_listing()]))

    assert ended == {"placed": 8}
    assert Order.objects.count() == 1
    assert StockReservation.objects.get().quantity == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_baskets_lock_a_double_click_collides():
    """Twin of the eight clicks: unlocked, all see no order and only the database's constraint is left."""
    basket = make_basket([make_listing(quantity=50)])
    looked = threading.Barrier(8, timeout=5)

    def look(basket_id):
        found = Basket.objects.get(pk=basket_id)
        looked.wait()
        return found

    with mock.patch.object(locks, "lock_basket", look):
        ended = double_click(basket)

    assert ended["placed"] < 8
    assert ended["IntegrityError"] >= 1
    assert Order.objects.count() == 1
