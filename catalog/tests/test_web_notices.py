"""What an address says that cannot be followed is told in words, and the page is there all the same."""

import pytest

from catalog.enums import Grade

from .factories import BrandFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
URL = "/en-fr/c/smartphones/"


@pytest.fixture(autouse=True)
def _shop():
    """An Apple in good, a Samsung in premium condition."""
    apple = SkuFactory(product=ProductModelFactory(name="iPhone 13", popularity=9))
    make_listing(sku=apple, price_minor=45_900, grade=Grade.GOOD)
    galaxy = SkuFactory(product=ProductModelFactory(name="Galaxy S22", brand=BrandFactory(name="Samsung")))
    make_listing(sku=galaxy, price_minor=30_000, grade=Grade.PREMIUM)
    elect_all()


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("price_min=-5", "“-5” is not a price, so it was left out."),
        ("price_min=abc&price_max=1e9", "“abc, 1e9” are not prices, so they were left out."),
        ("price_min=500&price_max=100", "The lowest price was above the highest, so they were swapped."),
        ("page=99999", "There is no page 99999: this is the last one, page 1."),
        ("page=abc", "“abc” is not a page, so the first one is shown."),
        ("page=0", "“0” is not a page, so the first one is shown."),
        ("sort=; drop table", "“; drop table” is not an order that we know, so the usual one is shown."),
        ("grade=shiny", "“shiny” is not a filter that we know, so it was left out."),
        ("brand=nobody&colour=%00", "“nobody, �” are not filters that we know, so they were left out."),
        ("brand=" + "a" * 200, f"“{'a' * 30}…” is not a filter that we know, so it was left out."),
    ],
)
def test_what_makes_no_sense_is_said_and_everything_is_shown(client, query, notice):
    response = client.get(f"{URL}?{query}")

    assert response.status_code == 200
    assert response.context["notices"] == [notice]
    assert notice.replace("'", "&#x27;") in response.content.decode()
    assert response.context["grid"].total == 2


def test_many_unknown_filters_are_named_by_the_first_three(client):
    query = "&".join(f"colour=c{n}" for n in range(500))

    assert client.get(f"{URL}?{query}").context["notices"] == [
        "“c0, c1, c2” and 497 more are not filters that we know, so they were left out."
    ]


@pytest.mark.parametrize("query", ["", "utm_source=mail", "price_min=&price_max=", "page=1&sort=price", "days="])
def test_ordinary_addresses_are_followed_without_a_word(client, query):
    assert client.get(f"{URL}?{query}").context["notices"] == []


@pytest.mark.parametrize(
    ("text", "total"), [("459", 1), ("459 €", 1), ("458,90", 1), ("1.299", 0), ("1 299,00 €", 0), ("0", 2)]
)
def test_prices_are_read_as_people_write_them(client, text, total):
    response = client.get(URL, {"price_min": text})

    assert (response.context["grid"].total, response.context["notices"]) == (total, [])


def test_a_long_search_is_cut_and_says_so(client):
    response = client.get("/en-fr/search/", {"q": "iphone " * 2_000})

    assert response.status_code == 200
    assert "Your search was long: its first 120 characters were looked for." in response.content.decode()


def test_where_nothing_fits_each_way_out_is_named_with_what_it_shows(client):
    response = client.get(f"{URL}?brand=apple&grade=premium&sort=price")
    html = response.content.decode()

    assert [(way.text, way.total, way.url) for way in response.context["ways_out"]] == [
        ("Premium", 1, "?brand=apple&sort=price"),
        ("Apple", 1, "?grade=premium&sort=price"),
    ]
    assert "without “Premium”: 1 device" in html
    assert [card.name for card in response.context["near"]] == ["Apple iPhone 13"]


def test_a_price_that_hides_everything_can_be_let_go_of(client):
    response = client.get(f"{URL}?brand=apple&price_max=50")

    assert [(way.text, way.total, way.url) for way in response.context["ways_out"]] == [("Price", 1, "?brand=apple")]


def test_where_no_single_filter_stands_in_the_way_all_can_be_cleared(client):
    response = client.get(f"{URL}?brand=apple&grade=premium&price_max=50")

    assert response.context["ways_out"] == []
    assert 'href="?">Clear all filters' in response.content.decode()
