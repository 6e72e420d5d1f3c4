"""Guest first: an account is offered after the order, opened by one click, and has the order in it."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.models import User
from backmarket.core import clock
from backmarket.notify.models import Message
from checkout.models import Order
from checkout.selectors import orders

from .factories import paid_order

pytestmark = pytest.mark.django_db


def url_of(order):
    return f"/en-fr/orders/{order.public_id}/"


def account_url_of(order):
    return f"{url_of(order)}account/"


def path_in(text):
    """Return the path of the link that a mail asks to open."""
    found = re.search(rf"{settings.PUBLIC_URL}(/\S+)", text)
    assert found is not None, text
    return found[1]


def placed_by(client, order):
    """Let the session see the order as the one that placed it does."""
    session = client.session
    session[orders.SESSION_KEY] = [str(order.public_id)]
    session.save()


def open_mail(client, order):
    with translation.override("en-fr"):
        client.get(orders.link_path(order))


def test_the_link_of_the_orders_mail_proves_the_address_and_one_click_opens_the_account(client):
    order, before = paid_order(), paid_order()
    open_mail(client, order)
    offered = client.get(url_of(order))

    answer = client.post(account_url_of(order))

    user = User.objects.get()
    assertContains(offered, "Open my account")
    assertRedirects(answer, url_of(order))
    assert (user.email, user.name, user.has_usable_password()) == ("ada@example.org", "Ada Lovelace", False)
    assert EmailAddress.objects.get(user=user).verified
    assert set(Order.objects.filter(user=user)) == {order, before}
    assertContains(client.get("/en-fr/account/"), order.number_text)
    assertNotContains(client.get(url_of(order)), "Keep it all in an account")


def test_without_the_mails_link_one_is_sent_and_its_page_has_the_button(client):
    order = paid_order()
    placed_by(client, order)
    assertContains(client.get(url_of(order)), "Send me the link")

    client.post(account_url_of(order))
    client.post(account_url_of(order))
    mail = Message.objects.get(kind="account_link")
    fresh = Client()
    page = fresh.get(path_in(mail.text))
    nothing_yet = User.objects.count()
    fresh.post(account_url_of(order), {"key": page.context["key"]})

    assert nothing_yet == 0
    assertContains(page, "It is for ada@example.org.")
    assert Order.objects.get().user == User.objects.get()
    assertContains(fresh.get("/en-fr/account/"), order.number_text)


def test_an_account_that_exists_is_never_opened_by_a_mail(client):
    order = paid_order()
    User.objects.create_user("Ada@example.org", "long enough")
    open_mail(client, order)

    answer = client.post(account_url_of(order), follow=True)

    assertContains(answer, "You have an account with this address already.")
    assert "_auth_user_id" not in client.session
    assert Order.objects.get().user is None
    assert User.objects.count() == 1


def test_whether_an_account_exists_is_not_told_to_whoever_typed_the_address(client):
    order = paid_order()
    placed_by(client, order)
    User.objects.create_user("ada@example.org", "long enough")

    answer = client.post(account_url_of(order), follow=True)

    assertContains(answer, "We have sent a link to ada@example.org.")
    assertNotContains(answer, "already")


@pytest.mark.parametrize("key", ["", "forged", "of another"])
def test_a_stranger_or_a_forged_key_opens_nothing(client, key):
    order, other = paid_order(), paid_order()
    wrong = signing.dumps(str(other.public_id), salt=orders.ACCOUNT_SALT) if key == "of another" else key

    answers = [client.get(account_url_of(order), {"key": wrong}), client.post(account_url_of(order), {"key": wrong})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not User.objects.exists()
    assert not Message.objects.exists()


def test_the_link_to_an_account_lasts_a_day(client):
    order = paid_order()
    with translation.override("en-fr"):
        link = orders.account_path(order)

    with mock.patch("django.core.signing.time.time", return_value=(clock.now() + timedelta(hours=25)).timestamp()):
        assert client.get(link).status_code == 404


def test_a_second_click_leads_to_the_order(client):
    order = paid_order()
    open_mail(client, order)
    client.post(account_url_of(order))

    assertRedirects(client.post(account_url_of(order)), url_of(order))
    assert User.objects.count() == 1
