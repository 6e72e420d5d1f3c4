"""Products in lists over the API: filters, facets, words, and pages that hold while the market changes."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from backmarket.core import clock
from catalog.enums import Grade
from catalog.models import Listing, Offer
from catalog.selectors.suggestions import forget_suggestions
from catalog.services.indexing import index_products

from .api import answer, problem, wrong
from .factories import NOW, BrandFactory, CategoryFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)


def sell(name: str, price_minor: int, **fields):
    """Put one more product on sale."""
    product = ProductModelFactory(name=name, **fields)
    make_listing(sku=SkuFactory(product=product), price_minor=price_minor)
    return product


@pytest.fixture
def shop():
    """Sixty phones, each a little dearer than the one before."""
    for n in range(60):
        sell(f"iPhone {n:02}", 10_000 + 100 * n)
    elect_all()
    cache.clear()


def names(page) -> list[str]:
    return [card["name"] for card in page["items"]]


def test_products_come_with_facets_that_count_what_a_choice_leaves(client):
    sell("iPhone 13", 45_900)
    galaxy = sell("Galaxy S21", 30_000, brand=BrandFactory(name="Samsung"))
    make_listing(sku=SkuFactory(product=galaxy, storage_gb=256), grade=Grade.EXCELLENT, price_minor=40_000)
    elect_all()

    page = answer(client, "/products/?market=FR&brand=samsung&sort=price", **{"Accept-Language": "en"})

    assert (names(page), page["total"], page["next"]) == (["Samsung Galaxy S21"], 1, None)
    groups = {group["key"]: {o["value"]: o["count"] for o in group["options"]} for group in page["facets"]["groups"]}
    assert groups["brand"] == {"apple": 1, "samsung": 1}
    assert groups["storage"] == {"128": 1, "256": 1}
    assert page["facets"]["low"]["amount_minor"] == 30_000
    assert page["facets"]["high"]["amount_minor"] == 40_000


def test_products_are_narrowed_by_place_price_and_several_values(client):
    CategoryFactory(key="tablets", names={"en": "Tablets"})
    sell("iPad", 20_000, category=CategoryFactory(key="tablets"))
    sell("iPhone 13", 45_900)
    elect_all()

    assert names(answer(client, "/products/?market=FR&category=tablets")) == ["Apple iPad"]
    assert names(answer(client, "/products/?market=FR&price_min_minor=30000")) == ["Apple iPhone 13"]
    assert len(names(answer(client, "/products/?market=FR&storage=128&storage=256"))) == 2
    assert names(answer(client, "/products/?market=FR&category=nothing")) == []
    assert names(answer(client, "/products/?market=DE")) == []


def test_cursors_lead_through_all_products_once(client, shop):
    first = answer(client, "/products/?market=FR&sort=price")
    second = answer(client, f"/products/?market=FR&sort=price&cursor={first['next']}")
    third = answer(client, f"/products/?market=FR&sort=price&cursor={second['next']}")

    assert [len(page["items"]) for page in (first, second, third)] == [24, 24, 12]
    assert names(first) + names(second) + names(third) == [f"Apple iPhone {n:02}" for n in range(60)]
    assert (third["next"], third["total"]) == (None, 60)


def test_products_that_come_in_between_shift_nothing(client, shop):
    first = answer(client, "/products/?market=FR&sort=price")
    for n in range(3):
        sell(f"Cheap {n}", 5_000)
    elect_all(NOW + timedelta(seconds=1))
    second = answer(client, f"/products/?market=FR&sort=price&cursor={first['next']}")
    third = answer(client, f"/products/?market=FR&sort=price&cursor={second['next']}")

    assert names(first) + names(second) + names(third) == [f"Apple iPhone {n:02}" for n in range(60)]


def test_products_that_leave_in_between_take_nothing_with_them(client, shop):
    first = answer(client, "/products/?market=FR&sort=price")
    gone = Offer.objects.filter(product__name__in=["iPhone 03", "iPhone 23"])
    Listing.objects.filter(sku__in=gone.values("sku")).update(quantity=0)
    elect_all(NOW + timedelta(seconds=1))
    second = answer(client, f"/products/?market=FR&sort=price&cursor={first['next']}")

    assert names(second)[0] == "Apple iPhone 24"
    assert names(second)[-1] == "Apple iPhone 47"


def test_words_are_understood_and_mended(client):
    sell("iPhone 13", 45_900)
    sell("Galaxy S21", 30_000, brand=BrandFactory(name="Samsung"))
    elect_all()
    index_products()

    page = answer(client, "/search/?market=FR&q=ipone+13+128+go", **{"Accept-Language": "en"})

    assert names(page) == ["Apple iPhone 13"]
    assert "iphone" in page["understood"]["mended"]
    assert [(chip["kind"], chip["label"]) for chip in page["understood"]["chips"]] == [("storage", "128 GB")]
    assert page["understood"]["is_found"] is True


def test_letters_suggest_devices(client):
    phone = sell("iPhone 13", 45_900)
    elect_all()
    index_products()
    forget_suggestions()

    found = answer(client, "/suggestions/?market=FR&q=ipho")
    begun = answer(client, "/suggestions/?market=FR")

    assert [(hint["slug"], hint["price"]["amount_minor"]) for hint in found["products"]] == [(phone.slug, 45_900)]
    assert [place["name"] for place in begun["places"]] == ["Smartphones"]


def test_a_search_for_nothing_near_answers_what_most_people_want(client):
    sell("iPhone 13", 45_900)
    elect_all()
    index_products()

    page = answer(client, "/search/?market=FR&q=%E2%98%83%E2%98%83")

    assert (page["understood"]["is_found"], page["total"], page["next"]) == (False, 0, None)
    assert names(page) == ["Apple iPhone 13"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("products/?market=FR&price_min_minor=-1", [("price_min_minor", "min_value")]),
        ("products/?market=FR&price_min_minor=9&price_max_minor=1", [("price_max_minor", "below_minimum")]),
        ("products/?market=FR&sort=cheap", [("sort", "invalid_choice")]),
        ("products/?market=FR&brand=%00", [("brand", "null_characters_not_allowed"), ("brand", "invalid")]),
        ("products/?market=FR&brand=a'%20OR%201=1", [("brand", "invalid")]),
        ("products/?market=FR&page_size=5", [("page_size", "unknown_parameter")]),
        ("products/?market=FR&page=2", [("page", "unknown_parameter")]),
        ("search/?market=FR", [("q", "required")]),
        ("search/?market=FR&q=", [("q", "blank")]),
        ("search/?market=FR&q=" + "x" * 10_000, [("q", "max_length")]),
        ("search/?market=FR&q=a%00b", [("q", "null_characters_not_allowed")]),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client, query, expected):
    assert wrong(client.get(f"/api/v1/{query}")) == expected


def test_delivery_is_promised_by_postcode(client):
    phone = sell("iPhone 13", 45_900)
    elect_all()

    paris = answer(client, f"/products/{phone.slug}/delivery/?market=FR&postcode=75011")
    corsica = answer(client, f"/products/{phone.slug}/delivery/?market=FR&postcode=20000")

    assert [way["carrier"] for way in paris] == ["colissimo", "chronopost", "mondial_relay"]
    assert paris[0]["window"]["earliest_date"] == "2026-11-26"
    assert corsica[0]["window"]["earliest_date"] > paris[0]["window"]["earliest_date"]
    assert wrong(client.get(f"/api/v1/products/{phone.slug}/delivery/?market=FR&postcode=ABC")) == [
        ("postcode", "invalid")
    ]
    problem(client.get(f"/api/v1/products/{phone.slug}/delivery/?market=DE"), 404, "not_found")


def test_products_are_compared_in_the_order_asked_for(client):
    first, second = sell("iPhone 13", 45_900), sell("iPhone 14", 55_900)
    elect_all()

    columns = answer(client, f"/compare/?market=FR&product={second.slug}&product={first.slug}&product=gone")
    abroad = answer(client, f"/compare/?market=DE&product={first.slug}")

    assert [column["product"]["slug"] for column in columns] == [second.slug, first.slug]
    assert [column["grades"][0]["price"]["amount_minor"] for column in columns] == [55_900, 45_900]
    assert (abroad[0]["price"], abroad[0]["sku"], abroad[0]["grade"]) == (None, None, None)
    assert wrong(client.get("/api/v1/compare/?market=FR" + "&product=a" * 5)) == [("product", "max_length")]


def test_home_answers_its_sections(client):
    phone = sell("iPhone 13", 45_900, launch_year=2024)
    elect_all()

    home = answer(client, "/home/?market=FR")

    assert (home["offer_count"], home["seller_count"]) == (1, 1)
    assert [tile["key"] for tile in home["tiles"]] == ["smartphones"]
    assert [card["slug"] for card in home["most_wanted"]] == [phone.slug]


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(
    ("path", "queries"), [("/products/?market=FR", 3), ("/search/?market=FR&q=iphone", 4), ("/home/?market=FR", 9)]
)
def test_lists_take_as_many_queries_for_one_product_as_for_many(
    client, django_assert_max_num_queries, count, path, queries
):
    for n in range(count):
        sell(f"iPhone {n}", 10_000 + n)
    elect_all()
    index_products()
    answer(client, "/products/?market=FR&brand=apple")
    answer(client, "/search/?market=FR&q=apple")

    with django_assert_max_num_queries(queries):
        answer(client, path)
