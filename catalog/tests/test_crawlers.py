"""Sitemaps and robots.txt: what crawlers read, whole and by halves."""

import gzip
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command

from backmarket.markets.registry import MARKETS
from catalog.enums import ProductState
from catalog.models import Offer
from catalog.selectors import sitemaps
from catalog.web.views import crawlers

from .factories import NOW, CategoryFactory, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def shop():
    """Two products in France, one of them in Germany as well."""
    phone = ProductModelFactory(name="iPhone 13", slug="apple-iphone-13")
    other = ProductModelFactory(name="iPhone 14", slug="apple-iphone-14")
    make_listing(sku=SkuFactory(product=phone))
    make_listing(sku=SkuFactory(product=phone, storage_gb=256), market="DE")
    make_listing(sku=SkuFactory(product=other))
    elect_all()
    return phone, other


def parsed(response, root: str) -> dict[str, str]:
    """Return a document's addresses with their moments, and check it against the protocol."""
    body = response.getvalue()
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert len(body) < 50 * 1024 * 1024
    document = ElementTree.fromstring(body)  # noqa: S314 — our own
    assert document.tag == SPACE + root
    entry = {"sitemapindex": "sitemap", "urlset": "url"}[root]
    assert {child.tag for child in document} == {SPACE + entry}
    found = {}
    for child in document:
        assert [part.tag for part in child] == [f"{SPACE}loc", f"{SPACE}lastmod"]
        location, moment = (part.text or "" for part in child)
        assert location.startswith(f"{settings.PUBLIC_URL}/")
        assert len(location) < 2048
        assert W3C.fullmatch(moment)
        assert location not in found
        found[location] = moment
    assert 0 < len(found) <= 50_000
    return found


def paths(found) -> list[str]:
    return sorted(location.removeprefix(settings.PUBLIC_URL) for location in found)


def test_robots_names_the_sitemap_and_keeps_crawlers_out_of_baskets(client):
    response = client.get("/robots.txt")

    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert "Disallow: /*/basket/" in lines
    assert lines[-1] == f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml"


def test_the_index_lists_a_file_a_locale_and_kind(client, shop):
    found = paths(parsed(client.get("/sitemap.xml"), "sitemapindex"))

    expected = [
        f"/sitemaps/{locale}-{kind}-{number}.xml"
        for market in ("FR", "DE")
        for locale in MARKETS[market].locales
        for kind, number in [("categories", 1), ("pages", 1), ("products", file_of(shop[0].pk)), ("sellers", 1)]
    ]
    assert [path for path in found if "sellers" not in path and "brands" not in path] == sorted(
        path for path in expected if "sellers" not in path
    )
    assert sum("sellers" in path for path in found) >= 4
    assert sum("brands" in path for path in found) == 4


def file_of(key: int) -> int:
    return (key - 1) // sitemaps.URLS_A_FILE + 1


def test_every_file_of_the_index_is_there_and_every_page_in_it_opens(client, shop):
    for index_path in paths(parsed(client.get("/sitemap.xml"), "sitemapindex")):
        for path in paths(parsed(client.get(index_path), "urlset")):
            assert client.get(path).status_code == 200, path


def test_only_what_is_sold_in_the_market_is_listed(client, shop):
    number = file_of(shop[0].pk)

    french = paths(parsed(client.get(f"/sitemaps/fr-fr-products-{number}.xml"), "urlset"))
    german = paths(parsed(client.get(f"/sitemaps/de-de-products-{number}.xml"), "urlset"))
    single = paths(parsed(client.get("/sitemaps/de-de-pages-1.xml"), "urlset"))

    assert french == ["/fr-fr/p/apple-iphone-13/", "/fr-fr/p/apple-iphone-14/"]
    assert german == ["/de-de/p/apple-iphone-13/"]
    assert single == ["/de-de/", "/de-de/b/", "/de-de/deals/"]
    assert client.get(f"/sitemaps/it-it-products-{number}.xml").status_code == 404


