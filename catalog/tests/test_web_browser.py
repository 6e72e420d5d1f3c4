"""The shop in a real browser: filters and versions change without a reload, and work without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from catalog.enums import Grade

from .factories import BrandFactory, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(live_server):
    """Two phones in the shop."""
    iphone = ProductModelFactory(name="iPhone 13", popularity=9)
    small = SkuFactory(product=iphone, storage_gb=128)
    large = SkuFactory(product=iphone, storage_gb=256, new_price_minor=102_900)
    make_listing(sku=small, price_minor=45_900, seller=SellerFactory(name="Repousse"))
    make_listing(sku=large, price_minor=52_900)
    galaxy = ProductModelFactory(name="Galaxy S22", brand=BrandFactory(name="Samsung"))
    make_listing(sku=SkuFactory(product=galaxy), price_minor=24_000, grade=Grade.FAIR)
    elect_all()
    return live_server.url


def test_filters_apply_as_they_are_ticked_and_can_be_taken_away(shop: str, browser: Browser):
    page = browser.new_page()
    page.goto(f"{shop}/en-fr/c/smartphones/")
    page.evaluate("window.stayed = true")

    page.check("#f-brand-samsung")
    expect(page.locator(".pc h2")).to_have_text(["Samsung Galaxy S22"])
    page.click(".read .chip")
    expect(page.locator(".pc h2")).to_have_text(["Apple iPhone 13", "Samsung Galaxy S22"])

    assert page.evaluate("window.stayed") is True
    assert "brand" not in page.url


def test_another_version_shows_its_price_without_a_reload(shop: str, browser: Browser):
    errors: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{shop}/en-fr/p/apple-iphone-13/")
    page.evaluate("window.stayed = true")

    page.click("#storage_gb-2")
    expect(page.locator(".deal output")).to_have_text("529\xa0€")
    page.go_back()
    expect(page.locator(".deal output")).to_have_text("459\xa0€")

    assert page.evaluate("window.stayed") is True
    assert errors == []


def test_filters_and_versions_work_without_scripts_on_a_phone(shop: str, browser: Browser):
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{shop}/en-fr/c/smartphones/")

    page.click(".to-sheet")
    page.check("#f-brand-apple")
    page.click(".sheet-foot button[type=submit]")
    expect(page.locator(".pc h2")).to_have_text(["Apple iPhone 13"])
    page.click(".pc h2 a")
    page.click("#storage_gb-2")

    expect(page.locator(".deal output")).to_have_text("529\xa0€")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "c/smartphones/",
        "p/apple-iphone-13/",
        "p/apple-iphone-13/reviews/",
        "p/apple-iphone-13/questions/",
        "search/?q=zzz",
        "s/repousse/",
    ],
)
def test_pages_fit_a_phone(shop: str, browser: Browser, path: str):
    page = browser.new_page(viewport={"width": 390, "height": 844})

    page.goto(f"{shop}/en-fr/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") == 390
