"""Deals, brands, and all offers of a model."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from backmarket.core.money import Money
from catalog.enums import Grade, ProductState, SellerLevel
from catalog.models import Listing, ListingMarket, ProductModel

from .factories import BrandFactory, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
OFFERS = "/en-fr/p/apple-iphone-13/offers/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def phone():
    """An iPhone 13 in two sizes, two grades, from two sellers."""
    product = ProductModelFactory(name="iPhone 13")
    small = SkuFactory(product=product, storage_gb=128)
    large = SkuFactory(product=product, storage_gb=256, colour="pink", colour_names={"en": "Pink"})
    near = SellerFactory(name="Near", rating_sum=45, rating_count=10)
    far = SellerFactory(name="Far", country="DE", home_market="DE", rating_sum=48, rating_count=10)
    make_listing(sku=small, seller=near, price_minor=45_900, grade=Grade.GOOD)
    make_listing(sku=small, seller=far, price_minor=44_900, grade=Grade.FAIR)
    make_listing(sku=large, seller=near, price_minor=52_900, grade=Grade.EXCELLENT)
    elect_all()
    return product


def prices(page) -> list[int]:
    return [row.price.amount_minor // 100 for row in page.context["page"]]


def test_deals_show_what_fell_with_its_lowest_price_before_and_since_when(client):
    kept, fallen = (make_listing(sku=SkuFactory(product=ProductModelFactory(name=name))) for name in ("A", "B"))
    elect_all(timezone.now() - timedelta(days=40))
    ListingMarket.objects.filter(listing=fallen).update(price_minor=40_000)
    elect_all(timezone.now() - timedelta(days=3))

    page = client.get("/en-fr/deals/")

    assert [card.name for card in page.context["grid"].cards] == ["Apple B"]
    assert "the lowest of the 30 days before" in page.content.decode()
    assert kept.pk


def test_deals_can_be_narrowed_and_may_be_empty(client, phone):
    page = client.get("/en-fr/deals/?grade=good&price_min=-5&page=99")

    assert page.status_code == 200
    assert page.context["grid"].total == 0


def test_a_brand_shows_what_is_sold_of_it(client, phone):
    make_listing(sku=SkuFactory(product=ProductModelFactory(name="S22", brand=BrandFactory(name="Samsung"))))
    elect_all()

    brand, all_brands = client.get("/en-fr/b/apple/"), client.get("/en-fr/b/")

    assert [card.name for card in brand.context["grid"].cards] == ["Apple iPhone 13"]
    assert [(tile.name, tile.product_count) for tile in all_brands.context["brands"]] == [("Apple", 1), ("Samsung", 1)]
    assert client.get("/en-fr/b/nobody/").status_code == 404
    assert client.get("/en-gb/b/").context["brands"] == []


def test_every_sellers_offer_of_a_model_is_listed_the_cheapest_first(client, phone, django_assert_max_num_queries):
    client.get("/en-fr/b/")
    with django_assert_max_num_queries(3):
        page = client.get(OFFERS)

    rows = list(page.context["page"])
    assert prices(page) == [449, 459, 529]
    assert [(row.seller_name, row.grade, row.days) for row in rows][:2] == [("Far", "fair", 6), ("Near", "good", 4)]
    assert rows[0].price == Money(44_900, "EUR")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=-price", [529, 459, 449]),
        ("sort=grade", [529, 459, 449]),
        ("sort=days", [459, 529, 449]),
        ("sort=rating", [449, 459, 529]),
        ("sort=nonsense", [449, 459, 529]),
        ("storage=128", [449, 459]),
        ("storage=128&seller=near", [459]),
        ("grade=good&grade=excellent", [459, 529]),
        ("colour=pink", [529]),
        ("grade=unheard-of", []),
        ("page=99", [449, 459, 529]),
    ],
)
def test_offers_are_sorted_and_narrowed_by_the_address(client, phone, query, expected):
    assert prices(client.get(f"{OFFERS}?{query}")) == expected


def test_a_filter_keeps_the_counts_of_its_siblings(client, phone):
    choices = client.get(f"{OFFERS}?storage=128").context["shown"].choices

    assert [(choice.value, choice.count, choice.is_chosen) for choice in choices["storage"]] == [
        ("128", 2, True),
        ("256", 1, False),
    ]
    assert [(choice.value, choice.count) for choice in choices["grade"]] == [("excellent", 0), ("good", 1), ("fair", 1)]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Listing.objects.update(quantity=0),
        lambda: ListingMarket.objects.update(is_published=False),
        lambda: ListingMarket.objects.update(price_minor=100_000_000),
        lambda: [seller.save() for seller in _suspended()],
    ],
)
def test_what_cannot_be_bought_is_not_listed(client, phone, change):
    change()

    assert prices(client.get(OFFERS)) == []


def _suspended():
    for listing in Listing.objects.select_related("seller"):
        listing.seller.level = SellerLevel.SUSPENDED
        yield listing.seller


def test_unknown_and_withdrawn_models(client, phone):
    assert client.get("/en-fr/p/nothing/offers/").status_code == 404
    ProductModel.objects.update(state=ProductState.WITHDRAWN)
    assert client.get(OFFERS).status_code == 410
