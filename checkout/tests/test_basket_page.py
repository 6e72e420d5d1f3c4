from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.models import User
from backmarket.core import clock
from catalog.enums import RelatedKind
from catalog.models import Listing, ListingMarket, RelatedProduct, Seller
from catalog.tests.factories import elect_all, make_listing
from checkout.models import Basket, BasketLine
from checkout.services import baskets
from checkout.web.baskets import ensure_basket
from checkout.web.views import basket as views

from .factories import make_basket

pytestmark = pytest.mark.django_db
BASKET = "/en-fr/basket/"
ACTIONS = ("remove", "later", "back", "quantity")


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


def test_anothers_line_and_one_that_never_was_are_left_alone_with_the_same_words(client):
    other = Client()
    add(other, make_listing())
    add(client, make_listing())
    anothers = BasketLine.objects.earliest("pk").pk

    pages = [change(client, line_id, **{action: "1"}) for line_id in (anothers, 10**30) for action in ACTIONS]

    assert all("no longer in your basket" in page.content.decode() for page in pages)
    assert list(BasketLine.objects.values_list("quantity", "saved_at")) == [(1, None), (1, None)]


def test_without_a_basket_nothing_can_be_changed(client):
    assertContains(change(client, 1, remove="1"), "no longer in your basket")


def test_a_changed_price_is_said_once_and_then_accepted(client):
    add(client, make_listing())
    ListingMarket.objects.update(price_minor=46_900)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "The price went from 459,00\xa0€ to 469,00\xa0€")
    assertContains(first, "Something changed since you last looked")
    assertNotContains(second, "The price went from")
    assert BasketLine.objects.get().price_seen_minor == 46_900


def test_only_what_a_person_saw_counts_as_said(client):
    add(client, make_listing())
    ListingMarket.objects.update(price_minor=46_900)

    client.head(BASKET)
    client.get(BASKET, headers={"Sec-Purpose": "prefetch;prerender"})

    assertContains(client.get(BASKET), "The price went from 459,00\xa0€ to 469,00\xa0€")


def test_what_changed_while_the_page_was_drawn_is_said_by_the_next_one(client, monkeypatch):
    add(client, make_listing())
    ListingMarket.objects.update(price_minor=46_900)
    note = baskets.note_shown

    def note_later(**facts):
        ListingMarket.objects.update(price_minor=47_900)
        note(**facts)

    monkeypatch.setattr(baskets, "note_shown", note_later)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "from 459,00\xa0€ to 469,00\xa0€")
    assertContains(second, "from 469,00\xa0€ to 479,00\xa0€")


@pytest.mark.parametrize(
    ("change_it", "words"),
    [
        (lambda: Listing.objects.update(quantity=0), "Sold out at Atelier"),
        (lambda: ListingMarket.objects.update(is_published=False), "no longer sells it here"),
        (lambda: ListingMarket.objects.all().delete(), "no longer sells it here"),
        (lambda: Seller.objects.update(is_active=False), "no longer sells it here"),
    ],
)
def test_what_is_gone_stays_in_sight_with_a_way_out_until_it_is_taken_out(client, change_it, words):
    listing = make_listing()
    add(client, listing)
    client.get(BASKET)
    change_it()

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "Something changed since you last looked")
    assertNotContains(second, "Something changed since you last looked")
    for page in (first, second):
        assertContains(page, words)
        assertContains(page, f'href="/en-fr/p/{listing.sku.product.slug}/offers/"')
        assertContains(page, 'aria-label="Basket, 0 items"')
    change(client, BasketLine.objects.get().pk, remove="1")
    assert not BasketLine.objects.exists()


def test_what_was_gone_and_is_back_is_to_be_bought_again_and_said(client):
    add(client, make_listing())
    Listing.objects.update(quantity=0)
    client.get(BASKET)
    Listing.objects.update(quantity=4)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "It was gone, and is back in stock.")
    assertContains(first, "463,99\xa0€")
    assertNotContains(second, "is back in stock")


def test_a_basket_is_cut_to_what_is_left(client):
    add(client, make_listing(), "3")
    Listing.objects.update(quantity=1)

    first, second = client.get(BASKET), client.get(BASKET)

    assertContains(first, "Only 1 is left of the 3 that you wanted.")
    assertNotContains(second, "is left of the")
    assert BasketLine.objects.get().quantity == 1


