import threading
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from catalog.models import Listing, ListingMarket, StockReservation
from catalog.services import stock
from catalog.tests.factories import make_listing
from checkout.flows import placement
from checkout.models import BasketLine, Order
from checkout.tests.test_placement import run_together

from .factories import DETAILS, make_basket, place
from .test_checkout_page import BASKET, fill_basket, send

pytestmark = pytest.mark.django_db
LEFT = "/en-fr/checkout/left/"


@pytest.fixture(autouse=True)
def card_page():
    """Answer as a provider whose card page is to come, without one."""
    answer = mock.Mock(redirect_url="https://pay.example/1", state="requires_action")
    with mock.patch.object(placement, "start_attempt", return_value=answer):
        yield


def want(client, listing, quantity):
    client.post("/en-fr/basket/add/", {"listing": listing.public_id, "quantity": str(quantity)})


def sell(listing, quantity):
    Listing.objects.filter(pk=listing.pk).update(quantity=quantity)


def agree(client, page, **changes):
    view = page.context["view"]
    shown = {
        "basket": str(view.basket.token),
        "left": page.context["left"],
        "total_minor": str(view.totals.total.amount_minor),
    }
    return client.post(LEFT, {**shown, **changes})


def nothing_is_held():
    return not Order.objects.exists() and not StockReservation.objects.exists()


def short_of_one(client):
    """A shopper who wants two of a phone, one of which is sold while they type, and another phone."""
    scarce, kept = make_listing(quantity=2), make_listing(price_minor=9_900)
    want(client, scarce, 2)
    want(client, kept, 1)
    client.get("/en-fr/checkout/")
    sell(scarce, 1)
    return send(client), scarce, kept


def test_fewer_than_wanted_are_shown_with_their_new_total_and_nothing_is_held(client):
    answer, *_ = short_of_one(client)

    page = client.get(LEFT)

    assertRedirects(answer, LEFT, fetch_redirect_response=False)
    assertContains(page, "Only 1 is left of the 2 that you wanted.")
    assertContains(page, "Buy what is left for 563,98\xa0€")
    assert nothing_is_held()
    assert sorted(BasketLine.objects.values_list("quantity", flat=True)) == [1, 2]


def test_buying_what_is_left_takes_one_press_and_nothing_is_typed_again(client):
    short_of_one(client)

    answer = agree(client, client.get(LEFT))

    order = Order.objects.get()
    assert answer["Location"] == "https://pay.example/1"
    assert (order.total_minor, order.email, order.street) == (56_398, "ada@example.org", "12 rue de la Roquette")
    assert [line.quantity for line in order.lines.all()] == [1, 1]


def test_a_second_press_answers_the_same_order(client):
    short_of_one(client)
    page = client.get(LEFT)

    agree(client, page)
    again = agree(client, page)

    assert Order.objects.count() == 1
    assert again["Location"] == f"/en-fr/checkout/return/{Order.objects.get().public_id}/"


def test_what_changed_once_more_is_shown_once_more(client):
    _answer, _scarce, kept = short_of_one(client)
    page = client.get(LEFT)
    ListingMarket.objects.filter(listing=kept).update(price_minor=12_900)

    again = agree(client, page)

    assert again.status_code == 409
    assertContains(again, "It changed once more while you were looking.", status_code=409)
    assert nothing_is_held()


def test_a_forged_quantity_or_total_buys_nothing(client):
    short_of_one(client)
    page = client.get(LEFT)

    for forged in ({"left": "1:9"}, {"total_minor": "1"}, {"total_minor": "x"}):
        assert agree(client, page, **forged).status_code == 409

    assert nothing_is_held()


def test_an_item_that_is_gone_is_listed_and_the_rest_can_be_bought(client):
    gone, kept = make_listing(quantity=1), make_listing(price_minor=9_900)
    fill_basket(client, gone, kept)
    client.get("/en-fr/checkout/")
    sell(gone, 0)
    send(client)

    page = client.get(LEFT)
    agree(client, page)

    assertContains(page, "What is gone")
    assertContains(page, "Buy what is left for 99,99\xa0€")
    assert [line.listing_id for line in Order.objects.get().lines.all()] == [kept.pk]


def test_when_nothing_is_left_the_basket_says_so(client):
    listing = make_listing(quantity=1)
    fill_basket(client, listing)
    sell(listing, 0)

    page = client.get(LEFT, follow=True)

    assertRedirects(page, BASKET)
    assertContains(page, "Nothing of your basket is left.")


def test_with_everything_there_the_step_is_passed_over(client):
    fill_basket(client)

    assertRedirects(client.get(LEFT), "/en-fr/checkout/")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_shoppers_want_two_of_three_and_the_slower_one_buys_the_last_unit():
    listing = make_listing(quantity=3)
    clients = [Client(), Client()]
    forms = []
    for client in clients:
        want(client, listing, 2)
        view = client.get("/en-fr/checkout/").context["view"]
        forms.append({**DETAILS, "basket": view.basket.token, "total_minor": str(view.totals.total.amount_minor)})
    together = threading.Barrier(2, timeout=10)
    reserve = stock.reserve

    def meet_then_reserve(**wanted):
        together.wait()
        reserve(**wanted)

    def buy(number):
        return urlsplit(clients[number].post("/en-fr/checkout/", forms[number])["Location"]).path

    with mock.patch.object(stock, "reserve", meet_then_reserve):
        ended = run_together(2, buy)
    slower = next(client for client in clients if client.get(LEFT).status_code == 200)
    agreed = agree(slower, slower.get(LEFT))

    listing.refresh_from_db()
    assert ended == {"/1": 1, LEFT: 1}
    assert agreed["Location"] == "https://pay.example/1"
    assert sorted(order.lines.count() for order in Order.objects.all()) == [1, 2]
    assert (listing.quantity, listing.reserved) == (3, 3)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_agree_to_the_last_unit_at_once_do_not_both_get_it():
    listing = make_listing(quantity=2)
    clients = [Client(), Client()]
    for client in clients:
        want(client, listing, 2)
        send(client, update="1")
    sell(listing, 1)
    pages = [client.get(LEFT) for client in clients]

    ended = run_together(2, lambda number: agree(clients[number], pages[number]).get("Location", "told"))

    listing.refresh_from_db()
    assert ended["https://pay.example/1"] == 1
    assert sum(ended.values()) == 2
    assert (Order.objects.count(), listing.reserved) == (1, 1)


def test_a_lasting_reservation_of_another_counts_as_sold(client):
    listing = make_listing(quantity=2)
    want(client, listing, 2)
    client.get("/en-fr/checkout/")
    place(make_basket([listing]), now=timezone.now())

    page = client.get(LEFT)

    assertContains(page, "Only 1 is left of the 2 that you wanted.")
