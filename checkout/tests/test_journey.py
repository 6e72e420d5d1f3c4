import re
import threading
from datetime import timedelta
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from backmarket.core import clock, outbox
from backmarket.notify.models import Message
from catalog.models import Listing, StockReservation
from catalog.services import stock
from catalog.tests.factories import make_listing
from checkout.enums import LineState, OrderState
from checkout.flows import acceptance, placement, refunds
from checkout.models import Basket, Order
from payments.flows import payin
from payments.models import Payment, Refund
from payments.selectors.payments import payments_of
from payments.testing import CHALLENGED, DECLINED, TIMES_OUT

from .factories import DETAILS, paid_order
from .test_checkout_page import CHECKOUT, fill_basket, send

# What opens and ends transactions, or wakes the relay, asks for nothing.
ASKS_NOTHING = re.compile("BEGIN|COMMIT|SAVEPOINT|RELEASE|NOTIFY")
pytestmark = pytest.mark.django_db(transaction=True)


def path_of(address):
    """Take an address of the shop, as the provider calls it, for the test client."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def retry(client, order):
    return client.post(f"/en-fr/checkout/retry/{order.public_id}/")


def come_back(client, order):
    return client.get(f"/en-fr/checkout/return/{order.public_id}/")


def charges(provider, order):
    """List the provider's own payments of an order, whatever our database thinks."""
    return [
        charge for payment in payments_of(order.reference) for charge in provider.objects("payments", payment.public_id)
    ]


def taken(provider, order):
    return [charge["amount"] for charge in charges(provider, order) if charge["state"] == "succeeded"]


def test_a_guest_buys_from_two_sellers(client, sandbox_provider):
    fill_basket(client, make_listing(), make_listing(price_minor=9_900))

    card_page = send(client)
    order = Order.objects.get()
    back = sandbox_provider.pay(card_page["Location"])
    page = client.get(path_of(back.headers["Location"]), follow=True)
    outbox.drain(now=clock.now())

    order.refresh_from_db()
    assertContains(page, "Thank you, Ada. It is yours.")
    assert (order.state, order.total_minor, order.phone, order.user) == (OrderState.PAID, 56_398, "+33612345678", None)
    assert [line.state for line in order.lines.all()] == [LineState.PAID, LineState.PAID]
    assert taken(sandbox_provider, order) == [56_398]
    assert [mail.kind for mail in Message.objects.filter(to="ada@example.org")] == ["order_confirmed"]
    assertContains(client.get("/en-fr/basket/"), "Your basket is empty")


def test_a_card_with_a_challenge_pays_after_it(client, sandbox_provider):
    fill_basket(client)

    back = sandbox_provider.pay(send(client)["Location"], CHALLENGED)
    client.get(path_of(back.headers["Location"]))

    assert Order.objects.get().state == OrderState.PAID


def test_leaving_the_card_page_keeps_the_order_to_try_again(client, sandbox_provider):
    fill_basket(client)
    card_page = send(client)["Location"]
    back = sandbox_provider.cancel(card_page)
    order = Order.objects.get()

    page = client.get(path_of(back.headers["Location"]))
    again = retry(client, order)["Location"]
    sandbox_provider.pay(again)
    come_back(client, order)

    order.refresh_from_db()
    assertContains(page, "The payment did not go through")
    assert again != card_page
    assert order.state == OrderState.PAID
    assert taken(sandbox_provider, order) == [order.total_minor]


def test_a_declined_card_leaves_the_order_open_for_another_card(client, sandbox_provider):
    fill_basket(client)
    card_page = send(client)["Location"]

    declined = sandbox_provider.pay(card_page, DECLINED)
    waiting = come_back(client, Order.objects.get())
    same = retry(client, Order.objects.get())["Location"]
    sandbox_provider.pay(same)
    come_back(client, Order.objects.get())

    assert declined.status_code == 402
    assertContains(waiting, "Your payment is not finished")
    assert same == card_page
    assert Order.objects.get().state == OrderState.PAID


