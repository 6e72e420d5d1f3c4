"""The main job through all of it, in a real browser on the running demo: buy, pay, sell, help, money."""

import re
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from backmarket.ops import demo_accounts
from backmarket.ops.demo_accounts import SignIn
from payments.sandbox.cards import CARDS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

BUYER = {
    "E-mail": "ada.byron@example.com",
    "Mobile": "06 12 34 56 78",
    "First name": "Ada",
    "Last name": "Byron",
    "Street and number": "1 rue des Ateliers",
    "Postcode": "69001",
    "Town": "Lyon",
}
CHARGED, CHALLENGED, DECLINED, TIMES_OUT = (number for number, _outcome in demo_accounts.CARDS)
OTHER_SELLER = "repousse"
REFUND = Decimal("50.00")


@pytest.fixture
def visitor(browser, demo):
    """Open a page as another person; who is given a sign-in has signed in."""
    contexts = []

    def open_page(who: SignIn | None = None, to: str = "/en-fr/") -> Page:
        context = browser.new_context(base_url=demo.address, viewport={"width": 1440, "height": 900}, locale="en-GB")
        contexts.append(context)
        page: Page = context.new_page()
        page.goto(to)
        if who is not None:
            page.locator("input[name=login]").fill(who.email)
            page.locator("input[name=password]").fill(demo_accounts.PASSWORD)
            page.locator("form:has(input[name=password]) button").first.click()
            page.wait_for_url(f"**{to}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def amount(text: str) -> Decimal:
    """Read the first amount of a text such as "€1,234.56" or "1 234,56 €"."""
    found = re.search(r"\d[\d\s.,\u202f\xa0]*", text)
    assert found, text
    digits = re.sub(r"[\s\u202f\xa0]", "", found[0]).strip(".,")
    whole, _, cents = digits.replace(",", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}.{cents}") if len(cents) == 2 and whole else Decimal(cents)


def put_in_basket(page: Page, seller: str) -> None:
    page.goto(f"/en-fr/s/{seller}/")
    page.locator(".pc a").first.click()
    page.wait_for_url("**/p/**")
    page.locator("#add button[type=submit]").click()
    page.wait_for_url("**/basket/")


def fill_in_details(page: Page) -> None:
    page.get_by_role("link", name="Go to checkout").click()
    for label, value in BUYER.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url("**/pay/**")


def pay_with(page: Page, card: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry date").fill("12 / 30")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=re.compile("^Pay")).click()


def mails_to_the_buyer(page: Page, subject: str) -> None:
    """Wait for a mail in the demo's mailbox."""
    for _attempt in range(20):
        page.goto(f"/demo/mailbox/?to={BUYER['E-mail']}")
        if page.get_by_text(subject).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail says {subject!r}")


def test_one_order_from_search_to_payout(visitor: Callable[..., Page]):
    shopper = visitor()

    # 1: search, open a product, see price, seller, warranty and delivery
    shopper.locator("#site-q").fill("iphone 12 128")
    shopper.keyboard.press("Enter")
    expect(shopper.locator(".pc").first).to_contain_text("iPhone 12")
    shopper.locator(".pc a").first.click()
    expect(shopper.locator("h1")).to_have_text(re.compile("iPhone 12$"))
    expect(shopper.locator("main")).to_contain_text(re.compile("warranty"))

    # 2: two sellers, as a guest; declined, then a 3-D Secure challenge
    put_in_basket(shopper, demo_accounts.MERCHANT_SELLER)
    put_in_basket(shopper, OTHER_SELLER)
    expect(shopper.get_by_role("heading", name=re.compile("^Parcel"))).to_have_count(2)
    fill_in_details(shopper)
    pay_with(shopper, DECLINED)
    expect(shopper.get_by_role("alert")).to_contain_text("declined")
    pay_with(shopper, CHALLENGED)
    shopper.get_by_role("button", name="Approve").click()
    shopper.wait_for_url("**/orders/**")
    order_url = shopper.url
    number = re.findall(r"Order (\d{4}-\d{4})", shopper.locator("main").inner_text())[0]
    paid = amount(shopper.locator(".lines .sum dd").inner_text())
    mails_to_the_buyer(visitor(), f"Your order {number} is confirmed")

    # 3: the merchant accepts and dispatches
    merchant = visitor(demo_accounts.MERCHANT, "/office/")
    merchant.goto(f"/office/orders/{number.replace('-', '')}/")
    merchant.get_by_role("button", name=re.compile("^Accept")).click()
    device_number = merchant.locator(".unit .imei input")
    is_phone = "IMEI" in merchant.locator(".unit").inner_text()
    device_number.fill("490154203237518" if is_phone else "C02XL0GTJGH5")
    merchant.get_by_label("Tracking number").fill("COL123456789")
    merchant.get_by_role("button", name="Mark sent").click()
    expect(merchant.locator("main")).to_contain_text("COL123456789")
    earned = amount(merchant.locator("#earned ~ dl dd").last.inner_text())
    mails_to_the_buyer(visitor(), f"Your order {number} is on its way")

    # 4: ticket, answer, refund
    shopper.goto(order_url)
    parcel = shopper.locator(".parcel").filter(has=shopper.locator(f"a[href*='/s/{demo_accounts.MERCHANT_SELLER}/']"))
    parcel.get_by_role("link", name="Get help with this item").click()
    shopper.get_by_label("The battery does not last").check()
    shopper.get_by_role("button", name="Continue").click()
    shopper.get_by_label("Refund").check()
    shopper.locator("main textarea").fill("It lasts two hours, whatever I do.")
    shopper.get_by_role("button", name="Send").click()
    shopper.wait_for_url("**/help/**")
    merchant.goto(f"/office/orders/{number.replace('-', '')}/")
    merchant.get_by_role("link", name="The battery does not last").click()
    merchant.locator("main textarea").fill("We are sorry. Keep it, and we take part of the price off.")
    merchant.locator("#answer button[type=submit]").click()
    expect(merchant.locator(".chat")).to_contain_text("take part of the price off")
    agent = visitor(demo_accounts.AGENT, "/admin/")
    agent.goto(f"/admin/care/ticket/?q={number}")
    agent.locator("#result_list tbody a").first.click()
    expect(agent.locator("main")).to_contain_text("take part of the price off")
    agent.get_by_label(re.compile("Amount")).fill(str(REFUND))
    agent.get_by_label(re.compile("Reason")).first.fill("Battery below the promise")
    agent.get_by_role("button", name="Preview refund").click()
    agent.get_by_role("button", name="Refund now").click()
    expect(agent.locator("body")).to_contain_text("50.00 are on their way back")

    # 5: every cent in the ledger, and a payout
    finance = visitor(demo_accounts.FINANCE, "/admin/")
    finance.goto(f"/admin/money/?q={number}")
    finance.wait_for_url("**/trail/**")
    trail = finance.locator("main").inner_text()
    assert "✓ The sum of all postings is zero" in trail
    assert "✓ Refunds do not exceed what was captured" in trail
    facts = dict(re.findall(r"^(Came in|Back to the shopper|Still owed to sellers)\n(\S+)$", trail, re.MULTILINE))
    assert amount(facts["Came in"]) == paid
    assert amount(facts["Back to the shopper"]) == REFUND
    owed = amount(facts["Still owed to sellers"])
    from_seller = earned - owed
    assert Decimal(40) < from_seller < REFUND

    finance.goto("/admin/money/sellers/")
    finance.locator("a[href*='seller:']", has_text="Belle Carte Mère").first.click()
    row = finance.locator("tr", has_text=number)
    assert amount(row.locator("td.n").first.inner_text()) == owed
    row.get_by_role("link", name="Release early").click()
    finance.locator("[name=reason]").fill("The shopper is content")
    finance.get_by_role("button", name="Release now").click()
    finance.get_by_role("link", name="Run payout").click()
    finance.get_by_role("button", name=re.compile("^Send")).click()
    finance.wait_for_url("**/payouts/**")
    statement = finance.locator("table").first
    lines = [amount(cell) * (-1 if cell.lstrip().startswith(("-", "−")) else 1) for cell in amounts_of(statement)]
    assert sum(lines) == amount(finance.locator("h1").inner_text())
    assert owed in [amount(cell) for cell in statement.locator("tr", has_text=number).locator("td.n").all_inner_texts()]

    shopper.goto(order_url)
    expect(shopper.locator("main")).to_contain_text(re.compile("50,00.€ (were sent back|are on their way)"))


def amounts_of(table: Locator) -> list[str]:
    return table.locator("tbody td.n").all_inner_texts()


def test_a_changed_price_is_in_the_shop_within_five_seconds(visitor: Callable[..., Page]):
    shop = visitor(None, f"/en-fr/s/{demo_accounts.MERCHANT_SELLER}/")
    shop.locator(".pc a").first.click()
    shop.wait_for_url("**/p/**")
    path = shop.url
    before = amount(shop.locator("output.money").first.inner_text())
    title = shop.locator("h1").inner_text()
    merchant = visitor(demo_accounts.MERCHANT, "/office/")

    merchant.goto(f"/office/listings/?market=FR&q={title}")
    field = first_field_with(merchant, before)
    field.fill(str(before - 1))
    field.press("Enter")

    for _attempt in range(25):
        shop.goto(path)
        if amount(shop.locator("output.money").first.inner_text()) == before - 1:
            return
        shop.wait_for_timeout(200)
    raise AssertionError("the shop still shows the old price after five seconds")


def first_field_with(page: Page, price: Decimal) -> Locator:
    for field in page.locator("input[name=price]").all():
        if Decimal(field.input_value().replace(",", ".")) == price:
            return field
    raise AssertionError(f"no listing costs {price}")


def mail_to(page: Page, address: str, subject: str, *, seconds: int) -> str:
    """Wait for a mail in the demo's mailbox and return its text."""
    for _attempt in range(seconds * 2):
        page.goto(f"/demo/mailbox/?to={address}")
        mail = page.get_by_role("link", name=re.compile(subject))
        if mail.count():
            mail.first.click()
            return page.locator(".mail-text").text_content() or ""
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail says {subject!r}")


def test_a_merchant_lowers_a_price_and_whoever_waited_for_it_gets_a_mail(visitor: Callable[..., Page]):
    guest, address = visitor(None, f"/en-fr/s/{demo_accounts.MERCHANT_SELLER}/"), f"{uuid4().hex[:12]}@example.com"
    guest.locator(".pc a").first.click()
    guest.wait_for_url("**/p/**")
    title, before = guest.locator("h1").inner_text(), amount(guest.locator("output.money").first.inner_text())
    guest.get_by_role("link", name="Price alert").click()
    guest.get_by_role("textbox", name=re.compile("^My price")).fill(str(before - 1))
    guest.get_by_label("E-mail").fill(address)
    guest.get_by_role("button", name="Tell me").click()
    guest.get_by_role("heading", name="Look into your mailbox").wait_for()
    confirm = re.search(r"/en-fr/alerts/confirm/\S+", mail_to(guest, address, "Switch on your alert", seconds=20))
    assert confirm
    guest.goto(confirm[0])
    guest.get_by_role("button", name="Yes, tell me").click()
    guest.get_by_role("heading", name="The alert is on").wait_for()

    merchant = visitor(demo_accounts.MERCHANT, "/office/")
    merchant.goto(f"/office/listings/?market=FR&q={title}")
    field = first_field_with(merchant, before)
    field.fill(str(before - 2))
    field.press("Enter")

    told = mail_to(guest, address, "now costs", seconds=90)
    assert title in told
    assert re.search(r"/en-fr/alerts/off/\S+", told)


def test_money_taken_before_a_time_out_still_makes_an_order(visitor: Callable[..., Page]):
    shopper = visitor()
    put_in_basket(shopper, OTHER_SELLER)
    fill_in_details(shopper)

    pay_with(shopper, TIMES_OUT)
    shopper.wait_for_timeout(500)
    shopper.get_by_role("link", name=re.compile("shop", re.IGNORECASE)).first.click()

    shopper.wait_for_url("**/orders/**", timeout=30_000)
    expect(shopper.locator("h1")).to_contain_text("It is yours")


def test_the_cards_of_the_welcome_are_the_card_pages():
    known = {card.number for card in CARDS}

    assert {number for number, _outcome in demo_accounts.CARDS} <= known
