"""The product page between sold and gone: sold out here or everywhere, withdrawn, never on sale."""

import pytest
from django.core.cache import cache

from backmarket.core.actors import Actor
from catalog.enums import ProductState
from catalog.services import listings

from .factories import NOW, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
QUERIES = 8
URL = "/fr-fr/p/apple-iphone-13/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def product():
    return ProductModelFactory(name="iPhone 13")


def sku_of(product, storage: int):
    return SkuFactory(product=product, storage_gb=storage)


def test_a_sold_out_version_keeps_its_page_and_cannot_be_bought(client, product):
    sold_out, other = sku_of(product, 128), sku_of(product, 256)
    listing = make_listing(sku=sold_out, price_minor=45_900)
    make_listing(sku=other, price_minor=52_000)
    elect_all()
    listings.set_quantity(listing_id=listing.pk, quantity=0, actor=Actor.system("test"), now=NOW)
    elect_all()

    response = client.get(f"{URL}?sku={sold_out.public_id}&grade=good")
    page, html = response.context["page"], response.content.decode()

    assert response.status_code == 200
    assert (page.sku, page.deal, page.is_as_wished, page.is_sold_here) == (sold_out, None, True, True)
    assert "Épuisé dans cette version" in html
    assert "520\xa0€" in html
    assert str(listing.public_id) not in html


def test_a_product_that_nobody_sells_here_shows_what_comes_close(client, product, django_assert_max_num_queries):
    make_listing(sku=sku_of(product, 128), price_minor=45_900, market="GB", currency="GBP")
    make_listing(sku=SkuFactory(product=ProductModelFactory(name="iPhone 12")), price_minor=30_000)
    elect_all()

    with django_assert_max_num_queries(QUERIES):
        response = client.get(URL)

    assert response.context["page"].is_sold_here is False
    assert [card.name for card in response.context["cards"]] == ["Apple iPhone 12"]
    assert "Épuisé dans votre pays" in response.content.decode()


def test_a_withdrawn_product_is_gone_and_shows_what_comes_close(client, product):
    product.state = ProductState.WITHDRAWN
    product.save()
    make_listing(sku=sku_of(product, 128), price_minor=45_900)
    make_listing(sku=SkuFactory(product=ProductModelFactory(name="iPhone 12")), price_minor=30_000)
    elect_all()

    response = client.get(URL)

    assert response.status_code == 410
    assert [card.name for card in response.context["cards"]] == ["Apple iPhone 12"]
    assert "basket/add" not in response.content.decode()


def test_what_never_was_on_sale_does_not_exist(client):
    draft = ProductModelFactory(name="Secret", state=ProductState.DRAFT)
    make_listing(sku=SkuFactory(product=draft))
    bare = ProductModelFactory(name="Bare")
    elect_all()

    assert client.get("/fr-fr/p/apple-secret/").status_code == 404
    assert client.get(f"/fr-fr/p/{bare.slug}/").status_code == 404
    assert client.get("/fr-fr/p/nothing/").status_code == 404
