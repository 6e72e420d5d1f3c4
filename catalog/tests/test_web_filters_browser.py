"""Filters in a real browser: counts, slider, history, the phone's sheet, and everything without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from catalog.enums import Grade

from .factories import BrandFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
BRANDS = ("Apple", "Samsung", "Google", "Xiaomi", "Fairphone", "Oppo", "Sony", "Nokia", "Honor", "Nothing", "Motorola")


@pytest.fixture
def shop(live_server):
    """33 phones of eleven makers from 100 to 420 €, in three grades and two sizes."""
    for n in range(33):
        product = ProductModelFactory(
            name=f"Phone {n}", brand=BrandFactory(name=BRANDS[n % 11]), popularity=100 - n, slug=f"phone-{n}"
        )
        sku = SkuFactory(product=product, storage_gb=(128, 256)[n % 2])
        grade = (Grade.FAIR, Grade.GOOD, Grade.EXCELLENT)[n % 3]
        make_listing(sku=sku, price_minor=10_000 + 1_000 * n, grade=grade)
    elect_all()
    return f"{live_server.url}/en-fr/c/smartphones/"


@pytest.fixture
def page(browser: Browser):
    """A page that tells what the browser complained of."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    # An answer that a test holds back is let go before its page ends.
    opened.unroute_all(behavior="wait")
    opened.close()
    assert complaints == []


def names(page: Page) -> list[str]:
    return page.locator(".pc h2").all_inner_texts()


def count_of(page: Page, option: str) -> str:
    return page.locator(f"#o-{option} .n").inner_text()


def expect_devices(page: Page, count: int) -> None:
    expect(page.locator("#results [role=status]")).to_have_text(re.compile(rf"^\s*{count} devices\b"))


def test_a_choice_counts_anew_what_others_leave_and_keeps_its_siblings(shop: str, page: Page):
    page.goto(shop)
    page.evaluate("window.stayed = true")
    assert (count_of(page, "grade-good"), count_of(page, "grade-fair"), count_of(page, "storage-128")) == (
        "11",
        "11",
        "17",
    )

    page.focus("#f-grade-good")
    page.keyboard.press("Space")
    expect_devices(page, 11)
    expect(page.locator("#o-storage-128 .n")).to_have_text("5")
    assert (count_of(page, "grade-good"), count_of(page, "grade-fair")) == ("11", "11")
    assert page.evaluate("document.activeElement.id") == "f-grade-good"

    page.check("#f-grade-fair")
    expect_devices(page, 22)

    assert page.evaluate("window.stayed") is True
    assert "grade=good&grade=fair" in page.url


def test_thumbs_move_by_keyboard_and_say_money(shop: str, page: Page):
    page.goto(shop)
    low = page.get_by_role("slider", name="Lowest price")
    low.focus()

    for _press in range(5):
        page.keyboard.press("ArrowRight")

    expect(low).to_have_attribute("aria-valuetext", "120\xa0€")
    expect(page.locator("#f-price-min")).to_have_value("120")
    page.wait_for_url(re.compile(r"price_min=120"))
    expect_devices(page, 31)
    assert page.evaluate("document.activeElement.id") == "f-price-low"
    expect(page.locator(".read .chip")).to_contain_text("from 120\xa0€")

    page.fill("#f-price-max", "200")
    page.keyboard.press("Tab")
    expect_devices(page, 9)
    expect(page.get_by_role("slider", name="Highest price")).to_have_attribute("aria-valuetext", "200\xa0€")


def test_back_from_a_product_restores_filters_and_scroll(shop: str, page: Page):
    page.goto(shop)
    page.check("#f-storage-128")
    expect_devices(page, 17)
    page.locator(".pc").nth(13).scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    scrolled = page.evaluate("scrollY")
    page.locator(".pc h2 a").nth(13).click()
    page.wait_for_url(re.compile("/p/"))

    page.go_back()

    expect(page.locator("#f-storage-128")).to_be_checked()
    expect_devices(page, 17)
    assert scrolled > 500
    assert page.evaluate("scrollY") == pytest.approx(scrolled, abs=2)


