"""The protection plan, offered at the line of a device."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from catalog.models import ListingMarket
from catalog.tests.factories import make_listing
from checkout.models import BasketLine

pytestmark = pytest.mark.django_db
BASKET = "/en-fr/basket/"


def put_in(client, listing, quantity="1"):
    return client.post(f"{BASKET}add/", {"listing": str(listing.public_id), "quantity": quantity}, follow=True)


def press(client, **data):
    return client.post(f"{BASKET}lines/{BasketLine.objects.latest('pk').pk}/", data, follow=True)


def test_a_device_is_offered_a_plan_that_nobody_ticked_for_the_shopper(client):
    page = put_in(client, make_listing(), "2")

    assertContains(page, "Protection for 24 months")
    assertContains(page, "83,80\xa0€")
    assertContains(page, "Drops and cracked glass")
    assertContains(page, "Anything that fails by itself, for 12 months")
    assert not page.context["view"].totals.protection


def test_a_plan_goes_in_and_out_by_one_press(client):
    put_in(client, make_listing(), "2")

    added = press(client, protect="1")
    assert added.context["view"].totals.protection.amount_minor == 2 * 4_190
    assertContains(added, "Take the protection of")
    gone = press(client, protect="0")

    assert not gone.context["view"].totals.protection
    assert BasketLine.objects.get().quantity == 2


def test_an_accessory_is_offered_no_plan_and_a_forged_one_is_refused_in_words(client):
    page = put_in(client, make_listing(sku__product__category__key="cables"))
    assertNotContains(page, "Protection for 24 months")

    page = press(client, protect="1")

    assertContains(page, "There is no protection plan for this item")
    assert not BasketLine.objects.get().has_protection


def test_another_persons_line_gets_no_plan(client):
    put_in(client, make_listing())
    put_in(Client(), make_listing())

    page = press(client, protect="1")

    assertContains(page, "no longer in your basket")
    assert not BasketLine.objects.filter(has_protection=True).exists()


def test_a_plan_that_costs_something_else_now_says_so_once(client):
    put_in(client, make_listing())
    press(client, protect="1")
    ListingMarket.objects.update(price_minor=43_900)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "Its protection went from 41,90\xa0€ to 29,90\xa0€.")
    assertNotContains(second, "Its protection went")


def test_undo_brings_the_plan_back(client):
    put_in(client, make_listing())
    press(client, protect="1")
    press(client, remove="1")

    page = client.post(f"{BASKET}undo/", follow=True)

    assert page.context["view"].totals.protection.amount_minor == 4_190
