import pytest
from django.db.models import F
from pytest_django.asserts import assertContains, assertRedirects

from catalog.models import Listing, ListingMarket
from catalog.tests.factories import elect_all, make_listing
from checkout.models import BasketLine

from .factories import paid_order
from .test_order_page import sign_in, url_of

pytestmark = pytest.mark.django_db


def again(client, line):
    return client.post(f"{url_of(line.order)}lines/{line.public_id}/again/", follow=True)


@pytest.fixture
def line(client):
    return paid_order(user_id=sign_in(client).pk).lines.select_related("listing__sku", "order", "seller").get()


def test_the_same_offer_is_put_into_the_basket_and_said_to_be_the_same(client, line):
    page = again(client, line)

    assertRedirects(page, "/en-fr/basket/")
    assertContains(page, "In your basket: the same offer at the same price.")
    assert BasketLine.objects.get(basket__state="open").listing_id == line.listing_id


def test_another_price_is_said(client, line):
    ListingMarket.objects.filter(listing=line.listing).update(price_minor=44_900)

    page = again(client, line)

    assertContains(page, "It costs 449,00\xa0€, it was 459,00\xa0€.")


def test_what_is_gone_is_replaced_by_the_best_offer_of_the_version_and_its_differences_are_said(client, line):
    other = make_listing(sku=line.listing.sku, grade="fair", price_minor=39_900)
    Listing.objects.filter(pk=line.listing_id).update(quantity=F("reserved"))
    elect_all()

    page = again(client, line)

    assertContains(page, f"it comes from {other.seller.name}, not from {line.seller.name}.")
    assertContains(page, "Its grade is Fair, it was Good.")
    assertContains(page, "It costs 399,00\xa0€, it was 459,00\xa0€.")
    assert BasketLine.objects.get(basket__state="open").listing_id == other.pk


def test_where_nobody_offers_the_version_nothing_is_put_in(client, line):
    Listing.objects.filter(pk=line.listing_id).update(quantity=F("reserved"))
    elect_all()

    page = again(client, line)

    assertContains(page, "Nobody offers this version at the moment.")
    assert not BasketLine.objects.filter(basket__state="open").exists()


def test_anothers_line_is_not_bought_again(client, line):
    foreign = paid_order().lines.get()

    assert client.post(f"{url_of(line.order)}lines/{foreign.public_id}/again/").status_code == 404
    assert client.post(f"{url_of(foreign.order)}lines/{foreign.public_id}/again/").status_code == 404
