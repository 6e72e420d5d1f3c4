"""The search page: what was understood, what was found, and what to do when nothing was."""

import pytest
from django.core.cache import cache
from django.db import transaction

from catalog.services.indexing import index_products

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
URL = "/en-gb/search/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def offered(name: str, *, popularity: int = 0, market: str = "GB", **fields: object) -> None:
    sku = SkuFactory(product=ProductModelFactory(name=name, popularity=popularity), **fields)
    make_listing(sku=sku, market=market, currency="GBP" if market == "GB" else "EUR", price_minor=39_950)


def index() -> None:
    elect_all()
    with transaction.atomic():
        index_products()


def shown(response) -> list[str]:
    return [card.name for card in response.context["grid"].cards]


@pytest.mark.parametrize("count", [1, 40])
def test_search_stays_within_five_queries(client, django_assert_max_num_queries, count):
    for n in range(count):
        offered(f"iPhone 13 {'x' * n}".strip())
    index()

    client.get("/en-gb/deals/")

    with django_assert_max_num_queries(5):  # versions, hits, what nobody sells, offers
        response = client.get(URL, {"q": "iphone 13"})

    assert response.context["grid"].total == count


def test_search_shows_what_was_asked_for_with_its_price(client):
    offered("iPhone 13", popularity=10)
    offered("iPhone 12", popularity=90)
    index()

    response = client.get(URL, {"q": "iphone 13"})

    assert shown(response)[0] == "Apple iPhone 13"
    assert "£399.50" in response.content.decode()
    assert 'value="iphone 13"' in response.content.decode()


def test_what_was_understood_can_be_taken_away(client):
    offered("iPhone 13")
    offered("iPhone 12", storage_gb=64)
    index()

    response = client.get(URL, {"q": "iphone 128gb"})
    storage = next(chip for chip in response.context["result"].chips if chip.kind == "storage")

    assert shown(response) == ["Apple iPhone 13"]
    assert storage.label == "128 GB"
    assert f'href="?q={storage.without}"' in response.content.decode()
    assert set(shown(client.get(URL, {"q": storage.without}))) == {"Apple iPhone 13", "Apple iPhone 12"}


def test_filters_narrow_a_search(client):
    offered("iPhone 13", popularity=10)
    offered("iPhone 13 mini", storage_gb=256)
    index()

    assert shown(client.get(URL, {"q": "iphone 13", "storage": "256"})) == ["Apple iPhone 13 mini"]
    assert client.get(URL, {"q": "iphone 13", "grade": "premium"}).context["grid"].total == 0


def test_nothing_found_says_so_and_shows_the_most_wanted(client, django_assert_max_num_queries):
    offered("iPhone 13")
    index()

    with django_assert_max_num_queries(7):
        response = client.get(URL, {"q": "zzzqqq"})

    assert response.status_code == 200
    assert "Nothing for “zzzqqq”" in response.content.decode()
    assert [card.name for card in response.context["cards"]] == ["Apple iPhone 13"]


def test_an_empty_search_shows_everything_in_stock(client):
    offered("iPhone 13", popularity=1)
    offered("iPhone 12", popularity=2)
    offered("iPhone 11", market="FR")
    index()

    response = client.get(URL, {"q": "   "})

    assert shown(response) == ["Apple iPhone 12", "Apple iPhone 13"]
    assert "Everything in stock" in response.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "iphone\x00 13",
        "\x00",
        "' OR 1=1 --",
        "& | ! ( ) : * <->",
        "\\",
        "%_",
        "<script>alert(1)</script>",
        "🙂" * 300,
        "\ud7ff\u202e\u200b",
        "128 " * 400,
        "(PRODUCT)RED",
    ],
)
def test_senseless_searches_show_a_page(client, text):
    offered("iPhone 13")
    index()

    response = client.get(URL, {"q": text, "page": "9999", "price_min": "-5", "grade": "xx"})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