def test_two_tabs_that_try_again_open_one_payment(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.cancel(send(client)["Location"])
    order = Order.objects.get()
    placement.settle_payment(order_id=order.pk, now=clock.now())

    pages = {
        placement.pay(order_id=order.pk, now=clock.now(), retry_after=0).redirect_url,
        placement.pay(order_id=order.pk, now=clock.now(), retry_after=0).redirect_url,
        retry(client, order)["Location"],
    }

    order.refresh_from_db()
    assert len(pages) == 1
    assert order.payment_attempts == 1
    assert Payment.objects.count() == 2


def test_the_first_retry_extends_the_reservation_once(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.cancel(send(client)["Location"])
    order = Order.objects.get()
    first_end = order.reservation_expires_at

    with clock.travel(timedelta(minutes=10)):
        sandbox_provider.cancel(retry(client, order)["Location"])
        order.refresh_from_db()
        extended = order.reservation_expires_at
        retry(client, order)

    order.refresh_from_db()
    assert extended > first_end
    assert order.reservation_expires_at == extended
    assert StockReservation.objects.get().expires_at == extended


def test_a_timeout_after_the_money_was_taken_charges_once(client, sandbox_provider):
    fill_basket(client)
    hung = sandbox_provider.pay(send(client)["Location"], TIMES_OUT)
    order = Order.objects.get()

    page = client.get(f"/en-fr/checkout/return/{order.public_id}/", follow=True)

    order.refresh_from_db()
    assert hung.status_code == 504
    assertContains(page, "Thank you, Ada")
    assert order.state == OrderState.PAID
    assert taken(sandbox_provider, order) == [order.total_minor]


def test_a_shopper_who_never_comes_back_is_confirmed_by_the_event(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.pay(send(client)["Location"])
    order = Order.objects.get()

    (payment,) = payments_of(order.reference)
    payin.refresh_payment(payment_id=payment.public_id, now=clock.now())
    outbox.drain(now=clock.now())

    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_provider_that_does_not_answer_makes_the_page_wait(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.setup(fail_next=10)

    answer = send(client)
    page = client.get(answer["Location"])
    sandbox_provider.setup(fail_next=0)

    assertContains(page, "We are asking your bank")
    assert page["Refresh"] == "3"
    assert Order.objects.get().state == OrderState.PENDING_PAYMENT


def test_an_answer_that_was_lost_is_looked_up_and_not_sent_again(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.setup(lose_next=1)
    send(client)
    order = Order.objects.get()

    card_page = retry(client, order)["Location"]
    sandbox_provider.pay(card_page)
    come_back(client, order)

    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert len(charges(sandbox_provider, order)) == 1


def test_double_click_and_second_tab_make_one_order_and_one_payment(client, sandbox_provider):
    fill_basket(client)
    page = client.get(CHECKOUT)
    view = page.context["view"]
    form = {**DETAILS, "basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}
    answers = []
    start = threading.Barrier(6)

    def click():
        tab = Client()
        tab.cookies.update(client.cookies)
        start.wait()
        answers.append(tab.post(CHECKOUT, form))
        connections.close_all()

    tabs = [threading.Thread(target=click) for _ in range(6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    order = Order.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert Payment.objects.count() == 1
    assert len(charges(sandbox_provider, order)) == 1
    assert StockReservation.objects.get().quantity == 1


def test_the_back_button_after_paying_leads_to_the_order_not_to_another(client, sandbox_provider):
    fill_basket(client)
    page = client.get(CHECKOUT)
    view = page.context["view"]
    form = {**DETAILS, "basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}
    sandbox_provider.pay(client.post(CHECKOUT, form)["Location"])
    order = Order.objects.get()
    come_back(client, order)
    fill_basket(client)

    again = client.post(CHECKOUT, form)

    assertRedirects(again, f"/en-fr/checkout/return/{order.public_id}/", target_status_code=302)
    assert Order.objects.count() == 1
    assert Payment.objects.count() == 1
    assert Basket.objects.filter(state="open").count() == 1


def test_time_to_pay_passes_and_the_items_are_on_sale_again(client, sandbox_provider):
    listing = make_listing(quantity=1)
    fill_basket(client, listing)
    send(client)
    order = Order.objects.get()
    later = clock.now() + timedelta(minutes=16)

    assert placement.expire_unpaid(now=later) == 1

    order.refresh_from_db()
    listing.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert listing.available == 1
    assert [charge["state"] for charge in charges(sandbox_provider, order)] == ["cancelled"]


def test_an_order_that_was_paid_in_time_does_not_end_unpaid(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.pay(send(client)["Location"])

    assert placement.expire_unpaid(now=clock.now() + timedelta(minutes=16)) == 0

    assert Order.objects.get().state == OrderState.PAID


def test_an_order_whose_provider_is_silent_waits(client, sandbox_provider, settings):
    fill_basket(client)
    send(client)
    settings.SANDBOX_PROVIDER_URL = "http://127.0.0.1:9"

    assert placement.expire_unpaid(now=clock.now() + timedelta(minutes=16)) == 0

    assert Order.objects.get().state == OrderState.PENDING_PAYMENT
    settings.SANDBOX_PROVIDER_URL = sandbox_provider.url
    assert placement.expire_unpaid(now=clock.now() + timedelta(minutes=17)) == 1


def test_an_order_waits_for_a_silent_provider_an_hour_at_most(client, sandbox_provider, settings):
    fill_basket(client)
    send(client)
    settings.SANDBOX_PROVIDER_URL = "http://127.0.0.1:9"

    assert placement.expire_unpaid(now=clock.now() + timedelta(minutes=76)) == 1

    assert Order.objects.get().state == OrderState.UNPAID


def test_money_that_comes_after_the_stock_went_to_another_goes_back_once(client, sandbox_provider):
    listing = make_listing(quantity=1)
    fill_basket(client, listing)
    card_page = send(client)["Location"]
    order = Order.objects.get()
    stock.release(reference=order.reference, now=clock.now())
    paid_order(listing)
    sandbox_provider.pay(card_page)

    for _ in range(2):
        placement.settle_payment(order_id=order.pk, now=clock.now())
    outbox.drain(now=clock.now())

    order.refresh_from_db()
    refund = Refund.objects.get()
    listing.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert refund.amount_minor == order.total_minor
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1
    assert (listing.quantity, listing.reserved) == (0, 0)
    mail = Message.objects.get(to="ada@example.org", kind="order_unpaid")
    assert order.number_text in mail.subject + mail.text


def test_an_unpaid_order_goes_back_into_the_basket(client, sandbox_provider):
    fill_basket(client)
    send(client)
    order = Order.objects.get()
    placement.expire_unpaid(now=clock.now() + timedelta(minutes=16))

    page = client.post(f"/en-fr/checkout/retry/{order.public_id}/", follow=True)

    assertContains(page, "This order can no longer be paid.")
    assertContains(page, order.lines.get().title)
    assertContains(client.get(CHECKOUT), "ada@example.org")


def test_a_shopper_cancels_and_the_money_is_on_its_way(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.pay(send(client)["Location"])
    order = Order.objects.get()
    come_back(client, order)
    line = order.lines.get()

    page = client.post(f"/en-fr/orders/{order.public_id}/lines/{line.public_id}/cancel/", follow=True)
    again = client.post(f"/en-fr/orders/{order.public_id}/lines/{line.public_id}/cancel/", follow=True)

    line.refresh_from_db()
    refund = Refund.objects.get()
    assertContains(page, "Your money is on its way back.")
    assertContains(again, "This step is no longer possible.")
    assert line.state == LineState.CANCELLED
    assert Listing.objects.get().available == 5
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1


def test_a_line_that_nobody_accepts_in_time_cancels_and_refunds_itself_once(client, sandbox_provider):
    fill_basket(client)
    sandbox_provider.pay(send(client)["Location"])
    order = Order.objects.get()
    come_back(client, order)
    line = order.lines.get()
    deadline = line.accept_by
    assert deadline is not None

    assert acceptance.cancel_late(now=deadline - timedelta(minutes=1)) == 0
    assert acceptance.cancel_late(now=deadline) == 1
    assert acceptance.cancel_late(now=deadline) == 0
    outbox.drain(now=clock.now())

    line.refresh_from_db()
    assert (line.state, line.cancelled_by) == (LineState.CANCELLED, "seller")
    assert Refund.objects.count() == 1
    assert Message.objects.filter(kind="line_cancelled").count() == 1


def test_a_line_that_cannot_be_cancelled_holds_up_no_other(client, sandbox_provider):
    for _ in range(2):
        fill_basket(client)
        sandbox_provider.pay(send(client)["Location"])
        come_back(client, Order.objects.latest("pk"))
    first = Order.objects.earliest("pk").lines.get()
    cancel = refunds.cancel_line

    def stumble(*, line_id, **rest):
        if line_id == first.pk:
            raise RuntimeError("a bad row")
        return cancel(line_id=line_id, **rest)

    with mock.patch.object(refunds, "cancel_line", stumble):
        assert acceptance.cancel_late(now=clock.now() + timedelta(days=9)) == 1

    assert Refund.objects.count() == 1


def test_a_whole_guest_checkout_asks_the_database_forty_times(client, sandbox_provider):
    """The provider's event is there before the shopper: what the money moves is asked for by a worker."""
    fill_basket(client)
    client.get("/en-fr/")
    asked = {}

    def watched(step, ask):
        with CaptureQueriesContext(connection) as seen:
            answer = ask()
        asked[step] = sum(1 for query in seen if not ASKS_NOTHING.match(query["sql"]))
        return answer

    watched("basket", lambda: client.get("/en-fr/basket/"))
    view = watched("page", lambda: client.get(CHECKOUT)).context["view"]
    shown = {"basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}
    card_page = watched("order", lambda: client.post(CHECKOUT, {**DETAILS, **shown}))["Location"]
    back = sandbox_provider.pay(card_page)
    (payment,) = payments_of(Order.objects.get().reference)
    payin.refresh_payment(payment_id=payment.public_id, now=clock.now())
    outbox.drain(now=clock.now())
    watched("return", lambda: client.get(path_of(back.headers["Location"])))

    assert Order.objects.get().state == OrderState.PAID
    # Each look at the basket asks for its promotions too, twice when it is ordered.
    assert asked == {"basket": 9, "page": 5, "order": 23, "return": 3}
