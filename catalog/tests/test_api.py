"""The public read API: what it answers of places, products, offers and reviews."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache

from backmarket.core import clock
from catalog.enums import Grade, ProductState, ReviewState
from catalog.models import Offer

from .api import API, all_pages, answer, make_phone, problem, write_reviews
from .factories import (
    NOW,
    BrandFactory,
    CategoryFactory,
    ProductModelFactory,
    SellerFactory,
    SkuFactory,
    elect_all,
    make_listing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def phone():
    return make_phone()


def test_markets_need_no_market(client):
    markets = answer(client, "/markets/")

    assert len(markets) == 10
    belgium = next(market for market in markets if market["code"] == "BE")
    assert (belgium["currency"], belgium["languages"]) == ("EUR", ["fr", "nl", "en"])
    assert belgium["locales"] == ["fr-be", "nl-be", "en-be"]
    assert belgium["carriers"][0]["key"] == "bpost"


def test_categories_come_as_a_flat_tree(client):
    top = CategoryFactory(key="phones", names={"en": "Phones", "fr": "Téléphones"}, guide={"en": "Choose well."})
    CategoryFactory(key="iphones", parent=top, names={"en": "iPhones"})

    rows = answer(client, "/categories/?market=FR")
    page = answer(client, "/categories/phones/?market=FR", **{"Accept-Language": "en"})

    assert [(row["key"], row["name"], row["parent"]) for row in rows] == [
        ("iphones", "iPhones", "phones"),
        ("phones", "Téléphones", None),
    ]
    assert (page["guide"], page["children"]) == ("Choose well.", [{"key": "iphones", "name": "iPhones"}])
    assert page["page_url"] == f"{settings.PUBLIC_URL}/en-fr/c/phones/"


def test_brands_and_sellers_are_those_with_something_in_stock(client, phone):
    BrandFactory(name="Nokia")
    SellerFactory(name="Atelier Vide")

    brands = answer(client, "/brands/?market=FR")["items"]
    sellers = answer(client, "/sellers/?market=FR")["items"]

    assert [(brand["slug"], brand["product_count"], brand["low"]["amount_minor"]) for brand in brands] == [
        ("apple", 1, 45_900)
    ]
    assert [seller["slug"] for seller in sellers] == ["atelier-lille", "atelier-lyon"]
    assert answer(client, "/brands/?market=DE")["items"] == []


def test_a_seller_is_known_by_name_and_registers(client, phone):
    seller = answer(client, "/sellers/atelier-lyon/?market=FR")

    assert (seller["name"], seller["city"], seller["country"]) == ("Atelier Lyon", "Lyon", "FR")
    assert "pk" not in seller
    problem(client.get(f"{API}/sellers/nobody/?market=FR"), 404, "not_found")


def test_a_product_answers_all_that_its_page_shows(client, phone):
    write_reviews(phone, 2)

    page = answer(client, "/products/apple-iphone-13/?market=FR", **{"Accept-Language": "fr"})

    assert page["product"]["id"] == str(phone.public_id)
    assert page["product"]["description"] == "Un téléphone."
    assert page["product"]["specs"] == [{"key": "screen_in", "name": "Écran", "text": "6,1″"}]
    assert page["deal"]["price"] == {"amount_minor": 45_900, "currency": "EUR", "text": "459,00\xa0€"}
    assert page["deal"]["seller"]["slug"] == "atelier-lyon"
    assert page["deal"]["delivery"] == {"earliest_date": "2026-11-26", "latest_date": "2026-11-30"}
    assert (page["grade"], page["offer_count"]) == ("good", 2)
    assert [(choice["value"], choice["grade"]) for choice in page["picker"]["dimensions"][0]["choices"]] == [
        ("128", "good"),
        ("256", "excellent"),
    ]
    assert [contender["seller"]["slug"] for contender in page["contest"]["contenders"]] == [
        "atelier-lyon",
        "atelier-lille",
    ]
    assert page["price_history"] == [{"price_minor": 45_900, "from_at": "2026-11-23T09:00:00Z"}]
    assert (page["reviews"]["count"], page["reviews"]["mean"]) == (2, 4.0)
    assert page["alternatives"] == []


def test_a_product_is_found_by_id_and_version(client, phone):
    large = phone.skus.get(storage_gb=256)

    page = answer(client, f"/products/{phone.public_id}/?market=FR&sku={large.public_id}&grade=excellent")

    assert (page["sku"]["id"], page["grade"]) == (str(large.public_id), "excellent")
    assert page["is_as_wished"] is True
    assert (
        page["sku"]["attributes"] == [{"key": "storage_gb", "value": "256", "text": "256\xa0Go"}]
        or page["sku"]["attributes"][0]["value"] == "256"
    )


def test_a_version_of_another_market_is_answered_by_the_best_offer(client, phone):
    other = make_listing(market="DE").sku
    elect_all()

    page = answer(client, f"/products/apple-iphone-13/?market=FR&sku={other.public_id}")

    assert page["is_as_wished"] is False
    assert page["deal"]["price"]["amount_minor"] == 45_900


def test_a_product_that_is_sold_out_names_what_is_alike(client, phone):
    other = ProductModelFactory(name="iPhone 14")
    make_listing(sku=SkuFactory(product=other))
    elect_all()
    Offer.objects.filter(product=phone).update(in_stock=False)

    page = answer(client, "/products/apple-iphone-13/?market=FR")

    assert page["deal"] is None
    assert page["price_history"] == []
    assert [card["slug"] for card in page["alternatives"]] == [other.slug]


def test_a_withdrawn_product_is_gone_with_alternatives(client, phone):
    other = ProductModelFactory(name="iPhone 14")
    make_listing(sku=SkuFactory(product=other))
    elect_all()
    phone.state = ProductState.WITHDRAWN
    phone.save()

    for path in ("", "offers/", "reviews/"):
        body = problem(client.get(f"{API}/products/apple-iphone-13/{path}?market=FR"), 410, "withdrawn")
        assert [card["slug"] for card in body["alternatives"]] == [other.slug]


def test_a_draft_and_an_unknown_product_do_not_exist(client, phone):
    ProductModelFactory(name="iPhone 99", slug="iphone-99", state=ProductState.DRAFT)

    for name in ("iphone-99", "nothing", uuid4()):
        problem(client.get(f"{API}/products/{name}/?market=FR"), 404, "not_found")


def test_offers_come_cheapest_first_and_can_be_narrowed(client, phone):
    offers = answer(client, "/products/apple-iphone-13/offers/?market=FR")["items"]
    excellent = answer(client, "/products/apple-iphone-13/offers/?market=FR&grade=excellent")["items"]

    assert [(offer["price"]["amount_minor"], offer["grade"]) for offer in offers] == [
        (45_900, "good"),
        (52_900, "excellent"),
    ]
    assert [offer["candidate_count"] for offer in offers] == [2, 1]
    assert [offer["grade"] for offer in excellent] == ["excellent"]
    assert answer(client, "/products/apple-iphone-13/offers/?market=DE")["items"] == []


def test_reviews_come_in_pages_that_new_ones_do_not_shift(client, phone):
    write_reviews(phone, 5)
    write_reviews(phone, 1, state=ReviewState.HELD, text="Not yet")
    path = "/products/apple-iphone-13/reviews/?market=FR"

    first = answer(client, f"{path}&page_size=2")
    write_reviews(phone, 1, created_at=NOW + timedelta(hours=1), text="Brand new")
    second = answer(client, f"{path}&page_size=2&cursor={first['next']}")
    rest = answer(client, f"{path}&page_size=2&cursor={second['next']}")

    texts = [review["text"] for page in (first, second, rest) for review in page["items"]]
    assert texts == [f"Review {n}" for n in range(5)]
    assert rest["next"] is None


def test_reviews_are_narrowed_by_grade_seller_stars_and_language(client, phone):
    write_reviews(phone, 1)
    write_reviews(phone, 1, grade=Grade.FAIR, rating=1, language="de", text="Naja")
    seller = phone.offers.first().seller.slug
    path = "/products/apple-iphone-13/reviews/?market=FR"

    for query in ("grade=fair", "rating=1", "language=de"):
        assert [review["text"] for review in answer(client, f"{path}&{query}")["items"]] == ["Naja"]
    assert len(answer(client, f"{path}&seller={seller}")["items"]) == 2
    assert answer(client, f"{path}&seller=nobody")["items"] == []
    assert len(answer(client, f"/sellers/{seller}/reviews/?market=FR")["items"]) == 2


def test_cursors_walk_through_a_list_once(client):
    for n in range(7):
        product = ProductModelFactory(name=f"Model {n}", brand=BrandFactory(name=f"Brand{n}"))
        make_listing(sku=SkuFactory(product=product))
    elect_all()

    brands = all_pages(client, "/brands/?market=FR", 3)
    sellers = all_pages(client, "/sellers/?market=FR", 3)

    assert [brand["slug"] for brand in brands] == [f"brand{n}" for n in range(7)]
    assert len({seller["id"] for seller in sellers}) == 7


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/markets/", 0),
        ("/categories/?market=FR", 1),
        ("/categories/smartphones/?market=FR", 1),
        ("/brands/?market=FR", 1),
        ("/sellers/?market=FR", 1),
        ("/sellers/atelier-lyon/?market=FR", 1),
        ("/sellers/atelier-lyon/reviews/?market=FR", 2),
        ("/products/apple-iphone-13/?market=FR", 3),
        ("/products/apple-iphone-13/offers/?market=FR", 2),
        ("/products/apple-iphone-13/reviews/?market=FR", 3),
        ("/products/apple-iphone-13/listings/?market=FR", 2),
        ("/promises/?market=FR", 0),
        ("/brands/apple/?market=FR", 2),
    ],
)
def test_each_answer_takes_as_many_queries_for_one_as_for_many(
    client, phone, django_assert_num_queries, count, path, queries
):
    write_reviews(phone, count)
    for n in range(count):
        sku = SkuFactory(product=phone, storage_gb=512, colour=f"colour-{n}")
        make_listing(sku=sku, price_minor=60_000 + n, seller=SellerFactory())
        other = ProductModelFactory(name=f"Model {n}", brand=BrandFactory(name=f"Brand{n}"))
        make_listing(sku=SkuFactory(product=other))
    elect_all()

    with django_assert_num_queries(queries):
        answer(client, path)
