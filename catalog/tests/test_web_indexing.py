"""What search engines and social networks read in the head of the shop's pages."""

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from PIL import Image

from backmarket.core.devices import DEVICE_FAMILY_KEYS
from backmarket.markets.registry import LOCALES
from catalog.models import Category
from catalog.services.indexing import index_products

from .factories import CategoryFactory, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
MANY = 25
BASKET = "/fr-fr/basket/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def phone():
    """A phone sold in France and Germany by one seller."""
    phone = ProductModelFactory(name="iPhone 13", slug="apple-iphone-13", descriptions={"en": "A phone of 2021."})
    seller = SellerFactory(name="Atelier Lyon", markets=["FR", "DE"])
    make_listing(sku=SkuFactory(product=phone), seller=seller)
    make_listing(sku=SkuFactory(product=phone, storage_gb=256), seller=seller, market="DE")
    elect_all()
    return phone


def page(client, path: str):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def canonical(text: str) -> str:
    found = re.findall(r'<link rel="canonical" href="([^"]*)">', text)
    assert len(found) == 1
    return str(html.unescape(found[0]).removeprefix(settings.PUBLIC_URL))


def robots(text: str) -> str:
    found = re.findall(r'<meta name="robots" content="([^"]*)">', text)
    assert len(found) <= 1
    return found[0] if found else ""


def alternates(text: str) -> dict[str, str]:
    found = re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', text)
    return {language: url.removeprefix(settings.PUBLIC_URL) for language, url in found}