def test_a_later_arrival_is_said_once_and_a_better_carrier_is_no_news(client):
    add(client, make_listing())
    client.get(BASKET)
    seen = BasketLine.objects.get()
    assert seen.arrival_seen_date is not None
    BasketLine.objects.update(arrival_seen_date=seen.arrival_seen_date - timedelta(days=3))

    first, second = client.get(BASKET), client.get(BASKET)
    session = client.session
    session["carriers"] = {str(seen.listing.seller_id): "chronopost"}
    session.save()
    faster = client.get(BASKET)

    assertContains(first, "When you last looked it was to arrive by")
    for page in (second, faster):
        assertNotContains(page, "When you last looked")
    assert BasketLine.objects.get().carrier_seen == "chronopost"


@pytest.mark.parametrize(("step", "quantity"), [("1", 3), ("-1", 1), ("2", 2), ("abc", 2), ("", 2)])
def test_a_press_of_a_button_counts_up_or_down_without_scripts(client, step, quantity):
    add(client, make_listing(), "2")

    change(client, BasketLine.objects.get().pk, quantity="2", step=step)

    assert BasketLine.objects.get().quantity == quantity


def test_what_was_taken_out_comes_back_as_it_was(client):
    add(client, make_listing(), "3")
    line = BasketLine.objects.get()

    page = change(client, line.pk, quantity="0")
    assertContains(page, f"{line.listing.sku.product.full_name} is out of your basket.")
    assertContains(page, "Your basket is empty")
    ListingMarket.objects.update(price_minor=46_900)
    page = client.post(f"{BASKET}undo/", follow=True)

    assertContains(page, "The price went from 459,00\xa0€ to 469,00\xa0€")
    assertNotContains(page, "is out of your basket")
    assert BasketLine.objects.get().quantity == 3


def test_undo_brings_back_what_is_sold_out_and_says_so(client):
    add(client, make_listing())
    change(client, BasketLine.objects.get().pk, remove="1")
    Listing.objects.update(quantity=0)

    assertContains(client.post(f"{BASKET}undo/", follow=True), "Sold out at")


def test_undo_twice_or_after_nothing_does_nothing(client):
    add(client, make_listing())
    change(client, BasketLine.objects.get().pk, remove="1")

    for _ in range(2):
        client.post(f"{BASKET}undo/")
    Client().post(f"{BASKET}undo/")

    assert BasketLine.objects.get().quantity == 1


def test_two_tabs_take_the_same_line_out_and_the_second_is_told(client):
    add(client, make_listing())
    line = BasketLine.objects.get()
    change(client, line.pk, remove="1")

    for action in ACTIONS:
        assertContains(change(client, line.pk, **{action: "1"}), "no longer in your basket")


def test_a_basket_that_was_merged_between_finding_and_adding_is_found_again(client, monkeypatch):
    add(client, make_listing())
    second = make_listing()
    baskets_seen: list[int] = []

    def find_one_that_ends(request, *, now):
        basket = ensure_basket(request, now=now)
        if not baskets_seen:
            Basket.objects.filter(pk=basket.pk).update(state="ordered")
        baskets_seen.append(basket.pk)
        return basket

    monkeypatch.setattr(views, "ensure_basket", find_one_that_ends)

    add(client, second)

    assert len(set(baskets_seen)) == 2
    assert BasketLine.objects.get(listing=second).basket_id == baskets_seen[1]


def test_a_basket_holds_fifty_offers(client, monkeypatch):
    assert baskets.MAX_LINES == 50
    monkeypatch.setattr(baskets, "MAX_LINES", 2)
    basket = make_basket([make_listing() for _ in range(2)])
    session = client.session
    session["basket"] = str(basket.token)
    session.save()

    page = add(client, make_listing())

    assertContains(page, "it holds 50 different offers")
    assert BasketLine.objects.count() == 2


def test_an_empty_basket_shows_what_was_looked_at_and_wished(client):
    seen, wished = make_listing().sku.product, make_listing().sku.product
    elect_all()
    client.get(seen.get_absolute_url())
    client.post("/en-fr/wishlist/add/", {"wish": wished.slug})

    page = client.get(BASKET)

    assert [card.name for card in page.context["seen_cards"]] == [seen.full_name]
    assert [card.name for card in page.context["wished_cards"]] == [wished.full_name]
    assertContains(page, "You looked at these")
    assertContains(page, "From your wish list")


