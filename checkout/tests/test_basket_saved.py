"""Lines saved for later: out of what is paid, re-checked all the same, and there again after an order."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from catalog.models import Listing, ListingMarket
from catalog.tests.factories import NOW, make_listing
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.services import basket_lives, baskets, placement
from checkout.services.baskets import BasketClosedError, LineMissingError, NotForSaleError

from .factories import make_basket, place, total_of

pytestmark = pytest.mark.django_db
BASKET = "/en-fr/basket/"


@pytest.fixture
def filled(client):
    """A guest's basket with two phones, 459 and 259 euros; the second is saved for later."""
    basket = make_basket([make_listing(), make_listing(price_minor=25_900)])
    session = client.session
    session["basket"] = str(basket.token)
    session.save()
    baskets.save_for_later(basket_id=basket.pk, line_id=basket.lines.latest("pk").pk, now=NOW)
    return basket


def saved_line() -> BasketLine:
    return BasketLine.objects.get(saved_at__isnull=False)


def test_a_saved_line_is_in_sight_but_not_paid(client, filled):
    page = client.get(BASKET)

    assertContains(page, "Saved for later")
    assertContains(page, "259,00\xa0€")
    assert page.context["view"].totals.goods.amount_minor == 45_900
    assertContains(page, 'aria-label="Basket, 1 item"')


def test_other_pages_count_only_what_is_to_be_bought(client, filled):
    assertContains(client.get("/en-fr/"), 'aria-label="Basket, 1 item"')


def test_a_saved_line_says_what_it_cost_when_it_was_saved_as_long_as_it_is_there(client, filled):
    ListingMarket.objects.filter(price_minor=25_900).update(price_minor=24_900)

    pages = [client.get(BASKET), client.get(BASKET)]

    for page in pages:
        assertContains(page, "It cost 259,00\xa0€ when you saved it.")
        assertNotContains(page, "changed since you last looked")


def test_a_saved_line_that_is_sold_out_offers_other_offers_and_no_button(client, filled):
    Listing.objects.filter(pk=saved_line().listing_id).update(quantity=0)

    page = client.get(BASKET)

    assertContains(page, "Sold out")
    assertContains(page, "See other offers")
    assertNotContains(page, "Move to basket")


def test_a_line_goes_out_of_the_basket_and_back(client, filled):
    line = filled.lines.earliest("pk")

    client.post(f"{BASKET}lines/{line.pk}/", {"later": "1"})
    assert BasketLine.objects.filter(saved_at=None).count() == 0
    assertContains(client.get(BASKET), "Your basket is empty")
    page = client.post(f"{BASKET}lines/{line.pk}/", {"back": "1"}, follow=True)

    assert BasketLine.objects.get(saved_at=None) == line
    assertContains(page, "463,99\xa0€")


def test_what_comes_back_at_another_price_says_so(client, filled):
    ListingMarket.objects.filter(price_minor=25_900).update(price_minor=26_900)

    page = client.post(f"{BASKET}lines/{saved_line().pk}/", {"back": "1"}, follow=True)

    assertContains(page, "The price went from 259,00\xa0€ to 269,00\xa0€.")


def test_what_is_sold_out_stays_saved(client, filled):
    line = saved_line()
    Listing.objects.filter(pk=line.listing_id).update(quantity=0)

    page = client.post(f"{BASKET}lines/{line.pk}/", {"back": "1"}, follow=True)

    assertContains(page, "has just been sold or withdrawn")
    assert saved_line() == line


def test_adding_a_saved_listing_buys_it_in_the_number_asked_for(filled):
    baskets.add_listing(basket_id=filled.pk, listing_id=saved_line().listing_id, quantity=2, now=NOW)

    assert list(filled.lines.values_list("quantity", "saved_at")) == [(1, None), (2, None)]


def test_a_gone_line_can_be_saved_for_later(client, filled):
    line = filled.lines.earliest("pk")
    Listing.objects.filter(pk=line.listing_id).update(quantity=0)
    client.get(BASKET)

    client.post(f"{BASKET}lines/{line.pk}/", {"later": "1"})

    assertNotContains(client.get(BASKET), "No longer available")


@pytest.mark.parametrize("service", [baskets.save_for_later, baskets.move_to_basket, baskets.remove_line])
def test_an_ordered_basket_and_anothers_line_are_refused(filled, service):
    other = make_basket([make_listing()])
    Basket.objects.filter(pk=other.pk).update(state=BasketState.ORDERED)

    with pytest.raises(BasketClosedError):
        service(basket_id=other.pk, line_id=other.lines.get().pk, now=NOW)
    with pytest.raises(LineMissingError):
        service(basket_id=filled.pk, line_id=other.lines.get().pk, now=NOW)

    assert BasketLine.objects.count() == 3


def test_a_saved_line_without_stock_is_not_moved(filled):
    line = saved_line()
    Listing.objects.filter(pk=line.listing_id).update(quantity=0)

    with pytest.raises(NotForSaleError):
        baskets.move_to_basket(basket_id=filled.pk, line_id=line.pk, now=NOW)


# After an order


def test_an_order_buys_no_saved_line_and_the_next_basket_has_it(client, filled):
    order = place(filled)
    assert [line.price_minor for line in order.lines.all()] == [45_900]

    page = client.get(BASKET)

    following = Basket.objects.get(state=BasketState.OPEN)
    assertContains(page, "Saved for later")
    assert [line.listing.quantity for line in following.lines.all()] == [5]
    assert client.session["basket"] == str(following.token)
    assert filled.lines.count() == 1


def test_an_accounts_saved_lines_are_there_after_an_order_on_every_device(client, django_user_model):
    user = django_user_model.objects.create_user("ada@example.org", "long enough")
    basket = make_basket([make_listing(), make_listing()], user=user)
    baskets.save_for_later(basket_id=basket.pk, line_id=basket.lines.latest("pk").pk, now=NOW)
    place(basket, user_id=user.pk)

    client.force_login(user)

    assertContains(client.get(BASKET), "Saved for later")


def test_a_line_said_to_be_gone_stops_no_order_and_is_kept(client, filled):
    scarce = make_listing()
    baskets.add_listing(basket_id=filled.pk, listing_id=scarce.pk, quantity=1, now=NOW)
    Listing.objects.filter(pk=scarce.pk).update(quantity=0)
    client.get(BASKET)

    order = place(filled)
    client.get(BASKET)

    assert order.lines.count() == 1
    assert Basket.objects.get(state=BasketState.OPEN).lines.filter(listing=scarce).exists()


def test_what_came_back_unseen_is_shown_before_it_is_bought(client, filled):
    Listing.objects.update(quantity=0)
    client.get(BASKET)
    Listing.objects.update(quantity=5)

    with pytest.raises(placement.BasketChangedError):
        place(filled, total=total_of(filled))


def test_carrying_over_twice_moves_once(filled):
    place(filled)

    first = basket_lives.carry_left_behind(ordered_id=filled.pk, now=NOW)
    second = basket_lives.carry_left_behind(ordered_id=filled.pk, now=NOW)

    assert first is not None
    assert second is None
    assert Basket.objects.count() == 2


def test_an_order_that_was_not_paid_gives_everything_back_once(client, filled):
    order = place(filled)
    client.get(BASKET)
    following = Basket.objects.get(state=BasketState.OPEN)

    placement.copy_basket(order, guest_token=following.token, now=NOW + timedelta(hours=1))

    assert Basket.objects.filter(state=BasketState.OPEN).count() == 1
    assert sorted(following.lines.values_list("price_seen_minor", flat=True)) == [25_900, 45_900]
    assert saved_line().basket == following
