import pytest
from django.contrib.auth.models import Group
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from checkout.enums import LineState
from checkout.models import Order
from payments.models import Refund
from payments.testing import CHARGED

from .factories import paid_order, shipped_line
from .test_checkout_page import fill_basket, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    """An agent of support, signed in."""
    user = User.objects.create_user("agent@example.org", "long enough", is_staff=True)
    user.groups.add(Group.objects.get(name=AGENT))
    client.force_login(user)
    return user


def address(line, action):
    return f"/admin/checkout/orderline/{line.pk}/{action}/"


def test_an_agent_finds_an_order_by_number_imei_and_mail(client, agent):
    line = shipped_line()
    other = paid_order()

    for term in (line.order.number_text, str(line.order.number), line.imei):
        page = client.get("/admin/checkout/order/", {"q": term})
        assertContains(page, line.order.number_text)
        assertNotContains(page, other.number_text)
    assertContains(client.get("/admin/checkout/order/", {"q": "ADA@example"}), other.number_text)


def test_an_order_shows_its_lines_and_leads_to_its_money(client, agent):
    order = paid_order()

    page = client.get(f"/admin/checkout/order/{order.pk}/change/")

    assertContains(page, order.lines.get().title)
    assertContains(page, f"/admin/money/trail/{order.reference}/")
    assertNotContains(page, 'name="_save"')


def test_an_order_cannot_be_edited(client, agent):
    order = paid_order()

    answer = client.post(f"/admin/checkout/order/{order.pk}/change/", {"state": "unpaid"})

    assert answer.status_code == 403
    assert Order.objects.get().state == "paid"


def test_other_staff_reach_neither_orders_nor_their_actions(client):
    line = shipped_line()
    client.force_login(User.objects.create_user("staff@example.org", "long enough", is_staff=True))

    assert client.get("/admin/checkout/order/").status_code == 403
    assert client.get(address(line, "refund")).status_code == 404
    assert client.post(address(line, "cancel"), {"reason": "x"}).status_code == 404
    assert not Refund.objects.exists()


def test_a_refund_above_the_rest_is_refused_in_words(client, agent):
    line = shipped_line()
    key = client.get(address(line, "refund")).context["form"]["key"].value()

    page = client.post(
        address(line, "refund"), {"key": key, "amount": "9999", "borne_by": "seller", "reason": "scratched"}
    )

    assertContains(page, "This is more than what is left to refund of this item.", status_code=422)
    assert not Refund.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_line_is_cancelled_and_refunded_once_even_when_the_form_is_sent_twice(client, sandbox_provider):
    agent = User.objects.create_user("agent@example.org", "long enough", is_superuser=True, is_staff=True)
    fill_basket(client)
    sandbox_provider.pay(send(client)["Location"], CHARGED)
    order = Order.objects.get()
    client.get(f"/en-fr/checkout/return/{order.public_id}/")
    line = order.lines.get()
    client.force_login(agent)

    cancelled = client.post(address(line, "cancel"), {"reason": "asked by phone"}, follow=True)
    again = client.post(address(line, "cancel"), {"reason": "asked by phone"})

    line.refresh_from_db()
    assertContains(cancelled, "on their way back to the shopper")
    assertContains(again, "This step is no longer possible.", status_code=422)
    assert line.state == LineState.CANCELLED
    assert Refund.objects.get().amount_minor == order.total_minor
