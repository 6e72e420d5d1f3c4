"""Wish list, comparison and alerts in a real browser: in place with scripts, as plain forms without."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from backmarket.accounts.models import User
from backmarket.core import clock, outbox
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from backmarket.notify.models import Message
from catalog.models import Alert, Wish
from catalog.services import alert_rounds, listings

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def shop(live_server):
    """Two phones in the shop, and somebody who may sign in."""
    for name, price, battery in (("iPhone 13", 45_900, 3240), ("iPhone 14", 59_900, 3279)):
        product = ProductModelFactory(
            name=name, popularity=price // 100, specs=[{"key": "battery_mah", "value": battery}]
        )
        make_listing(sku=SkuFactory(product=product), price_minor=price)
    elect_all()
    User.objects.create_user("ada@example.org", PASSWORD)
    return live_server.url


@pytest.fixture
def page(browser: Browser):
    """A page whose console must stay silent."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def heart(page: Page, name: str):
    return page.get_by_role("button", name=f"Wish list: Apple {name}")


def sign_in(page: Page, shop: str) -> None:
    page.goto(f"{shop}/accounts/login/?next=/en-fr/c/smartphones/")
    page.locator("input[name=login]").fill("ada@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").first.click()
    page.wait_for_url("**/c/smartphones/")


def test_hearts_turn_in_place_and_move_into_the_account(shop: str, page: Page):
    page.goto(f"{shop}/en-fr/c/smartphones/")
    page.evaluate("window.stayed = true")

    heart(page, "iPhone 13").click()
    expect(heart(page, "iPhone 13")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-wish-count]")).to_have_text("1")
    expect(page.locator(".toast")).to_contain_text("on your wish list")
    heart(page, "iPhone 14").click()
    expect(page.locator("[data-wish-count]")).to_have_text("2")
    heart(page, "iPhone 14").click()
    expect(page.locator("[data-wish-count]")).to_have_text("1")
    assert page.evaluate("window.stayed") is True

    sign_in(page, shop)
    expect(heart(page, "iPhone 13")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name=re.compile("^Wish list, 1")).click()

    expect(page.get_by_role("heading", name="Apple iPhone 13")).to_be_visible()
    assert Wish.objects.get().wish_list.user == User.objects.get()


def test_a_filter_keeps_the_hearts(shop: str, page: Page):
    page.goto(f"{shop}/en-fr/c/smartphones/")
    heart(page, "iPhone 13").click()
    expect(heart(page, "iPhone 13")).to_have_attribute("aria-pressed", "true")

    page.locator("#f-sort").select_option("price")
    expect(page).to_have_url(re.compile("sort=price"))

    expect(heart(page, "iPhone 13")).to_have_attribute("aria-pressed", "true")
    expect(heart(page, "iPhone 14")).to_have_attribute("aria-pressed", "false")


def test_two_devices_are_chosen_on_cards_and_compared(shop: str, page: Page):
    page.goto(f"{shop}/en-fr/c/smartphones/")
    bar = page.get_by_role("complementary", name="Devices to compare")
    expect(bar).to_be_hidden()

    for name in ("iPhone 13", "iPhone 14"):
        page.get_by_role("button", name=f"Compare: Apple {name}").click()
    expect(bar).to_contain_text("2 of 4")
    bar.get_by_role("link", name="Compare").click()
    page.wait_for_url("**/compare/?p=apple-iphone-13&p=apple-iphone-14")
    battery = page.get_by_role("row", name=re.compile("Battery when new"))
    expect(battery.locator(".best")).to_contain_text("3279")
    expect(page.get_by_role("row", name=re.compile("^Colours"))).to_be_visible()
    page.get_by_label("Only differences").check()
    expect(page.get_by_role("row", name=re.compile("^Colours"))).to_be_hidden()
    expect(battery).to_be_visible()

    page.get_by_role("link", name="Leave Apple iPhone 13 out").click()
    expect(page.get_by_role("columnheader", name=re.compile("iPhone 14"))).to_be_visible()
    expect(page.get_by_role("columnheader", name=re.compile("iPhone 13"))).to_have_count(0)


def test_lists_work_without_scripts_on_a_phone(shop: str, browser: Browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{shop}/en-fr/c/smartphones/")

    heart(page, "iPhone 13").click()
    expect(page).to_have_url(f"{shop}/en-fr/c/smartphones/")
    page.reload()
    page.get_by_role("button", name="Compare: Apple iPhone 13").click()
    page.get_by_role("button", name="Compare: Apple iPhone 14").click()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("columnheader", name=re.compile("iPhone 14"))).to_be_visible()
    page.goto(f"{shop}/en-fr/wishlist/")
    page.get_by_role("button", name="Take Apple iPhone 13 off the list").click()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("heading", name="Apple iPhone 13")).to_be_visible()
    context.close()


def test_an_alert_from_the_product_page_to_the_mail(shop: str, page: Page):
    page.goto(f"{shop}/en-fr/p/apple-iphone-13/")
    page.get_by_role("link", name="Price alert").click()
    page.get_by_role("textbox", name=re.compile("^My price")).fill("420")
    page.get_by_label("E-mail").fill("guest@example.org")
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()

    link = re.search(r"/en-fr/alerts/confirm/\S+", Message.objects.get().text)
    assert link is not None
    page.goto(f"{shop}{link[0]}")
    page.get_by_role("button", name="Yes, tell me").click()
    expect(page.get_by_role("heading", name="The alert is on")).to_be_visible()

    sku = Alert.objects.get().sku
    assert sku is not None
    listing = sku.listings.get()
    listings.set_price(
        listing_id=listing.pk, market="FR", price=Money(41_900, "EUR"), actor=Actor.system("test"), now=clock.now()
    )
    outbox.drain(now=clock.now())
    alert_rounds.check_due(now=clock.now())

    mail = Message.objects.get(kind="alert_price")
    assert (mail.to, mail.subject) == ("guest@example.org", "Apple iPhone 13 now costs 419\xa0€")
    off = re.search(r"/en-fr/alerts/off/\S+", mail.text)
    assert off is not None
    page.goto(f"{shop}{off[0]}")
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_role("heading", name="Switched off")).to_be_visible()
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "wishlist/",
        "compare/?p=apple-iphone-13&p=apple-iphone-14",
        "alerts/",
        "alerts/?product=apple-iphone-13",
        "deals/",
        "b/",
        "b/apple/",
        "p/apple-iphone-13/offers/",
    ],
)
def test_pages_of_lists_fit_a_phone(shop: str, browser: Browser, path: str):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{shop}/en-fr/c/smartphones/")
    heart(page, "iPhone 13").click()
    expect(page.locator("[data-wish-count]")).to_have_text("1")

    page.goto(f"{shop}/en-fr/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
