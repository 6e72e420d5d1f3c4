"""Checkout in a real browser: a guest on a phone and a desk, a challenge, and the button of known shoppers."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from backmarket.accounts.models import User
from catalog.tests.factories import make_listing
from checkout.enums import OrderState
from checkout.models import Order
from payments.testing import CHALLENGED, CHARGED

from .factories import DETAILS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(live_server, sandbox_provider, settings):
    """The shop where the provider sends its shoppers back to."""
    settings.PUBLIC_URL = live_server.url
    policy = settings.CONTENT_SECURITY_POLICY
    allowed = {**policy["DIRECTIVES"], "form-action": ["'self'", sandbox_provider.url]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": allowed}
    return f"{live_server.url}/en-fr/"


def opened(browser: Browser, shop: str, *, width: int, session_of: User | None = None) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    if session_of is not None:
        from django.test import Client

        client = Client()
        client.force_login(session_of)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": shop}])
    return context.new_page()


def put_in_basket(page: Page, shop: str) -> None:
    listing = make_listing()
    page.goto(f"{shop}p/{listing.sku.product.slug}/")
    page.evaluate(
        """async ([url, listing]) => {
            const token = document.querySelector('[name=csrfmiddlewaretoken]').value
            const body = new URLSearchParams({csrfmiddlewaretoken: token, listing, quantity: '1'})
            await fetch(url, {method: 'POST', body})
        }""",
        [f"{shop}basket/add/", str(listing.public_id)],
    )


def fill_in(page: Page) -> None:
    for name, value in DETAILS.items():
        if value:
            page.fill(f"#id_{name}", value)


def pay_by_card(page: Page, card: str, *, keep: bool = False) -> None:
    page.fill("#id_number", card)
    page.fill("#id_expiry", "12 / 34")
    page.fill("#id_cvc", "123")
    page.fill("#id_holder", "Ada Lovelace")
    if keep:
        page.check("#id_keep")
    page.click("button.pay")


def button(page: Page):
    return page.locator("#sums button")


@pytest.mark.parametrize(("width", "card"), [(390, CHARGED), (1440, CHALLENGED)])
def test_a_guest_buys_with_totals_that_follow_and_confirms_where_the_bank_asks(shop, browser, width, card):
    page = opened(browser, shop, width=width)
    put_in_basket(page, shop)

    page.goto(f"{shop}checkout/")
    fill_in(page)
    page.locator("[value=chronopost]").check()
    expect(button(page)).to_have_text("Pay 473,89\xa0€")
    expect(page.locator("#mark-2")).to_have_class("mark done")
    page.locator("[value=mondial_relay]").check()
    page.get_by_text("Épicerie Roquette").click()
    expect(button(page)).to_have_text("Pay 463,99\xa0€")
    if width < 760:
        page.locator("#peek summary").click()
        expect(page.locator("#peek .bag")).to_be_visible()
    button(page).click()
    pay_by_card(page, card)
    if card == CHALLENGED:
        page.click("button[value=approve]")
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()
    expect(page.get_by_role("button", name="Send me the link")).to_be_visible()

    order = Order.objects.get()
    assert (order.state, order.lines.get().pickup_point) == (OrderState.PAID, "75011-1")


def test_a_known_shopper_presses_one_button(shop, browser):
    ada = User.objects.create_user("ada@example.org", "x")
    page = opened(browser, shop, width=390, session_of=ada)
    put_in_basket(page, shop)
    page.goto(f"{shop}checkout/")
    fill_in(page)
    page.check("#id_keep_address")
    button(page).click()
    pay_by_card(page, CHARGED, keep=True)
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()

    put_in_basket(page, shop)
    page.goto(f"{shop}checkout/")
    expect(page.get_by_text("Visa •••• 4242")).to_be_visible()
    button(page).click()
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()

    assert [order.state for order in Order.objects.all()] == [OrderState.PAID, OrderState.PAID]