def structured(text: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return {data["@type"]: data for data in map(json.loads, found)}


def meta(text: str, name: str) -> str:
    found = re.search(rf'<meta (?:name|property)="{name}"\s+content="([^"]*)">', text)
    assert found, name
    return html.unescape(found[1])


def test_home_stands_for_itself_in_every_locale(client, phone):
    text = page(client, "/fr-be/")

    assert canonical(text) == "/fr-be/"
    assert robots(text) == ""
    assert alternates(text) == {**{locale: f"/{locale}/" for locale in LOCALES}, "x-default": "/"}
    data = structured(text)
    assert data["WebSite"]["potentialAction"]["target"]["urlTemplate"] == (
        f"{settings.PUBLIC_URL}/fr-be/search/?q={{search_term_string}}"
    )
    assert data["Organization"]["name"] == "backmarket"


def test_a_product_has_twins_only_where_it_is_sold(client, phone):
    text = page(client, "/fr-fr/p/apple-iphone-13/")

    locales = ("fr-fr", "en-fr", "de-de", "en-de")
    expected = {locale: f"/{locale}/p/apple-iphone-13/" for locale in locales}
    assert alternates(text) == {**expected, "x-default": "/en-fr/p/apple-iphone-13/"}
    assert robots(text) == ""


def test_everybody_else_is_sent_where_english_is_at_home(client, phone):
    make_listing(sku=SkuFactory(product=phone, colour="blue"), market="GB", currency="GBP")
    elect_all()

    assert alternates(page(client, "/fr-fr/p/apple-iphone-13/"))["x-default"] == "/en-gb/p/apple-iphone-13/"


def test_a_product_that_is_not_sold_here_is_not_kept(client, phone):
    text = page(client, "/it-it/p/apple-iphone-13/")

    assert robots(text) == "noindex, follow"
    assert alternates(text) == {}


@pytest.mark.parametrize("query", ["?grade=good&storage=128", "?utm_source=mail&gclid=1", "?sku=nonsense", "?page=2"])
def test_versions_of_a_product_and_where_a_visitor_came_from_are_one_address(client, phone, query):
    text = page(client, f"/fr-fr/p/apple-iphone-13/{query}")

    assert canonical(text) == "/fr-fr/p/apple-iphone-13/"
    assert robots(text) == ""


def test_the_second_page_of_a_category_is_a_page_of_its_own(client):
    category = CategoryFactory(key="smartphones", guide={"en": "How to choose."})
    for n in range(MANY):
        make_listing(sku=SkuFactory(product=ProductModelFactory(name=f"iPhone {n}", category=category)))
    elect_all()

    first = page(client, "/fr-fr/c/smartphones/?page=1&utm_source=mail")
    second = page(client, "/fr-fr/c/smartphones/?page=2&utm_source=mail")

    assert (canonical(first), robots(first)) == ("/fr-fr/c/smartphones/", "")
    assert (canonical(second), robots(second)) == ("/fr-fr/c/smartphones/?page=2", "")
    assert len(alternates(first)) == len(LOCALES) + 1
    assert alternates(second) == {}
    title = re.compile(r"<title>(.*?)</title>", re.DOTALL)
    assert title.findall(first) != title.findall(second)
    assert meta(first, "description") != meta(second, "description")
    assert [item["position"] for item in structured(first)["ItemList"]["itemListElement"]] == list(range(1, 25))
    assert [item["position"] for item in structured(second)["ItemList"]["itemListElement"]] == [25]


def test_a_selection_of_a_category_is_followed_and_not_kept(client, phone):
    text = page(client, "/fr-fr/c/smartphones/?utm_source=mail&grade=good&brand=apple&sort=price&page=2")

    assert robots(text) == "noindex, follow"
    assert canonical(text) == "/fr-fr/c/smartphones/?brand=apple&grade=good&sort=price&page=2"
    assert alternates(text) == {}


@pytest.mark.parametrize(
    "path", ["/fr-fr/search/?q=cheap+phone+blue", "/fr-fr/search/?q=zzzz", "/fr-fr/search/?q=apple&grade=good", BASKET]
)
def test_searches_and_baskets_are_not_kept(client, phone, path):
    index_products()

    text = page(client, path)

    assert robots(text) == "noindex, follow"


@pytest.mark.parametrize(
    ("query", "twin"),
    [
        ("iphone 13", "/fr-fr/p/apple-iphone-13/"),
        ("Apple iPhone 13", "/fr-fr/p/apple-iphone-13/"),
        ("apple", "/fr-fr/b/apple/"),
        ("smartphone", "/fr-fr/c/smartphones/"),
    ],
)
def test_a_search_that_names_a_page_of_the_shop_leads_search_engines_to_it(client, phone, query, twin):
    index_products()

    text = page(client, f"/fr-fr/search/?{urlencode({'q': query})}")

    assert (canonical(text), robots(text)) == (twin, "")
    assert alternates(text) == {}


def test_all_devices_without_words_are_a_page_of_their_own(client, phone):
    text = page(client, "/fr-fr/search/?utm_source=mail")

    assert (canonical(text), robots(text)) == ("/fr-fr/search/", "")


def test_pages_say_where_they_stand(client, phone):
    top = CategoryFactory(key="phones", names={"en": "Phones", "fr": "Téléphones"})
    Category.objects.filter(key="smartphones").update(parent=top)

    trail = structured(page(client, "/fr-fr/p/apple-iphone-13/"))["BreadcrumbList"]["itemListElement"]

    places = [(item["position"], item["name"], item["item"].removeprefix(settings.PUBLIC_URL)) for item in trail]
    assert places[0][2] == "/fr-fr/"
    assert places[1:] == [
        (2, "Téléphones", "/fr-fr/c/phones/"),
        (3, "Smartphones", "/fr-fr/c/smartphones/"),
        (4, "Apple iPhone 13", "/fr-fr/p/apple-iphone-13/"),
    ]


@pytest.mark.parametrize(
    ("path", "picture"),
    [("/fr-fr/", "shop"), ("/fr-fr/p/apple-iphone-13/", "phone-dual"), ("/fr-fr/c/smartphones/", "phone-dual")],
)
def test_a_shared_page_shows_a_picture(client, phone, path, picture):
    text = page(client, path)

    assert meta(text, "og:title")
    assert meta(text, "og:url") == settings.PUBLIC_URL + path
    assert meta(text, "og:image") == f"{settings.PUBLIC_URL}/static/share/{picture}.png"
    assert meta(text, "twitter:card") == "summary_large_image"


@pytest.mark.parametrize("family", [*DEVICE_FAMILY_KEYS, "shop"])
def test_every_family_has_a_small_picture_to_share(family):
    file = settings.BASE_DIR / "frontend" / "public" / "share" / f"{family}.png"

    assert Image.open(file).size == (800, 420)
    assert file.stat().st_size < 30_000


def test_titles_and_descriptions_differ_from_page_to_page(client, phone):
    other = ProductModelFactory(name="iPhone 14", descriptions={"en": "A phone of 2022."})
    make_listing(sku=SkuFactory(product=other), seller=SellerFactory(name="Atelier Lille"))
    CategoryFactory(key="tablets", guide={"en": "Tablets and how to choose."})
    elect_all()
    paths = [
        "/en-fr/", "/en-fr/c/smartphones/", "/en-fr/c/tablets/", "/en-fr/p/apple-iphone-13/",
        f"/en-fr/p/{other.slug}/", "/en-fr/s/atelier-lyon/", "/en-fr/s/atelier-lille/",
    ]  # fmt: skip

    texts = [page(client, path) for path in paths]

    titles = {" ".join(re.findall(r"<title>(.*?)</title>", text, re.DOTALL)[0].split()) for text in texts}
    assert len(titles) == len(paths)
    assert len({meta(text, "description").strip() for text in texts}) == len(paths)
