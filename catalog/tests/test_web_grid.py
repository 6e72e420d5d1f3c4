"""Category pages: cards, facets, order and pages, whatever the address says."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache

from backmarket.core.money import Money
from catalog.enums import Grade, ProductState
from catalog.services.reviews import ReviewText, record_review

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
URL = "/fr-fr/c/smartphones/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def offered(name: str, price_minor: int, *, storage: int = 128, colour: str = "midnight", **fields: object):
    grade = fields.pop("grade", Grade.GOOD)
    product = ProductModelFactory(name=name, **fields)
    hexes = {"blue": "#3f6fb5"}
    sku = SkuFactory(
        product=product,
        storage_gb=storage,
        colour=colour,
        colour_hex=hexes.get(colour, "#1f1f1f"),
        colour_names={"en": colour.capitalize()},
    )
    make_listing(sku=sku, price_minor=price_minor, grade=grade)
    return product


def shown(response) -> list[str]:
    return [card.name for card in response.context["grid"].cards]


@pytest.mark.parametrize("count", [1, 40])
def test_category_takes_as_many_queries_for_one_product_as_for_many(client, django_assert_num_queries, count):
    for n in range(count):
        product = offered(f"iPhone {n}", 20_000 + n)
        make_listing(sku=SkuFactory(product=product, storage_gb=256, colour="blue"), price_minor=30_000)
    elect_all()

    with django_assert_num_queries(4):  # versions, hits, offers; names of categories, brands and models
        response = client.get(URL)

    assert response.context["grid"].total == count


def test_card_shows_the_cheapest_offer_its_saving_colours_and_rating(client):
    product = offered("iPhone 13", 45_900)
    seller: Any = SellerFactory()
    blue: Any = SkuFactory(
        product=product, colour="blue", colour_hex="#2f6483", colour_names={"en": "Blue", "fr": "Bleu"}
    )
    make_listing(sku=blue, price_minor=39_950, grade=Grade.FAIR)
    elect_all()
    for n, text in enumerate(["", "", "Held until somebody has read it"]):
        said = ReviewText(rating=5 - n, text=text)
        record_review(
            line_reference=f"line:{n}",
            sku_id=blue.pk,
            seller_id=seller.pk,
            grade=Grade.FAIR,
            market="FR",
            said=said,
            now=NOW,
        )

    response = client.get(URL)
    card, html = response.context["grid"].cards[0], response.content.decode()

    assert (card.price, card.new_price, card.saving) == (
        Money(39_950, "EUR"),
        Money(90_900, "EUR"),
        Money(50_950, "EUR"),
    )
    assert (card.grade, card.variant) == ("fair", "128 Go · Bleu")
    assert {swatch.name for swatch in card.swatches} == {"Bleu", "Midnight"}
    assert (card.rating, card.rating_count) == (4.1, 2)  # two voices do not outweigh the usual rating
    assert "399,50\xa0€" in html
    assert "509,50\xa0€" in html
    assert f"?sku={blue.public_id}&amp;grade=fair" in html


def test_category_shows_its_branch_and_nothing_else(client):
    phones = CategoryFactory(key="smartphones")
    iphones = CategoryFactory(key="iphones", parent=phones)
    offered("iPhone 13", 40_000, category=iphones)
    offered("Xbox", 20_000, category=CategoryFactory(key="consoles"))
    offered("Draft", 20_000, state=ProductState.DRAFT)
    offered("Gone", 20_000, state=ProductState.WITHDRAWN)
    elect_all()

    assert shown(client.get(URL)) == ["Apple iPhone 13"]
    assert shown(client.get("/fr-fr/c/iphones/")) == ["Apple iPhone 13"]
    assert client.get("/fr-fr/c/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("brand=samsung", ["Samsung Galaxy S22"]),
        ("storage=256", ["Apple iPhone 14"]),
        ("storage=256&storage=64", ["Apple iPhone 14", "Apple iPhone 11"]),
        ("grade=premium", ["Apple iPhone 14"]),
        ("colour=blue", ["Samsung Galaxy S22"]),
        ("price_max=250", ["Samsung Galaxy S22", "Apple iPhone 11"]),
        ("price_min=200&price_max=300", ["Samsung Galaxy S22"]),
        ("brand=apple&price_max=250", ["Apple iPhone 11"]),
        ("brand=nobody", ["Apple iPhone 14", "Samsung Galaxy S22", "Apple iPhone 11"]),
        ("price_min=300&price_max=200", ["Samsung Galaxy S22"]),
        ("price_max=250,00 €", ["Samsung Galaxy S22", "Apple iPhone 11"]),
    ],
)
def test_filters_narrow_the_grid(client, query, expected):
    offered("iPhone 14", 60_000, storage=256, grade=Grade.PREMIUM, popularity=3)
    offered("Galaxy S22", 24_000, colour="blue", popularity=2, brand=BrandFactory(name="Samsung"))
    offered("iPhone 11", 15_000, storage=64, popularity=1)
    elect_all()

    assert shown(client.get(f"{URL}?{query}")) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Wanted", "Cheap", "Bargain"]),
        ("best", ["Wanted", "Cheap", "Bargain"]),
        ("price", ["Cheap", "Bargain", "Wanted"]),
        ("-price", ["Wanted", "Bargain", "Cheap"]),
        ("value", ["Bargain", "Wanted", "Cheap"]),
        ("new", ["Bargain", "Wanted", "Cheap"]),
        ("; drop table", ["Wanted", "Cheap", "Bargain"]),
    ],
)
def test_orders(client, sort, expected):
    def on_sale(name: str, price_minor: int, new_minor: int | None, popularity: int, year: int | None):
        month = 9 if year else None
        product = ProductModelFactory(name=name, popularity=popularity, launch_year=year, launch_month=month)
        make_listing(sku=SkuFactory(product=product, new_price_minor=new_minor), price_minor=price_minor)

    on_sale("Wanted", 50_000, 60_000, 90, 2021)
    on_sale("Cheap", 20_000, None, 50, None)
    on_sale("Bargain", 30_000, 120_000, 10, 2023)
    elect_all()

    assert shown(client.get(URL, {"sort": sort})) == [f"Apple {name}" for name in expected]


def test_a_facet_counts_what_the_other_filters_leave(client):
    offered("iPhone 14", 60_000, storage=256)
    offered("iPhone 13", 40_000, storage=128)
    offered("Galaxy S22", 24_000, storage=128, colour="blue", brand=BrandFactory(name="Samsung"))
    elect_all()

    facets = client.get(f"{URL}?storage=128").context["grid"].facets

    def options(key):
        return facets.group(key).options

    assert [(option.value, option.count, option.is_chosen) for option in options("storage")] == [
        ("128", 2, True),
        ("256", 1, False),
    ]
    assert [(option.label, option.count) for option in options("brand")] == [("Apple", 1), ("Samsung", 1)]
    assert [(option.value, option.count) for option in options("colour")] == [("blue", 1), ("black", 1)]  # Bleu, Noir
    assert (facets.low_minor, facets.high_minor, facets.total) == (24_000, 40_000, 2)


def test_a_terabyte_is_one_choice_however_makers_count_it(client):
    offered("iPhone 14", 60_000, storage=1000)
    offered("Galaxy S22", 60_000, storage=1024)
    elect_all()

    grid = client.get(f"{URL}?storage=1024").context["grid"]

    assert [(option.value, option.label, option.count) for option in grid.facets.group("storage").options] == [
        ("1024", "1 To", 2)
    ]
    assert grid.total == 2


def test_chosen_filters_can_be_taken_away_one_by_one(client):
    offered("iPhone 14", 60_000)
    elect_all()

    chips = client.get(f"{URL}?brand=apple&grade=good&grade=fair&price_max=700&page=3").context["chips"]

    assert [(chip.text, chip.url) for chip in chips] == [
        ("Bon", "?brand=apple&price_max=700&grade=fair"),
        ("Correct", "?brand=apple&price_max=700&grade=good"),
        ("Apple", "?grade=good&grade=fair&price_max=700"),
        ("jusqu’à 700\xa0€", "?brand=apple&grade=good&grade=fair"),
    ]


def test_pages_hold_24_products_and_a_page_beyond_the_end_is_the_last(client):
    for n in range(30):
        offered(f"iPhone {n}", 20_000, popularity=100 - n)
    elect_all()

    first, second, beyond = (client.get(URL, {"page": page}) for page in ("1", "2", "9999"))

    assert shown(first) == [f"Apple iPhone {n}" for n in range(24)]
    assert shown(second) == shown(beyond) == [f"Apple iPhone {n}" for n in range(24, 30)]
    assert 'href="?page=2"' in first.content.decode()


def test_a_page_of_nothing_is_not_asked_for_again(client, django_assert_num_queries):
    offered("iPhone 13", 20_000)
    elect_all()
    client.get(URL)

    # The market's version, the search, and what comes closest; what the filters hide is remembered.
    with django_assert_num_queries(3):
        page = client.get(URL, {"price_max": "1", "page": "3"})

    assert page.context["grid"].total == 0
    assert page.context["grid"].page.number == 1


@pytest.mark.parametrize(
    "query",
    [
        "page=9999",
        "page=0",
        "page=-1",
        "page=abc",
        "page=99999999999999999999",
        "price_min=-5",
        "price_min=abc&price_max=1e9",
        "price_max=99999999999999999999",
        "grade=xx",
        "storage=abc",
        "storage=99999999999999999999",
        "brand=%00",
        "colour=%00&brand=" + "a" * 10_000,
        "sort=%00",
        "price_min=%D9%A1",
        "&".join(f"colour=c{n}" for n in range(500)),
    ],
)
def test_senseless_addresses_show_a_page(client, query):
    offered("iPhone 14", 60_000)
    elect_all()

    assert client.get(f"{URL}?{query}").status_code == 200


def test_a_market_without_offers_says_so(client):
    offered("iPhone 14", 60_000)
    elect_all()

    response = client.get("/en-ie/c/smartphones/")

    assert response.context["grid"].total == 0
    assert "There is nothing in stock here right now." in response.content.decode()


def test_names_are_escaped(client):
    offered("<script>alert(1)</script>", 60_000, slug="odd")
    elect_all()

    html = client.get(f"{URL}?brand={quote('<b>')}").content.decode() + client.get(URL).content.decode()

    assert "<script>alert" not in html
