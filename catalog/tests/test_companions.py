"""What is offered beside the devices of a basket."""

import pytest

from backmarket.markets.registry import MARKETS
from catalog.enums import RelatedKind
from catalog.models import Listing, RelatedProduct
from catalog.selectors.companions import companions

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
FRANCE = MARKETS["FR"]


def sold(name, family="phone-dual", *prices):
    product = ProductModelFactory(name=name, family=family)
    for price in prices or (10_000,):
        make_listing(sku=SkuFactory(product=product, key=f"{price}"), price_minor=price)
    return product


def relate(product, *others, market=""):
    for rank, (other, score) in enumerate(others):
        RelatedProduct.objects.create(
            product=product, other=other, kind=RelatedKind.BOUGHT_WITH, market=market, rank=rank, score=score
        )


def test_accessories_stand_beside_their_device_and_the_rest_below():
    phone, laptop = sold("iPhone 13"), sold("MacBook Air", "laptop-notch")
    buds, watch, pad, second = (
        sold("AirPods", "buds"),
        sold("Watch SE", "watch-square"),
        sold("Controller", "controller"),
        sold("iPhone 12"),
    )
    relate(phone, (second, 9.0), (buds, 3.0), (watch, 2.0), (pad, 1.0))
    relate(laptop, (buds, 5.0))
    elect_all()

    found = companions([phone.pk, laptop.pk], FRANCE)

    assert [other.name for other in found.beside[phone.pk]] == ["Apple AirPods", "Apple Watch SE"]
    assert found.beside[laptop.pk] == []
    assert [other.name for other in found.others] == ["Apple iPhone 12", "Apple Controller"]


def test_each_is_the_cheapest_offer_that_can_be_bought():
    phone, buds = sold("iPhone 13"), sold("AirPods", "buds", 9_900, 8_900, 7_900)
    relate(phone, (buds, 1.0))
    Listing.objects.filter(sku__product=buds, sku__key="7900").update(quantity=0)
    elect_all()

    (offered,) = companions([phone.pk], FRANCE).beside[phone.pk]

    assert offered.price.amount_minor == 8_900
    assert offered.listing_public_id == Listing.objects.get(sku__key="8900").public_id


def test_what_is_sold_out_or_in_the_basket_is_not_offered():
    phone, buds, watch = sold("iPhone 13"), sold("AirPods", "buds"), sold("Watch SE", "watch-square")
    relate(phone, (buds, 2.0), (watch, 1.0))
    Listing.objects.filter(sku__product=buds).update(quantity=0)
    elect_all()

    found = companions([phone.pk, watch.pk], FRANCE)

    assert found.beside == {phone.pk: [], watch.pk: []}
    assert found.others == []


def test_two_queries_whatever_is_in_the_basket(django_assert_num_queries):
    phones, buds = [sold(f"iPhone {n}") for n in range(5)], sold("AirPods", "buds")
    for phone in phones:
        relate(phone, (buds, 1.0))
    elect_all()

    with django_assert_num_queries(2):
        companions([phone.pk for phone in phones], FRANCE)
    with django_assert_num_queries(0):
        companions([], FRANCE)
