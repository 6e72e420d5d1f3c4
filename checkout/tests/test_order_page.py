import time
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.models import User
from catalog.tests.factories import make_listing
from checkout.models import Order
from checkout.selectors import orders

from .factories import accept, paid_order, ship

pytestmark = pytest.mark.django_db


def url_of(order, locale="en-fr"):
    return f"/{locale}/orders/{order.public_id}/"


def sign_in(client, email="ada@example.org", *, verified=True):
    user = User.objects.create_user(email, "long enough")
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    client.force_login(user)
    return user


def test_a_stranger_cannot_see_an_order(client):
    order = paid_order()

    assert client.get(url_of(order)).status_code == 404
    sign_in(client, "eve@example.org")
    assert client.get(url_of(order)).status_code == 404
    assert client.get(f"/en-fr/orders/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("path", ["checkout/return", "checkout/retry"])
def test_a_stranger_cannot_touch_a_payment(client, path):
    order = paid_order()

    for method in (client.get, client.post):
        assert method(f"/en-fr/{path}/{order.public_id}/").status_code in (404, 405)


def test_the_owner_sees_the_order_in_any_locale(client):
    order = paid_order(user_id=sign_in(client).pk)

    assertContains(client.get(url_of(order, "fr-be")), order.number_text)


def test_a_mails_link_opens_the_order_for_this_session(client):
    order, other = paid_order(), paid_order()

    with translation.override("en-fr"):
        link = orders.link_path(order)

    answer = client.get(link)

    assertRedirects(answer, url_of(order))
    assert client.get(url_of(order)).status_code == 200
    assert client.get(url_of(other)).status_code == 404


def test_a_forged_or_old_link_opens_nothing(client):
    order, other = paid_order(), paid_order()
    with mock.patch("django.core.signing.time.time", return_value=time.time() - timedelta(days=91).total_seconds()):
        old = orders.signed_key(order)

    for key in (orders.signed_key(other), orders.signed_key(order) + "x", "", "\x00", old):
        assert client.get(url_of(order), {"key": key}).status_code == 404


def test_the_page_shows_where_each_parcel_is(client):
    order = paid_order(user_id=sign_in(client).pk)
    line = order.lines.get()
    accept(line)
    ship(line)

    page = client.get(url_of(order))

    assertContains(page, f"Track parcel 6A{line.pk:011d}")
    assertContains(page, "490154203237518")
    assertContains(page, "12 rue de la Roquette")
    assertContains(page, f"/en-fr/orders/{order.public_id}/lines/{line.public_id}/help/")
    assertNotContains(page, "Cancel this item")


def test_what_the_seller_has_not_accepted_can_be_cancelled(client):
    order = paid_order(user_id=sign_in(client).pk)
    line = order.lines.get()

    page = client.get(f"{url_of(order)}lines/{line.public_id}/cancel/")

    assertContains(client.get(url_of(order)), "Cancel this item")
    assertContains(page, "463,99\xa0€")


def test_anothers_line_cannot_be_cancelled_through_ones_own_order(client):
    order, other = paid_order(user_id=sign_in(client).pk), paid_order()
    foreign = other.lines.get()

    answer = client.post(f"{url_of(order)}lines/{foreign.public_id}/cancel/")

    foreign.refresh_from_db()
    assert answer.status_code == 404
    assert foreign.state == "paid"


def test_the_order_page_asks_the_database_as_often_for_six_lines_as_for_one(client, django_assert_max_num_queries):
    order = paid_order(*[make_listing() for _ in range(6)], user_id=sign_in(client).pk)
    client.get(url_of(order))

    with django_assert_max_num_queries(10):
        client.get(url_of(order))


def test_the_account_page_lists_ones_own_orders(client):
    mine, theirs = paid_order(user_id=sign_in(client).pk), paid_order()

    page = client.get("/en-fr/account/")

    assertContains(page, mine.number_text)
    assertNotContains(page, theirs.number_text)


def test_nobody_signed_in_has_no_account_page(client):
    assertRedirects(
        client.get("/en-fr/account/"), "/accounts/login/?next=/en-fr/account/", fetch_redirect_response=False
    )


def test_guest_orders_join_the_account_of_the_verified_address(client):
    order = paid_order()
    user = sign_in(client, "Ada@Example.org")
    assertContains(client.get("/en-fr/account/"), "1 order was placed as a guest with your address.")

    page = client.post("/en-fr/orders/claim/", follow=True)

    order.refresh_from_db()
    assert order.user == user
    assertContains(page, order.number_text)


def test_an_address_that_is_not_verified_claims_nothing(client):
    order = paid_order()
    sign_in(client, verified=False)

    page = client.post("/en-fr/orders/claim/", follow=True)

    order.refresh_from_db()
    assert order.user is None
    assertNotContains(page, order.number_text)


def test_claiming_takes_no_order_that_has_an_owner(client):
    owner = User.objects.create_user("owner@example.org", "long enough")
    order = paid_order(user_id=owner.pk)
    sign_in(client)

    client.post("/en-fr/orders/claim/")

    assert Order.objects.get(pk=order.pk).user == owner


def test_the_account_page_asks_the_database_as_often_for_five_orders_as_for_one(client, django_assert_max_num_queries):
    user = sign_in(client)
    for _ in range(5):
        paid_order(user_id=user.pk)

    with django_assert_max_num_queries(15):
        client.get("/en-fr/account/")


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "email/",
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
    ],
)
def test_the_sign_in_pages_wear_the_shops_look(client, path):
    if path.startswith(("email", "password/change", "2fa")):
        client.post("/accounts/signup/", {"email": "ada@example.org", "password1": "correct horse battery"})

    page = client.get(f"/accounts/{path}", follow=True)

    assertContains(page, 'class="p-account')
    assertContains(page, "backmarket, home")
