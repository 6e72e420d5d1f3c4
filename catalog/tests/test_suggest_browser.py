"""Suggestions in a real browser: by keyboard, by touch, on a phone, and without scripts."""

import pytest
from django.core.cache import cache
from django.db import transaction
from playwright.sync_api import Browser, Page, Route, expect

from catalog.models import SearchQueryDay
from catalog.selectors.suggestions import forget_suggestions
from catalog.services.indexing import index_products
from catalog.web import search_log

from .factories import BrandFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def shop(live_server):
    """Three devices, found by search."""
    for name, brand in (("iPhone 13", "Apple"), ("iPhone 13 Pro", "Apple"), ("Galaxy S22", "Samsung")):
        product = ProductModelFactory(name=name, brand=BrandFactory(name=brand), popularity=90 - len(name))
        make_listing(sku=SkuFactory(product=product), price_minor=45_900)
    elect_all()
    with transaction.atomic():
        index_products()
    cache.clear()
    forget_suggestions()
    search_log.LOG._waiting.clear()
    yield live_server.url
    forget_suggestions()


@pytest.fixture
def page(shop, browser: Browser):
    """A visitor's page; what its console complains about fails the test."""
    errors: list[str] = []
    context = browser.new_context(user_agent=AGENT)
    visited = context.new_page()
    visited.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    visited.on("pageerror", lambda error: errors.append(str(error)))
    visited.goto(f"{shop}/en-fr/")
    yield visited
    # An answer that a test holds back is let go before its page ends.
    visited.unroute_all(behavior="wait")
    context.close()
    assert errors == []


def type_in(page: Page, text: str) -> None:
    """Type, and wait for what fits all of it: on a busy machine its beginning is answered too."""
    page.locator("#site-q").press_sequentially(text, delay=20)
    expect(page.locator(".suggest")).to_be_visible()
    expect(page.locator("#site-suggest")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".suggest .name").first).to_be_visible()


def active(page: Page) -> str:
    chosen = page.locator("#site-q").get_attribute("aria-activedescendant")
    return page.locator(f"#{chosen}").inner_text().split("\n")[0] if chosen else ""


def test_a_device_is_opened_by_keyboard(page: Page):
    type_in(page, "ipho")
    field = page.locator("#site-q")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-controls") == "site-suggest"
    expect(page.locator(".search [role=status]")).to_have_text("3 suggestions, use the arrow keys")

    field.press("ArrowDown")
    assert active(page) == "iphone"
    field.press("ArrowDown")
    assert active(page) == "Apple iPhone 13"
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    field.press("Enter")

    page.wait_for_url("**/p/apple-iphone-13/")


def test_keys_walk_round_the_list_and_escape_closes_it(page: Page):
    type_in(page, "ipho")
    field = page.locator("#site-q")

    field.press("ArrowUp")
    assert active(page) == "Apple iPhone 13 Pro"
    field.press("ArrowDown")
    assert active(page) == ""
    field.press("ArrowDown")
    field.press("End")
    assert active(page) == "Apple iPhone 13 Pro"
    field.press("Home")
    assert active(page) == "iphone"
    field.press("Escape")

    expect(page.locator(".suggest")).to_be_hidden()
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "ipho"
    assert active(page) == ""
    field.press("ArrowDown")
    expect(page.locator(".suggest")).to_be_visible()
    field.press("Tab")
    expect(page.locator(".suggest")).to_be_hidden()


def test_enter_without_a_choice_searches_what_was_typed(page: Page):
    type_in(page, "galaxy")
    page.locator("#site-q").press("Enter")

    page.wait_for_url("**/search/?q=galaxy")


def test_a_late_answer_never_replaces_a_newer_one(page: Page):
    def late(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/suggest/?q=ga", late)
    field = page.locator("#site-q")

    field.press_sequentially("ga")
    page.wait_for_timeout(200)
    field.fill("ipho")
    expect(page.locator(".suggest .name").first).to_have_text("Apple iPhone 13")
    page.wait_for_timeout(800)

    expect(page.locator(".suggest .name").first).to_have_text("Apple iPhone 13")


def test_this_device_remembers_its_searches_until_told_to_forget(page: Page, shop: str):
    page.fill("#site-q", "galaxy")
    page.press("#site-q", "Enter")
    page.wait_for_url("**/search/?q=galaxy")
    page.goto(f"{shop}/en-fr/")

    page.click("#site-q")
    mine = page.get_by_role("group", name="Searched on this device")
    expect(mine.get_by_role("option").first).to_have_text("galaxy")
    page.locator("[data-forget]").click()

    expect(mine).to_have_count(0)
    expect(page.get_by_role("group", name="Categories and brands")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_the_panel_fills_a_phone_and_answers_a_finger(shop: str, browser: Browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{shop}/en-fr/")

    page.tap("#site-q")
    page.locator("#site-q").press_sequentially("ipho")
    expect(page.locator(".suggest .name").first).to_be_visible()
    box = page.locator(".suggest").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".suggest .name").first.tap()

    page.wait_for_url("**/p/apple-iphone-13/")
    context.close()


def test_the_field_searches_without_scripts(shop: str, browser: Browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{shop}/en-fr/")

    page.fill("#site-q", "galaxy")
    expect(page.locator(".suggest")).to_be_hidden()
    page.press("#site-q", "Enter")

    page.wait_for_url("**/search/?q=galaxy")
    expect(page.locator(".pc h2")).to_have_text(["Samsung Galaxy S22"])


def test_an_opened_result_is_counted_once_with_its_place(page: Page, shop: str):
    page.goto(f"{shop}/en-fr/search/?q=iphone")

    for _visit in range(2):
        with page.expect_navigation():
            page.locator(".pc h2 a").nth(1).click()
        page.go_back()
        page.wait_for_url("**/search/?q=iphone")
        page.wait_for_timeout(200)

    search_log.LOG.flush()
    row = SearchQueryDay.objects.get()
    assert (row.text, row.market, row.language, row.clicks, row.position_sum) in {
        ("iphone", "FR", "en", 1, 2),
        # Without the browser's page cache, going back is a page of its own.
        ("iphone", "FR", "en", 2, 4),
    }
