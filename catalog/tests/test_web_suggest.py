"""Suggestions over HTTP: what is shown for what is typed, from which market, in how many queries."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from backmarket.core import clock
from catalog.enums import ProductState
from catalog.models import Offer, ProductModel
from catalog.selectors.suggestions import forget_suggestions
from catalog.services.indexing import index_products
from catalog.services.search_log import SearchCounts, SearchKey, record_searches

from .factories import BrandFactory, CategoryFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
URL = "/en-gb/suggest/"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    forget_suggestions()
    yield
    forget_suggestions()


def offered(name, *, brand="Apple", category="smartphones", popularity=50, prices=(39_900,), market="GB"):
    made = ProductModelFactory(
        name=name,
        brand=BrandFactory(name=brand),
        category=CategoryFactory(key=category),
        slug=f"{brand}-{name}".lower().replace(" ", "-"),
        popularity=popularity,
    )
    for number, price in enumerate(prices):
        sku = SkuFactory(product=made, storage_gb=128 * (number + 1), colour_hex=f"#00000{number}")
        make_listing(sku=sku, market=market, currency="GBP" if market == "GB" else "EUR", price_minor=price)
    return made


def index() -> None:
    elect_all()
    with transaction.atomic():
        index_products()
    cache.clear()
    forget_suggestions()


@pytest.fixture
def shop():
    CategoryFactory(
        key="smartphones", names={"en": "Phones", "fr": "Téléphones", "de": "Smartphones"}, family="phone-dual"
    )
    CategoryFactory(key="laptops", names={"en": "Laptops", "fr": "Ordinateurs portables"}, family="laptop")
    offered("iPhone 13", popularity=90, prices=(45_900, 39_900))
    offered("iPhone 13 Pro", popularity=80)
    offered("Galaxy S21", brand="Samsung", popularity=70)
    offered("MacBook Air", category="laptops", popularity=60)
    offered("iPhone 12", popularity=99, market="FR")
    index()


def ask(client, text, url=URL):
    return client.get(url, {"q": text}).context["found"]


def devices(client, text, url=URL) -> list[str]:
    return [hint.name for hint in ask(client, text, url).products]


def searches(client, text, url=URL) -> list[str]:
    return [hint.text for hint in ask(client, text, url).searches]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("text", ["ipho", "ipone", "iPhöne", "ip 13", "iphone 13", "13 iphone"])
def test_devices_are_found_as_they_are_typed(client, text):
    assert devices(client, text) == ["Apple iPhone 13", "Apple iPhone 13 Pro"]


@pytest.mark.usefixtures("shop")
def test_a_device_is_shown_with_its_lowest_price_in_the_colour_that_costs_it(client):
    response = client.get(URL, {"q": "iphone 13"})

    hint = response.context["found"].products[0]
    page = response.content.decode()
    assert (hint.price.amount_minor, hint.price.currency, hint.colour_hex) == (39_900, "GBP", "#000001")
    assert 'href="/en-gb/p/apple-iphone-13/"' in page
    assert "from <b>£399</b>" in page
    assert 'color="#000001"' in page
    assert "Apple <mark>iPhone</mark> <mark>13</mark>" in page


@pytest.mark.usefixtures("shop")
def test_only_this_markets_devices_are_shown(client):
    assert devices(client, "iphone", "/fr-fr/suggest/") == ["Apple iPhone 12"]


@pytest.mark.usefixtures("shop")
def test_what_was_just_sold_or_withdrawn_is_not_shown(client):
    assert len(devices(client, "iphone")) == 2
    Offer.objects.filter(product__name="iPhone 13").update(in_stock=False)
    ProductModel.objects.filter(name="iPhone 13 Pro").update(state=ProductState.WITHDRAWN)

    assert devices(client, "iphone") == []


@pytest.mark.usefixtures("shop")
def test_categories_are_found_in_the_shoppers_language_with_their_devices(client):
    found = ask(client, "ordinateur", "/fr-fr/suggest/")
    here = ask(client, "lapt")

    assert [place.name for place in found.places] == []
    assert [(place.name, place.url) for place in here.places] == [("Laptops", "/en-gb/c/laptops/")]
    assert [hint.name for hint in here.products] == ["Apple MacBook Air"]


@pytest.mark.usefixtures("shop")
def test_words_for_a_category_in_another_language_name_it(client):
    assert [place.name for place in ask(client, "telefono").places] == ["Phones"]


@pytest.mark.usefixtures("shop")
def test_brands_on_sale_are_shown(client):
    assert [(place.name, place.url) for place in ask(client, "sams").places] == [("Samsung", "/en-gb/b/samsung/")]
    assert [place.name for place in ask(client, "sams", "/fr-fr/suggest/").places] == []


@pytest.mark.usefixtures("shop")
def test_the_word_being_typed_is_completed(client):
    assert searches(client, "ipho") == ["iphone"]
    assert searches(client, "iphone 1") == ["iphone 13"]
    assert searches(client, "iphone 13") == ["iphone 13 pro"]


def searched(text, *, days=(1, 2, 3), searches=5, market="GB", language="en", **counts):
    today = clock.now().date()
    record_searches(
        {
            SearchKey(market, language, text, today - timedelta(days=day)): SearchCounts(searches=searches, **counts)
            for day in days
        }
    )
    forget_suggestions()


@pytest.mark.usefixtures("shop")
def test_what_others_searched_here_comes_first(client):
    searched("iphone 13 mini", searches=9)
    searched("iphone 13 green", searches=20)
    searched("galaxy s21")
    searched("iphone 13 rouge", market="FR", language="fr")
    searched("iphone old", days=(29, 30))

    assert searches(client, "iphone 13") == ["iphone 13 green", "iphone 13 mini", "iphone 13 pro"]
    assert searches(client, "") == ["iphone 13 green", "iphone 13 mini", "galaxy s21"]


@pytest.mark.usefixtures("shop")
def test_what_only_a_few_searched_or_found_nothing_with_is_shown_to_nobody(client):
    searched("iphone of ada", days=(1, 2), searches=2)
    searched("iphone of bob", days=(1,), searches=50)
    searched("iphone of eve", without_result=3)
    searched("iphone of mallory", near_only=3)

    assert searches(client, "") == []
    assert searches(client, "iphone of ") == []


@pytest.mark.usefixtures("shop")
def test_an_empty_field_shows_where_to_begin(client):
    response = client.get(URL)

    found = response.context["found"]
    assert [place.name for place in found.places] == ["Laptops", "Phones"]
    assert found.products == ()
    assert "Often searched" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_suggestions_take_one_query_once_the_process_is_warm(client, django_assert_num_queries, count):
    for number in range(count):
        offered(f"iPhone {number}")
    index()
    client.get(URL, {"q": "iphone"})

    with django_assert_num_queries(1):
        assert ask(client, "ipho").products
    with django_assert_num_queries(0):
        ask(client, "")


@pytest.mark.usefixtures("shop")
def test_a_browser_may_keep_them_for_a_minute_and_nobody_else(client):
    assert client.get(URL, {"q": "ip"})["Cache-Control"] == "private, max-age=60"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "iphone " * 2_000,
        "iphone\x00 13",
        "' OR 1=1 --",
        "%",
        "%_\\",
        "& | ! ( ) : * <->",
        "<script>alert(1)</script>",
        "🙂" * 300,
        "\u202e\u200b",
        "ß",
        "(",
        "128 " * 400,
    ],
)
def test_senseless_texts_are_answered(client, text):
    response = client.get(URL, {"q": text})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_suggestions_are_only_read(client):
    assert client.post(URL, {"q": "ip"}).status_code == 405


@pytest.mark.usefixtures("shop")
def test_names_are_escaped_around_what_is_marked(client):
    ProductModel.objects.filter(name="iPhone 13").update(name='<i>iPhone"s & co')

    page = client.get(URL, {"q": "iphone"}).content.decode()

    assert "Apple &lt;i&gt;<mark>iPhone</mark>&quot;s &amp; co" in page