def test_back_and_forward_between_filters_restore_each_state_and_its_scroll(shop: str, page: Page):
    page.goto(shop)
    page.evaluate("scrollTo({ top: 640, behavior: 'instant' })")
    page.wait_for_timeout(300)
    page.check("#f-storage-256")
    expect_devices(page, 16)
    page.check("#f-grade-good")
    expect_devices(page, 6)

    page.go_back()
    expect_devices(page, 16)
    expect(page.locator("#f-grade-good")).not_to_be_checked()
    expect(page.locator("#f-storage-256")).to_be_checked()
    page.go_back()
    expect_devices(page, 33)
    expect(page.locator("#f-storage-256")).not_to_be_checked()
    page.wait_for_function("Math.abs(scrollY - 640) < 3")
    page.go_forward()

    expect(page.locator("#f-storage-256")).to_be_checked()


def test_the_last_of_rapid_choices_wins(shop: str, page: Page):
    page.goto(shop)

    def late(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route(re.compile(r"grade=good(?!.*storage)"), late)
    page.check("#f-grade-good")
    page.check("#f-storage-256")

    expect_devices(page, 6)
    expect(page.locator("#f-grade-good")).to_be_checked()
    assert page.locator("[aria-busy]").count() == 0


def test_where_fetching_fails_the_browser_goes_there_itself(shop: str, page: Page):
    page.goto(shop)
    page.evaluate("window.fetch = async () => new Response('', { status: 502 })")

    page.check("#f-grade-good")
    page.wait_for_url(re.compile("grade=good"))

    expect_devices(page, 11)


def test_long_groups_fold_and_are_searched_as_one_types(shop: str, page: Page):
    page.goto(shop)
    expect(page.locator("#o-brand-sony")).to_be_hidden()

    page.get_by_role("searchbox", name="Search in Brand").fill("son")

    expect(page.locator("#fg-brand .opt:visible")).to_have_count(1)
    page.check("#f-brand-sony")
    expect_devices(page, 3)
    expect(page.locator("#fg-brand .opt:visible")).to_have_count(1)


def test_a_phone_shows_filters_in_a_sheet_that_says_what_it_will_show(shop: str, browser: Browser):
    page = browser.new_page(viewport=PHONE)
    page.goto(shop)

    page.click(".to-sheet")
    expect(page.get_by_role("dialog", name="Filters")).to_be_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-close-sheet')") is True
    page.check("#f-grade-good")
    expect(page.get_by_role("button", name="Show 11 devices")).to_be_visible()
    page.get_by_role("button", name="Show 11 devices").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".to-sheet .count")).to_have_text("1")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_everything_works_without_scripts(shop: str, browser: Browser):
    page = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(shop)

    expect(page.get_by_role("slider")).to_have_count(0)
    page.check("#f-grade-good")
    page.check("#f-grade-fair")
    page.check("#f-storage-128")
    page.fill("#f-price-min", "110")
    page.fill("#f-price-max", "300")
    page.select_option("#f-sort", "price")
    page.click(".apply")
    # Even numbers have 128 GB, every third one is excellent, and number n costs 100 + 10 n.
    expect(page.locator(".pc h2")).to_have_text(
        [f"{BRANDS[n % 11]} Phone {n}" for n in range(1, 21) if n % 2 == 0 and n % 3 != 2]
    )
    page.click(".read .chip:has-text('Fair')")

    expect(page.locator(".pc h2")).to_have_text(
        [f"{BRANDS[n % 11]} Phone {n}" for n in range(1, 21) if n % 2 == 0 and n % 3 == 1]
    )
    assert "price_max=300" in page.url
    assert "sort=price" in page.url


def test_pages_are_turned_without_scripts_under_the_chosen_filters(shop: str, browser: Browser):
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"{shop}?price_min=105&sort=price")

    page.click("a[rel=next]")

    assert names(page)[-1] == f"{BRANDS[32 % 11]} Phone 32"
    expect(page.locator(".read .chip")).to_contain_text("from 105\xa0€")
