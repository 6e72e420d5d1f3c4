"""The home page: figures and offers of the catalogue, in few queries whatever its size."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.enums import SellerLevel
from catalog.services import listings

from .factories import (
    NOW,
    CategoryFactory,
    ProductModelFactory,
    SellerFactory,
    SkuFactory,
    elect_all,
    make_listing,
)

pytestmark = pytest.mark.django_db
QUERIES = 7


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def many_products(count: int) -> None:
    for n in range(count):
        category = CategoryFactory(key=f"category-{n % 5}")
        product = ProductModelFactory(category=category, popularity=n, launch_year=NOW.year - 1)
        for storage in (128, 256):
            sku = SkuFactory(product=product, storage_gb=storage)
            make_listing(sku=sku, price_minor=30_000 + n * 100)
    elect_all()


def test_home_works_with_an_empty_catalogue(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        response = client.get("/fr-fr/")

    assert response.status_code == 200
    assert response.context["page"].offer_count == 0
    assert response.context["page"].low is None


@pytest.mark.parametrize("count", [1, 30])
def test_home_takes_as_many_queries_for_one_product_as_for_many(client, django_assert_num_queries, count):
    many_products(count)

    with django_assert_num_queries(QUERIES):
        response = client.get("/fr-fr/")

    assert response.status_code == 200


def test_home_shows_what_the_catalogue_holds(client):
    cheap = ProductModelFactory(name="iPhone 11", popularity=50)
    wanted = ProductModelFactory(name="iPhone 13", popularity=90)
    make_listing(sku=SkuFactory(product=cheap), price_minor=19_900)
    make_listing(sku=SkuFactory(product=wanted), price_minor=45_900)
    elect_all()

    response = client.get("/fr-fr/")
    page, html = response.context["page"], response.content.decode()

    assert [card.name for card in page.most_wanted] == ["Apple iPhone 13", "Apple iPhone 11"]
    assert page.offer_count == 2
    assert page.low == Money(19_900, "EUR")
    assert page.seller_count == 2
    assert [tile.low for tile in page.tiles] == [Money(19_900, "EUR")]
    assert "199\xa0€" in html
    assert "459\xa0€" in html
    assert "450\xa0€" in html  # 909 − 459, what one saves


def test_categories_count_what_stands_below_them(client):
    phones = CategoryFactory(key="smartphones")
    iphones = CategoryFactory(key="iphones", parent=phones)
    make_listing(sku=SkuFactory(product=ProductModelFactory(category=iphones)), price_minor=30_000)
    make_listing(sku=SkuFactory(product=ProductModelFactory(category=phones)), price_minor=20_000)
    CategoryFactory(key="consoles")
    elect_all()

    tiles = client.get("/fr-fr/").context["page"].tiles

    assert [(tile.key, tile.offer_count, tile.low.amount_minor) for tile in tiles] == [("smartphones", 2, 20_000)]


def test_best_value_is_the_smallest_share_of_the_price_when_new_from_sellers_in_good_standing(client):
    def offered(name: str, price_minor: int, *, level: str = SellerLevel.GOOD, year: int | None = NOW.year - 1):
        product = ProductModelFactory(name=name, launch_year=year)
        make_listing(sku=SkuFactory(product=product), price_minor=price_minor, seller=SellerFactory(level=level))

    offered("Half", 45_450)
    offered("Third", 30_300)
    offered("Risky", 10_000, level=SellerLevel.AT_RISK)
    offered("Old", 10_000, year=NOW.year - 12)
    offered("Dear", 95_000)
    elect_all()

    page = client.get("/fr-fr/").context["page"]

    assert [card.name for card in page.best_value] == ["Apple Third", "Apple Half"]


def test_home_shows_only_what_is_sold_in_its_market_and_its_currency(client):
    sku = SkuFactory()
    make_listing(sku=sku, price_minor=45_900, market="FR")
    make_listing(sku=sku, price_minor=39_950, market="GB", currency="GBP")
    elect_all()

    french, british, german = (client.get(f"/{locale}/") for locale in ("fr-fr", "en-gb", "de-de"))

    assert "459\xa0€" in french.content.decode()
    assert "£399.50" in british.content.decode()
    assert "459" not in british.content.decode()
    assert british.context["page"].most_wanted[0].saving is None  # launch prices are in euro: nothing is converted
    assert german.context["page"].most_wanted == []


def test_a_new_price_and_an_empty_stock_show_at_once(client):
    listing = make_listing(price_minor=45_900)
    elect_all()
    assert "459\xa0€" in client.get("/fr-fr/").content.decode()

    listings.set_price(
        listing_id=listing.pk, market="FR", price=Money(43_100, "EUR"), actor=Actor.system("test"), now=NOW
    )
    elect_all(NOW + timedelta(minutes=1))
    changed = client.get("/fr-fr/").content.decode()
    listings.set_quantity(listing_id=listing.pk, quantity=0, actor=Actor.system("test"), now=NOW)
    elect_all(NOW + timedelta(minutes=2))
    empty = client.get("/fr-fr/")

    assert "431\xa0€" in changed
    assert "459\xa0€" not in changed
    assert empty.context["page"].most_wanted == []


def test_figures_come_from_sellers_who_offer_here(client):
    make_listing(seller=SellerFactory(rating_sum=90, rating_count=20))
    make_listing(seller=SellerFactory(rating_sum=50, rating_count=10), sku=SkuFactory())
    SellerFactory(rating_sum=1_000, rating_count=1_000)
    elect_all()

    page = client.get("/fr-fr/").context["page"]

    assert (page.seller_count, page.rating_count, page.rating) == (2, 30, 4.7)
