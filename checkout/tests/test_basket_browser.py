"""The basket in a real browser: two sellers, one for later, a price that moves, and a link for a friend."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.models import ListingMarket
from catalog.tests.factories import ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(live_server):
    """Two phones of two sellers, at 459 and 599 euros."""
    for name, price in (("iPhone 13", 45_900), ("iPhone 14", 59_900)):
        make_listing(
            sku=SkuFactory(product=ProductModelFactory(name=name)),
            price_minor=price,
            seller=SellerFactory(name=f"Atelier of the {name}"),
        )
    elect_all()
    return f"{live_server.url}/en-fr/"


def visitor(browser: Browser, *, has_scripts: bool = True) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=has_scripts)
    context.set_default_timeout(10_000)
    return context.new_page()


def put_in(page: Page, shop: str, slug: str) -> None:
    page.goto(f"{shop}p/{slug}/")
    page.locator("#add [type=submit]:visible, [form=add]:visible").first.click()
    page.wait_for_url("**/basket/")


def test_a_basket_of_two_sellers_says_what_changes_and_goes_to_a_friend(shop: str, browser: Browser):
    ada, friend = visitor(browser), visitor(browser, has_scripts=False)
    for slug in ("apple-iphone-13", "apple-iphone-14"):
        put_in(ada, shop, slug)
    expect(ada.get_by_role("region", name=re.compile("Parcel from Atelier of the"))).to_have_count(2)

    ada.get_by_role("button", name="One more: Apple iPhone 13").click()
    expect(ada.locator("#basket-link")).to_have_attribute("aria-label", "Basket, 3 items")
    ada.get_by_role("button", name="Save for later: Apple iPhone 14").click()
    expect(ada.get_by_role("region", name="Saved for later")).to_contain_text("Apple iPhone 14")
    expect(ada.locator("#basket-link")).to_have_attribute("aria-label", "Basket, 2 items")

    ListingMarket.objects.filter(price_minor=45_900).update(price_minor=44_900)
    ada.reload()
    expect(ada.get_by_role("article").filter(has_text="iPhone 13")).to_contain_text(
        "The price went from 459,00\xa0€ to 449,00\xa0€."
    )

    ada.get_by_role("button", name="Make a link").click()
    friend.goto(ada.get_by_label(re.compile("1 item, until")).input_value())
    expect(friend.get_by_role("heading", name="A shared basket")).to_be_visible()
    friend.get_by_role("button", name="Put into my basket").click()
    expect(friend.get_by_label("Quantity: Apple iPhone 13")).to_have_value("2")
    friend.get_by_label("Quantity: Apple iPhone 13").fill("3")
    friend.get_by_role("button", name="Update").click()
    expect(friend.locator("#basket-link")).to_have_attribute("aria-label", "Basket, 3 items")

    for page in (ada, friend):
        page.context.close()
