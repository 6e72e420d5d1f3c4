"""The home page: figures and offers of the catalogue, in few queries whatever its size."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.enums import SellerLevel
from catalog.models import Listing, ListingMarket, ProductModel
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
# The page's own sections once an election made them stale, and while none has.
FRESH, KEPT = 5, 1


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
    with django_assert_max_num_queries(FRESH):
        response = client.get("/fr-fr/")

    assert response.status_code == 200
    assert response.context["page"].offer_count == 0
    assert response.context["page"].low is None


@pytest.mark.parametrize("count", [1, 30])
def test_home_takes_as_many_queries_for_one_product_as_for_many(client, django_assert_num_queries, count):
    many_products(count)

    with django_assert_num_queries(FRESH):
        response = client.get("/fr-fr/")
    with django_assert_num_queries(KEPT):
        client.get("/fr-fr/")

    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 8])
def test_what_a_guest_looked_at_takes_one_query_more(client, django_assert_num_queries, count):
    many_products(10)
    for product in ProductModel.objects.all()[:count]:
        client.get(f"/fr-fr/p/{product.slug}/")
    client.get("/fr-fr/")

    with django_assert_num_queries(KEPT + 1):
        page = client.get("/fr-fr/")

    assert len(page.context["visitor"].seen) == count


def test_an_account_with_lists_takes_seven_queries_at_most(client, django_assert_max_num_queries):
    many_products(10)
    client.force_login(User.objects.create_user("ada@example.org"))
    for product in ProductModel.objects.all()[:3]:
        client.get(f"/fr-fr/p/{product.slug}/")
    client.get("/fr-fr/")

    with django_assert_max_num_queries(7):
        page = client.get("/fr-fr/")

    assert len(page.context["visitor"].seen) == 3


def test_a_new_visitor_sees_no_empty_sections(client):
    make_listing()
    elect_all()

    html = client.get("/en-fr/").content.decode()

    for heading in ("Recently seen", "Because you looked at", "Price drops", "Back in stock"):
        assert heading not in html
    assert "Best value now" not in html or "h-best" in html


def test_because_one_looked_at_a_phone_others_of_its_kind_are_shown(client):
    phones, laptops = CategoryFactory(key="smartphones"), CategoryFactory(key="laptops")
    looked_at, other = (ProductModelFactory(name=name, category=phones) for name in ("iPhone 12", "iPhone 13"))
    for product in (looked_at, other, ProductModelFactory(name="MacBook", category=laptops)):
        make_listing(sku=SkuFactory(product=product))
    elect_all()
    client.get(f"/en-fr/p/{looked_at.slug}/")

    visitor = client.get("/en-fr/").context["visitor"]

    assert [card.name for card in visitor.seen] == ["Apple iPhone 12"]
    assert visitor.because.name == "Apple iPhone 12"
    assert [card.name for card in visitor.alike] == ["Apple iPhone 13"]


def test_price_drops_and_returns_have_sections_of_their_own(client):
    dropped, returned = (make_listing(sku=SkuFactory(product=ProductModelFactory(name=name))) for name in ("A", "B"))
    elect_all(timezone.now() - timedelta(days=40))
    ListingMarket.objects.filter(listing=dropped).update(price_minor=40_000)
    Listing.objects.filter(pk=returned.pk).update(quantity=0)
    elect_all(timezone.now() - timedelta(days=2))
    Listing.objects.filter(pk=returned.pk).update(quantity=2)
    elect_all(timezone.now() - timedelta(days=1))

    response = client.get("/en-fr/")
    page = response.context["page"]

    assert [(card.name, card.low_before, card.drop) for card in page.price_drops] == [
        ("Apple A", Money(45_900, "EUR"), Money(5_900, "EUR"))
    ]
    assert [card.name for card in page.back_in_stock] == ["Apple B"]
    assert "the lowest of the 30 days before" in response.content.decode()


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
    assert "£459" not in british.content.decode()
    assert british.context["page"].most_wanted[0].saving is None  # launch prices are in euro: nothing is converted
    assert german.context["page"].most_wanted == []


def test_a_new_price_and_an_empty_stock_show_at_once(client):
    listing = make_listing(price_minor=45_900)
    elect_all()
    assert [card.price for card in client.get("/fr-fr/").context["page"].most_wanted] == [Money(45_900, "EUR")]

    listings.set_price(
        listing_id=listing.pk, market="FR", price=Money(43_100, "EUR"), actor=Actor.system("test"), now=NOW
    )
    elect_all(NOW + timedelta(minutes=1))
    changed = client.get("/fr-fr/")
    listings.set_quantity(listing_id=listing.pk, quantity=0, actor=Actor.system("test"), now=NOW)
    elect_all(NOW + timedelta(minutes=2))
    empty = client.get("/fr-fr/")

    assert [card.price for card in changed.context["page"].most_wanted] == [Money(43_100, "EUR")]
    assert "431\xa0€" in changed.content.decode()
    assert empty.context["page"].most_wanted == []


def test_figures_come_from_sellers_who_offer_here(client):
    make_listing(seller=SellerFactory(rating_sum=90, rating_count=20))
    make_listing(seller=SellerFactory(rating_sum=50, rating_count=10), sku=SkuFactory())
    SellerFactory(rating_sum=1_000, rating_count=1_000)
    elect_all()

    page = client.get("/fr-fr/").context["page"]

    assert (page.seller_count, page.rating_count, page.rating) == (2, 30, 4.7)
