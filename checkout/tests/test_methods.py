"""Other ways to pay than by card: a wallet, the shopper's bank, instalments."""

from decimal import Decimal

import pytest
import requests
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core import clock
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.tests.factories import make_listing
from checkout.enums import OrderState
from checkout.models import Order
from payments.flows import payin
from payments.models import Entry, Payment
from payments.rules.methods import methods_for
from payments.testing import CSRF, wait_until

from .test_checkout_page import CHECKOUT, fill_basket, send
from .test_express import EXPRESS, ada, keep, press
from .test_journey import come_back

__all__ = ["ada"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("market", "minor", "offered"),
    [
        ("FR", 9_999, ["card", "wallet"]),
        ("FR", 10_000, ["card", "wallet", "instalments"]),
        ("NL", 300_000, ["card", "wallet", "bank", "instalments"]),
        ("NL", 300_001, ["card", "wallet", "bank"]),
        ("US", 5_000, ["card", "wallet"]),
    ],
)
def test_methods_depend_on_market_and_amount(market, minor, offered):
    assert methods_for(MARKETS[market], Money(minor, MARKETS[market].currency)) == offered


def answer(page_url: str, choice: str) -> requests.Response:
    """Answer the provider's page of a method; redirects are not followed."""
    with requests.Session() as browser:
        page = browser.get(page_url, timeout=10)
        token = CSRF.search(page.text)
        assert token is not None
        return browser.post(
            page_url, {"csrfmiddlewaretoken": token[1], "answer": choice}, timeout=10, allow_redirects=False
        )


def buy(client, method, **more):
    fill_basket(client, make_listing(price_minor=45_900))
    placed = send(client, method=method, **more)
    return Order.objects.latest("pk"), placed["Location"]


def test_the_page_offers_methods_and_keeps_the_choice(client):
    fill_basket(client, make_listing(price_minor=45_900))

    page = client.get(CHECKOUT)

    assertContains(page, 'name="method" value="instalments"')
    assertNotContains(page, 'name="method" value="bank"')
    send(client, method="instalments", postcode="x")
    assertContains(client.get(CHECKOUT), 'name="method" value="instalments" checked')


@pytest.mark.parametrize(("method", "rate", "fixed"), [("wallet", "0.014", 25), ("instalments", "0.035", 30)])
def test_a_method_pays_the_order_at_its_own_price(client, sandbox_provider, method, rate, fixed):
    order, page = buy(client, method)
    answer(page, "approve")

    come_back(client, order)

    order.refresh_from_db()
    payment = Payment.objects.get()
    assert (order.state, payment.method, payment.market) == (OrderState.PAID, method, "FR")
    fee = Entry.objects.get(kind="provider_fee").postings.get(amount_minor__gt=0)
    assert fee.amount == order.total.share(Decimal(rate)) + Money(fixed, "EUR")


def test_a_forged_method_is_a_card(client, sandbox_provider):
    buy(client, "bank")

    assert Payment.objects.get().method == "card"


def test_a_lender_that_declines_leaves_the_order_to_be_paid_otherwise(client, sandbox_provider):
    order, page = buy(client, "instalments")
    answer(page, "refuse")

    back = come_back(client, order)

    assertContains(back, "The payment did not go through")
    assertContains(back, 'value="wallet"')
    client.post(f"/en-fr/checkout/retry/{order.public_id}/", {"method": "wallet"})
    assert Payment.objects.latest("pk").method == "wallet"


def test_a_bank_that_takes_its_time_is_waited_for(sandbox_provider):
    started = payin.start_payment(
        reference="order:1",
        amount=Money(45_900, "EUR"),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="nl-nl",
        return_url="http://127.0.0.1:8000/nl-nl/checkout/return/",
        key="order:1:0",
        market="NL",
        method="bank",
        now=clock.now(),
    )

    answer(started.redirect_url, "slowly")

    def state():
        return payin.refresh_payment(payment_id=started.public_id, now=clock.now()).state

    assert state() == "pending"
    assert wait_until(lambda: state() == "captured" and "captured") == "captured"


def test_a_known_shopper_pays_by_another_method_than_a_kept_card(client, ada, sandbox_provider):
    keep(ada)
    fill_basket(client, make_listing(price_minor=45_900))
    page = client.get(EXPRESS)
    assertContains(page, 'name="card" value="wallet"')

    placed = press(client, card="wallet")

    assert Payment.objects.get().method == "wallet"
    assert placed["Location"] == Payment.objects.get().redirect_url
