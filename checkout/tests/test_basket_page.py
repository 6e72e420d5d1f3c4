import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from backmarket.accounts.models import User
from catalog.models import Listing, ListingMarket
from catalog.tests.factories import make_listing
from checkout.models import Basket, BasketLine

pytestmark = pytest.mark.django_db
BASKET = "/en-fr/basket/"


def add(client, listing, quantity="1", **extra):
    return client.post(
        f"{BASKET}add/", {"listing": getattr(listing, "public_id", listing), "quantity": quantity, **extra}, follow=True
    )


def change(client, line_id, **data):
    return client.post(f"{BASKET}lines/{line_id}/", data, follow=True)


def test_a_guest_puts_a_phone_into_a_basket(client):
    listing = make_listing()

    page = add(client, listing)

    line = BasketLine.objects.get()
    assert (line.listing, line.quantity, line.price_seen_minor) == (listing, 1, 45_900)
    assertContains(page, listing.sku.product.full_name)
    assertContains(page, "459,00\xa0€")
    assertContains(page, "463,99\xa0€")


def test_adding_again_adds_up_to_what_is_left(client):
    listing = make_listing(quantity=3)
    add(client, listing, "2")

    add(client, listing, "2")

    assert BasketLine.objects.get().quantity == 3


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "abc", "1.5", "", "٣", "9" * 400])
def test_absurd_quantities_are_refused_in_words(client, quantity):
    page = add(client, make_listing(), quantity)

    assertContains(page, "Choose a quantity from 1 to 10.")
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("listing", ["", "abc", "1", "11111111-1111-4111-8111-111111111111"])
def test_a_listing_that_does_not_exist_is_not_found(client, listing):
    assert add(client, listing).status_code == 404
    assert not Basket.objects.exists()


def test_a_listing_of_another_market_is_refused(client):
    page = add(client, make_listing(market="DE"))

    assertContains(page, "sold or withdrawn")
    assert not BasketLine.objects.exists()


def test_a_sold_out_listing_is_refused(client):
    page = add(client, make_listing(quantity=0))

    assertContains(page, "sold or withdrawn")
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("quantity", ["-1", "11", "abc"])
def test_a_line_is_not_changed_to_an_absurd_quantity(client, quantity):
    add(client, make_listing(), "2")

    page = change(client, BasketLine.objects.get().pk, quantity=quantity)

    assertContains(page, "Choose a quantity from 1 to 10.")
    assert BasketLine.objects.get().quantity == 2


def test_a_line_can_be_changed_and_taken_out(client):
    add(client, make_listing())
    line = BasketLine.objects.get()

    change(client, line.pk, quantity="3")
    assert BasketLine.objects.get().quantity == 3

    page = change(client, line.pk, remove="1")
    assert not BasketLine.objects.exists()
    assertContains(page, "Your basket is empty")


def test_anothers_line_is_not_found(client):
    other = Client()
    add(other, make_listing())
    add(client, make_listing())
    line = BasketLine.objects.earliest("pk")

    assert change(client, line.pk, remove="1").status_code == 404
    assert BasketLine.objects.count() == 2


def test_a_changed_price_is_said_once_and_then_accepted(client):
    add(client, make_listing())
    ListingMarket.objects.update(price_minor=46_900)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "the price went from 459,00\xa0€ to 469,00\xa0€")
    assert b"the price went from" not in second.content
    assert BasketLine.objects.get().price_seen_minor == 46_900


def test_what_is_sold_out_leaves_the_basket_with_a_word(client):
    listing = make_listing()
    add(client, listing)
    Listing.objects.update(quantity=0)

    page = client.get(BASKET)

    assertContains(page, "is sold out")
    assert not BasketLine.objects.exists()


def test_a_basket_is_cut_to_what_is_left(client):
    add(client, make_listing(), "3")
    Listing.objects.update(quantity=1)

    page = client.get(BASKET)

    assertContains(page, "only 1 is left")
    assert BasketLine.objects.get().quantity == 1


def test_a_guests_basket_joins_the_accounts_at_sign_in(client):
    kept, chosen = make_listing(), make_listing()
    user = User.objects.create_user("ada@example.org", "long enough")
    client.force_login(user)
    add(client, kept)
    client.logout()
    add(client, chosen)
    token = client.session["basket"]
    client.force_login(user)
    session = client.session
    session["basket"] = token
    session.save()

    client.get(BASKET)

    basket = Basket.objects.get()
    assert basket.user == user
    assert {line.listing for line in basket.lines.all()} == {kept, chosen}


def test_an_account_has_a_basket_for_each_market(client):
    client.force_login(User.objects.create_user("ada@example.org", "long enough"))
    add(client, make_listing())

    page = client.get("/en-gb/basket/")

    assertContains(page, "Your basket is empty")


def test_an_unknown_market_is_not_found(client):
    assert client.get("/en-xx/basket/").status_code == 404


def test_the_basket_page_asks_the_database_as_often_for_ten_items_as_for_one(client, django_assert_max_num_queries):
    for _ in range(10):
        add(client, make_listing())

    with django_assert_max_num_queries(8):
        client.get(BASKET)


def test_the_basket_is_changed_by_post_only(client):
    assert client.get(reverse("checkout:add")).status_code == 405
