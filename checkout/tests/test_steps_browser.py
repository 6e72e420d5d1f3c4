"""Checkout in a real browser, on a phone and a desk: guests, challenge, decline, two parcels, codes, known shoppers."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from backmarket.accounts.models import User
from backmarket.core import clock
from backmarket.core.money import Money
from catalog.tests.factories import make_listing
from checkout.enums import LineState, OrderState
from checkout.models import Order
from payments.services.gift_cards import issue_gift_card
from payments.testing import CHALLENGED, CHARGED, DECLINED

from .factories import ACTOR, DETAILS, make_promotion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (390, 1440)


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


@pytest.mark.parametrize("width", WIDTHS)
def test_a_declined_card_loses_nothing_and_another_one_pays(shop, browser, width):
    page = opened(browser, shop, width=width)
    put_in_basket(page, shop)
    page.goto(f"{shop}checkout/")
    fill_in(page)
    button(page).click()
    pay_by_card(page, DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name=re.compile("Cancel|Back")).click()

    expect(page.get_by_role("heading", name="The payment did not go through")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    pay_by_card(page, CHARGED)
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()

    order = Order.objects.get()
    assert (order.state, order.payment_attempts, order.street) == (OrderState.PAID, 1, "12 rue de la Roquette")


@pytest.mark.parametrize("width", WIDTHS)
def test_two_sellers_send_two_parcels_and_one_item_is_cancelled(shop, browser, width):
    page = opened(browser, shop, width=width)
    put_in_basket(page, shop)
    put_in_basket(page, shop)
    page.goto(f"{shop}checkout/")
    expect(page.get_by_role("heading", name="2 parcels")).to_be_visible()
    fill_in(page)
    page.locator("[value=chronopost]").first.check()
    expect(button(page)).to_have_text("Pay 937,88\xa0€")
    button(page).click()
    pay_by_card(page, CHARGED)
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel")).to_have_count(2)

    page.get_by_role("link", name="Cancel").first.click()
    page.get_by_role("button", name="Cancel and refund").click()
    expect(page.get_by_text("Cancelled. Your money is on its way back.")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel")).to_have_count(1)

    lines = Order.objects.get().lines.order_by("pk")
    assert sorted(line.state for line in lines) == [LineState.CANCELLED, LineState.PAID]
    assert len({line.seller_id for line in lines}) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_a_promotion_and_a_gift_card_lower_what_the_card_pays(shop, browser, width):
    make_promotion()
    _card, code = issue_gift_card(
        amount=Money(10_000, "EUR"),
        reason="contest",
        expires_at=None,
        actor=ACTOR,
        key="browser",
        now=clock.now(),
    )
    page = opened(browser, shop, width=width)
    put_in_basket(page, shop)
    page.goto(f"{shop}checkout/")
    fill_in(page)

    page.locator("#codes summary").click()
    page.fill("#id_code", "hello10")
    page.click("[name=add_code]")
    expect(button(page)).to_have_text("Pay 418,09\xa0€")
    page.locator("#gifts summary").click()
    page.fill("#id_gift_code", "2345-6789-ABCD-EFGH")
    page.click("[name=add_gift]")
    expect(page.locator("#gifts")).to_contain_text("We do not know this gift card")
    page.fill("#id_gift_code", code.lower())
    page.click("[name=add_gift]")
    expect(button(page)).to_have_text("Pay 318,09\xa0€")
    assert page.input_value("#id_first_name") == "Ada"
    button(page).click()
    pay_by_card(page, CHARGED)
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()
    expect(page.locator("dl.lines")).to_contain_text("Gift card")

    order = Order.objects.get()
    assert (order.total_minor, order.credit_minor, order.state) == (41_809, 10_000, OrderState.PAID)
