"""A basket shared by a link: who may see what, take it over, and take it back."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.models import User
from backmarket.core import clock
from catalog.models import Listing, ListingMarket
from catalog.tests.factories import NOW, make_listing
from checkout.models import Basket, BasketLine, SharedBasket
from checkout.services import baskets, shared_baskets
from checkout.services.shared_baskets import NothingToShareError, TooManyLinksError

from .factories import make_basket

pytestmark = pytest.mark.django_db
BASKET = "/en-fr/basket/"


@pytest.fixture
def sharer(client):
    """A visitor with two phones, of which there are five each, at 459 and 259 euros; and a saved third."""
    basket = make_basket(
        [make_listing(), make_listing(price_minor=25_900), make_listing(price_minor=99_900)], quantity=2
    )
    session = client.session
    session["basket"] = str(basket.token)
    session.save()
    baskets.save_for_later(basket_id=basket.pk, line_id=basket.lines.latest("pk").pk, now=NOW)
    return client


@pytest.fixture
def link(sharer):
    page = sharer.post(f"{BASKET}share/", follow=True)
    (url,) = set(re.findall(r"http://testserver(/en-fr/basket/shared/[0-9a-f-]{36}/)", page.content.decode()))
    return url


@pytest.fixture
def friend():
    return Client()


def ids(*lines):
    return [str(line.listing.public_id) for line in lines]


def lines_of(client):
    return list(BasketLine.objects.filter(basket__token=client.session["basket"]))


def test_a_friend_sees_the_items_at_todays_prices_and_nothing_of_the_sharer(link, friend):
    ListingMarket.objects.filter(price_minor=45_900).update(price_minor=43_900)

    page = friend.get(link)

    assertContains(page, "439,00\xa0€")
    assertContains(page, "1 396,00\xa0€".replace(" ", "\u202f"))
    assertContains(page, 'content="noindex, follow"')
    assertNotContains(page, "999,00")
    assert "sessionid" not in friend.cookies


def test_a_friend_takes_all_or_some_and_twice_is_once(link, friend):
    first, second, _saved = BasketLine.objects.order_by("pk")

    page = friend.post(f"{link}take/", {"listing": ids(first)}, follow=True)
    assertContains(page, "1 item is in your basket.")
    for _ in range(2):
        friend.post(f"{link}take/", {"listing": ids(first, second)})

    assert [(line.listing, line.quantity) for line in lines_of(friend)] == [(first.listing, 2), (second.listing, 2)]


def test_what_is_sold_out_is_said_and_not_taken(link, friend):
    first, second, _saved = BasketLine.objects.order_by("pk")
    Listing.objects.filter(pk=first.listing_id).update(quantity=0)

    page = friend.get(link)
    assertContains(page, "Sold out")
    assertNotContains(page, f'value="{first.listing.public_id}"')
    page = friend.post(f"{link}take/", {"listing": ids(first, second)}, follow=True)

    assertContains(page, "1 item is in your basket.")
    assertContains(page, "1 item has just been sold or withdrawn.")
    assert [line.listing for line in lines_of(friend)] == [second.listing]


@pytest.mark.parametrize("chosen", [[], ["abc"], ["11111111-1111-4111-8111-111111111111"]])
def test_choosing_nothing_that_is_shared_is_refused_in_words(link, friend, chosen):
    page = friend.post(f"{link}take/", {"listing": chosen}, follow=True)

    assertContains(page, "Choose at least one item")
    assert Basket.objects.count() == 1


def test_what_was_not_shared_is_not_taken(link, friend):
    stranger = make_listing()

    friend.post(f"{link}take/", {"listing": [str(stranger.public_id)]})

    assert not BasketLine.objects.filter(listing=stranger).exists()


@pytest.mark.parametrize(
    "key", ["11111111-1111-4111-8111-111111111111", "abc", "1", "%00", "x" * 500, "11111111-1111-4111-8111"]
)
@pytest.mark.parametrize("does_take", [False, True])
def test_a_forged_link_leads_to_a_clear_page(friend, key, does_take):
    page = friend.post(f"{BASKET}shared/{key}/take/") if does_take else friend.get(f"{BASKET}shared/{key}/")

    assertContains(page, "This link leads to no basket", status_code=404)
    assert not Basket.objects.exists()


def test_a_link_ends_after_30_days(link, friend):
    with clock.travel(timedelta(days=29)):
        assert friend.get(link).status_code == 200
    with clock.travel(timedelta(days=30)):
        assertContains(friend.get(link), "This link leads to no basket", status_code=404)


def test_its_maker_takes_a_link_back_and_nobody_else_can(sharer, link, friend):
    token = str(SharedBasket.objects.get().token)

    friend.post(f"{BASKET}share/end/", {"link": token})
    assert friend.get(link).status_code == 200
    sharer.post(f"{BASKET}share/end/", {"link": token})

    assert friend.get(link).status_code == 404
    assertNotContains(sharer.get(BASKET), "End link")


@pytest.mark.parametrize("token", ["", "abc", "11111111-1111-4111-8111-111111111111"])
def test_ending_a_link_that_never_was_changes_nothing(sharer, link, token):
    assert sharer.post(f"{BASKET}share/end/", {"link": token}, follow=True).status_code == 200
    assert SharedBasket.objects.count() == 1


def test_what_comes_into_the_basket_later_is_not_shared(sharer, link, friend):
    sharer.post(f"{BASKET}add/", {"listing": str(make_listing(price_minor=77_700).public_id), "quantity": "1"})

    assertNotContains(friend.get(link), "777,00")


def test_a_link_of_another_countrys_shop_leads_there(link, friend):
    page = friend.get(link.replace("/en-fr/", "/en-de/"))

    assertContains(page, "This basket is of another country", status_code=404)
    assertContains(page, link.replace("/en-fr/", "/fr-fr/"), status_code=404)


def test_a_guests_links_go_to_the_account_they_sign_in_to(sharer, link, friend):
    user = User.objects.create_user("ada@example.org", "long enough")
    session = dict(sharer.session)
    sharer.force_login(user)
    kept = sharer.session
    kept["shared_baskets"] = session["shared_baskets"]
    kept.save()

    page = sharer.get(BASKET)

    assert SharedBasket.objects.get().user == user
    assert "shared_baskets" not in sharer.session
    assertNotContains(friend.get(link), "ada@")
    assert page.status_code == 200


def test_an_empty_basket_is_not_shared(client):
    page = client.post(f"{BASKET}share/", follow=True)

    assertContains(page, "There is nothing in your basket to share.")
    assert not SharedBasket.objects.exists()


def test_a_basket_of_saved_lines_is_not_shared():
    basket = make_basket([make_listing()])
    basket.lines.update(saved_at=NOW)

    with pytest.raises(NothingToShareError):
        shared_baskets.share_basket(basket_id=basket.pk, tokens=[], now=NOW)


def test_ten_links_are_enough():
    basket = make_basket([make_listing()])
    tokens = [shared_baskets.share_basket(basket_id=basket.pk, tokens=[], now=NOW).token for _ in range(10)]

    with pytest.raises(TooManyLinksError):
        shared_baskets.share_basket(basket_id=basket.pk, tokens=tokens, now=NOW)

    assert SharedBasket.objects.count() == 10


def test_a_shared_page_asks_the_database_as_often_for_ten_items_as_for_one(
    client, friend, django_assert_max_num_queries
):
    basket = make_basket([make_listing() for _ in range(10)])
    shared = shared_baskets.share_basket(basket_id=basket.pk, tokens=[], now=clock.now())

    with django_assert_max_num_queries(5):
        friend.get(f"{BASKET}shared/{shared.token}/")
