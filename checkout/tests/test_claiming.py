import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.notify.models import Message
from catalog.models import PurchasedLine
from checkout.services.purchases import push_order

from .factories import paid_order

pytestmark = pytest.mark.django_db


def link_in(mail):
    """Return the path of the link that a mail asks to open."""
    found = re.search(r"http://testserver(/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def test_a_new_account_gets_its_guest_orders_after_the_address_is_confirmed(client):
    order = paid_order()
    push_order(order_id=order.pk)
    client.post("/accounts/signup/", {"email": "ada@example.org", "password1": "correct horse battery"})
    assertNotContains(client.get("/en-fr/account/"), "placed as a guest")

    mail = Message.objects.get(kind="account", to="ada@example.org")
    client.post(link_in(mail))
    assertContains(client.get("/en-fr/account/"), "1 order was placed as a guest with your address.")
    page = client.post("/en-fr/orders/claim/", follow=True)

    assertContains(page, order.number_text)
    assert PurchasedLine.objects.get(user__email="ada@example.org").order_reference == order.reference
    assert mail.subject == "Confirm your e-mail address"
    assert "backmarket" in mail.html


def test_a_forgotten_password_is_chosen_anew_through_the_mail(client):
    client.post("/accounts/signup/", {"email": "ada@example.org", "password1": "correct horse battery"})
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})

    mail = Message.objects.filter(to="ada@example.org").latest("pk")
    form = client.get(link_in(mail), follow=True)
    client.post(
        form.redirect_chain[-1][0], {"password1": "another horse battery", "password2": "another horse battery"}
    )
    client.post("/accounts/login/", {"login": "ada@example.org", "password": "another horse battery"})

    assert mail.subject == "Choose a new password"
    assert client.get("/en-fr/account/").status_code == 200