def test_what_goes_with_a_device_is_added_by_one_press(client):
    phone, buds = make_listing(), make_listing(sku__product__family="buds", price_minor=14_900)
    elect_all()
    RelatedProduct.objects.create(
        product=phone.sku.product, other=buds.sku.product, kind=RelatedKind.BOUGHT_WITH, market="", rank=0, score=1
    )

    page = add(client, phone)
    assertContains(page, f'name="listing" value="{buds.public_id}"')
    assertContains(page, "149,00\xa0€")
    add(client, buds)

    assert set(BasketLine.objects.values_list("listing", flat=True)) == {phone.pk, buds.pk}


def test_a_guests_session_lives_as_long_as_the_basket_from_its_last_change(client):
    add(client, make_listing())
    with clock.travel(timedelta(days=50)):
        response = client.post(f"{BASKET}lines/{BasketLine.objects.get().pk}/", {"quantity": "2"})

    assert response.cookies["sessionid"]["max-age"] == 60 * 24 * 3600
    assert Basket.objects.get().touched_at - Basket.objects.get().created_at >= timedelta(days=50)


def test_looking_counts_as_a_touch(client):
    add(client, make_listing())
    before = Basket.objects.get().touched_at

    with clock.travel(timedelta(days=2)):
        response = client.get(BASKET)

    assert Basket.objects.get().touched_at - before >= timedelta(days=2)
    assert "sessionid" in response.cookies


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


def test_what_a_guest_chose_counts_right_after_signing_in(client):
    user = User.objects.create_user("ada@example.org", "long enough")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    make_basket([make_listing()], user=user, quantity=2)
    add(client, make_listing())

    client.post("/accounts/login/", {"login": user.email, "password": "long enough"})

    assertContains(client.get("/en-fr/"), 'aria-label="Basket, 3 items"')
    assertContains(client.get(BASKET), 'aria-label="Basket, 3 items"')
    assertContains(client.get("/en-fr/"), 'aria-label="Basket, 3 items"')


def test_a_guest_has_a_basket_for_each_market_and_takes_them_all_along(client):
    french, german = make_listing(), make_listing(market="DE")
    add(client, french)
    client.post("/en-de/basket/add/", {"listing": german.public_id, "quantity": "1"})

    assertContains(client.get(BASKET), french.sku.product.full_name)
    assertContains(client.get("/en-de/basket/"), german.sku.product.full_name)
    names = {key: client.session[key] for key in ("basket", "baskets")}
    user = User.objects.create_user("ada@example.org", "long enough")
    client.force_login(user)
    session = client.session
    session.update(names)
    session.save()
    client.get("/en-gb/basket/")

    assert set(Basket.objects.values_list("market", "user")) == {("FR", user.pk), ("DE", user.pk)}
    assert not {"basket", "baskets"} & set(client.session.keys())


def test_an_account_has_a_basket_for_each_market(client):
    client.force_login(User.objects.create_user("ada@example.org", "long enough"))
    add(client, make_listing())

    page = client.get("/en-gb/basket/")

    assertContains(page, "Your basket is empty")


def test_an_unknown_market_is_not_found(client):
    assert client.get("/en-xx/basket/").status_code == 404


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_basket_page_asks_the_database_ten_times_whatever_is_in_it(
    client, is_signed_in, django_assert_max_num_queries
):
    user = User.objects.create_user("ada@example.org", "long enough")
    listings = [make_listing() for _ in range(8)]
    elect_all()
    basket = make_basket(listings[:6], user=user if is_signed_in else None)
    if is_signed_in:
        client.force_login(user)
    session = client.session
    session["basket"] = str(basket.token)
    session.save()
    for number, other in enumerate(listings[6:]):
        RelatedProduct.objects.create(
            product=listings[0].sku.product,
            other=other.sku.product,
            kind=RelatedKind.BOUGHT_WITH,
            market="",
            rank=number,
            score=1,
        )
    change(client, BasketLine.objects.earliest("pk").pk, later="1")
    Listing.objects.filter(pk=listings[1].pk).update(quantity=0)
    client.post(f"{BASKET}share/")
    client.get(BASKET)

    with django_assert_max_num_queries(10):
        client.get(BASKET)


def test_the_basket_is_changed_by_post_only(client):
    assert client.get(reverse("checkout:add")).status_code == 405