def test_withdrawn_and_sold_out_products_leave_the_sitemap(client, shop):
    phone, other = shop
    phone.state = ProductState.WITHDRAWN
    phone.save()
    path = f"/sitemaps/fr-fr-products-{file_of(phone.pk)}.xml"

    assert paths(parsed(client.get(path), "urlset")) == ["/fr-fr/p/apple-iphone-14/"]

    Offer.objects.filter(product=other).update(in_stock=False)

    assert client.get(path).status_code == 404


def test_lastmod_is_when_the_pages_offers_changed_last(client, shop):
    phone, _other = shop
    offer = Offer.objects.get(market="FR", product=phone)
    Offer.objects.filter(pk=offer.pk).update(elected_at=NOW + timedelta(hours=3))

    found = parsed(client.get(f"/sitemaps/fr-fr-products-{file_of(phone.pk)}.xml"), "urlset")

    assert found[f"{settings.PUBLIC_URL}/fr-fr/p/apple-iphone-13/"] == "2026-11-23T12:00:00+00:00"
    assert found[f"{settings.PUBLIC_URL}/fr-fr/p/apple-iphone-14/"] == "2026-11-23T09:00:00+00:00"


def test_a_category_is_listed_with_those_above_it(client):
    top = CategoryFactory(key="phones")
    CategoryFactory(key="empty")
    below = CategoryFactory(key="iphones", parent=top, names={"en": "iPhones"})
    make_listing(sku=SkuFactory(product=ProductModelFactory(category=below)))
    elect_all()

    french = paths(parsed(client.get("/sitemaps/fr-fr-categories-1.xml"), "urlset"))

    assert french == ["/fr-fr/c/iphones/", "/fr-fr/c/phones/"]


def test_files_are_cut_by_ranges_of_keys_and_read_in_chunks(client, monkeypatch):
    seller = SellerFactory()
    products = [ProductModelFactory(name=f"iPhone {n}") for n in range(9)]
    for product in products:
        make_listing(sku=SkuFactory(product=product), seller=seller)
    elect_all()
    monkeypatch.setattr(sitemaps, "URLS_A_FILE", 4)
    monkeypatch.setattr(sitemaps, "CHUNK", 2)

    files = [path for path in paths(parsed(client.get("/sitemap.xml"), "sitemapindex")) if "fr-fr-products" in path]
    pages = [path for file in files for path in paths(parsed(client.get(file), "urlset"))]

    assert len(files) in (3, 4)
    assert sorted(pages) == sorted(f"/fr-fr/p/{product.slug}/" for product in products)


def test_a_file_is_not_sent_again_until_something_in_it_changes(client, shop, django_assert_num_queries):
    phone, _other = shop
    path = f"/sitemaps/fr-fr-products-{file_of(phone.pk)}.xml"
    first = client.get(path)

    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    make_listing(sku=SkuFactory(product=phone, storage_gb=512))
    elect_all(NOW + timedelta(minutes=1))
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert by_date.status_code == 304
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_file_is_compressed_for_who_takes_that(client, shop):
    path = f"/sitemaps/fr-fr-products-{file_of(shop[0].pk)}.xml"

    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
    assert packed["ETag"] != plain["ETag"]


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/fr-fr-products-2.xml",
        "/sitemaps/xx-xx-products-1.xml",
        "/sitemaps/fr-fr-offers-1.xml",
        "/sitemaps/fr-fr-products-0.xml",
        "/sitemaps/fr-fr-products-9999999.xml",
        "/sitemaps/fr-fr-categories-2.xml",
        "/sitemaps/fr-fr-products-99999999.xml",
    ],
)
def test_there_is_no_other_file(client, shop, path):
    assert client.get(path).status_code == 404


def test_all_sitemaps_can_be_checked_by_a_command(shop, capsys):
    call_command("check_sitemaps")

    told = capsys.readouterr().out
    assert "all valid" in told
    assert "addresses in" in told


def test_a_broken_sitemap_fails_the_check(shop, monkeypatch):
    monkeypatch.setattr(crawlers, "_moment", lambda at: "")

    with pytest.raises(CommandError, match="against the protocol"):
        call_command("check_sitemaps")
