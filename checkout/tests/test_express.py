"""Express checkout: kept addresses and cards, one button, and nobody else's."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.models import User
from backmarket.core import clock
from catalog.tests.factories import NOW, make_listing
from checkout import locks
from checkout.enums import OrderState
from checkout.models import Order, SavedAddress
from checkout.services import saved
from payments.flows.sweep import sweep
from payments.models import SavedCard
from payments.providers.base import ProviderCard
from payments.services.cards import keep_card
from payments.testing import CHALLENGED, CHARGED, DECLINED_LATER

from .factories import make_buyer
from .test_checkout_page import CHECKOUT, fill_basket, send
from .test_journey import come_back, path_of, retry, taken

EXPRESS = "/en-fr/checkout/express/"
ACCOUNT = "/en-fr/account/"


@pytest.fixture
def ada(client):
    user = User.objects.create_user("ada@example.org", "x")
    client.force_login(user)
    return user


def keep(user, **changes):
    return saved.keep_address(user_id=user.pk, buyer=make_buyer(**changes), now=NOW)


def card_of(user, *, token="card_1", last4="4242", exp_year=2034):
    card = ProviderCard(token=token, brand="visa", last4=last4, exp_month=12, exp_year=exp_year)
    return keep_card(owner=f"user:{user.pk}", provider="sandbox", card=card, now=NOW)


def press(client, **changes):
    """Open the express page and press its button."""
    view = client.get(EXPRESS).context["view"]
    shown = {"basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}
    return client.post(EXPRESS, {**shown, **changes})


@pytest.mark.django_db
def test_a_known_shopper_sees_address_card_and_total_with_one_button(client, ada):
    keep(ada)
    card_of(ada)
    fill_basket(client)

    assertRedirects(client.get(CHECKOUT), EXPRESS)
    page = client.get(EXPRESS)

    assertContains(page, "12 rue de la Roquette, 75011 Paris")
    assertContains(page, "Visa •••• 4242")
    assertContains(page, "Pay 463,99\xa0€")
    assertContains(client.get(f"{CHECKOUT}?edit=1"), 'name="street"')


@pytest.mark.django_db
def test_without_a_kept_address_the_whole_page_is_shown(client, ada):
    fill_basket(client)

    assertRedirects(client.get(EXPRESS), CHECKOUT)
    assertContains(client.get(CHECKOUT), "Keep this address for next time")


@pytest.mark.django_db
def test_a_guest_is_asked_to_sign_in_and_is_not_offered_to_keep_an_address(client):
    fill_basket(client)

    assert client.get(EXPRESS).status_code == 302
    assertNotContains(client.get(CHECKOUT), "Keep this address")


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["address", "card"])
def test_anothers_address_or_card_answers_as_not_existing(client, ada, field):
    other = User.objects.create_user("eve@example.org", "x")
    theirs = {"address": str(keep(other).public_id), "card": str(card_of(other).public_id)}
    keep(ada)
    fill_basket(client)

    forged = press(client, **{field: theirs[field]})

    assert forged.status_code == 404
    assert press(client, **{field: str(uuid4())}).status_code == 404
    assert press(client, **{field: "<b>"}).status_code == 404
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_nobody_deletes_what_another_keeps(client, ada):
    other = User.objects.create_user("eve@example.org", "x")
    address, card = keep(other), card_of(other)

    answers = [
        client.post(f"/en-fr/checkout/kept/addresses/{address.public_id}/forget/"),
        client.post(f"/en-fr/checkout/kept/cards/{card.public_id}/forget/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert SavedAddress.objects.get() == address
    assert SavedCard.objects.get().forgotten_at is None


@pytest.mark.django_db
def test_the_account_page_lists_what_is_kept_and_deletes_an_address(client, ada):
    address = keep(ada)
    card_of(ada, exp_year=2020)

    page = client.get(ACCOUNT)
    client.post(f"/en-fr/checkout/kept/addresses/{address.public_id}/forget/")

    assertContains(page, "12 rue de la Roquette, 75011 Paris")
    assertContains(page, "expired 12/20")
    assert not SavedAddress.objects.exists()


@pytest.mark.django_db
def test_an_expired_card_is_not_chosen_and_pays_nothing(client, ada):
    keep(ada)
    card = card_of(ada, exp_year=2020)
    fill_basket(client)

    page = press(client, card=str(card.public_id))

    assertContains(page, "This card has expired. Choose another one.", status_code=422)
    assert client.get(EXPRESS).context["page"].card is None
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_kept_address_that_the_chosen_carrier_does_not_serve_is_refused_in_words(client, ada):
    keep(ada, postcode="97400", city="Saint-Denis")
    listing = make_listing()
    fill_basket(client, listing)

    page = press(client, **{f"carrier-{listing.seller_id}": "mondial_relay", f"point-{listing.seller_id}": "75011-1"})

    assertContains(page, "Choose another delivery: Colissimo, Chronopost.", status_code=422)
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_the_same_address_is_kept_once_and_the_one_used_last_comes_first():
    user = User.objects.create_user("ada@example.org", "x")
    first = keep(user)
    keep(user, street="1 place d’Italie")

    again = saved.keep_address(user_id=user.pk, buyer=make_buyer(), now=NOW + timedelta(days=1))

    assert again == first
    assert [address.street for address in SavedAddress.objects.all()] == ["12 rue de la Roquette", "1 place d’Italie"]


@pytest.mark.django_db
def test_ten_addresses_are_kept_and_no_more():
    user = User.objects.create_user("ada@example.org", "x")
    for number in range(10):
        keep(user, street=f"{number} rue de la Paix")

    with pytest.raises(saved.AddressBookFullError):
        keep(user, street="11 rue de la Paix")

    assert SavedAddress.objects.count() == 10


def kept_by_two_at_once(user):
    """Keep a tenth and an eleventh address at the same moment; return how many are kept then."""
    for number in range(9):
        keep(user, street=f"{number} rue de la Paix")
    together = threading.Barrier(2)

    def one(street):
        try:
            with transaction.atomic():
                together.wait(timeout=10)
                keep(user, street=street)
                together_if_unguarded()
        except saved.AddressBookFullError:
            pass
        finally:
            connections.close_all()

    counted = threading.Barrier(2)

    def together_if_unguarded():
        # Without the lock both have counted nine before either commits; with it nobody else arrives.
        with contextlib.suppress(threading.BrokenBarrierError):
            counted.wait(timeout=1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, ["10 rue de la Paix", "11 rue de la Paix"]))
    return SavedAddress.objects.filter(user=user).count()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_keep_ten_addresses():
    assert kept_by_two_at_once(User.objects.create_user("ada@example.org", "x")) == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_orders_at_once_keep_eleven():
    with mock.patch.object(locks, "lock_person"):
        assert kept_by_two_at_once(User.objects.create_user("ada@example.org", "x")) == 11


def keep_by_paying(client, provider, card=CHARGED):
    """Buy once in full, with the address and the card kept."""
    fill_basket(client)
    page = client.get(f"{CHECKOUT}?edit=1")
    assert page.status_code == 200
    card_page = send(client, keep_address="on")["Location"]
    back = provider.pay(card_page, card, keep=True)
    client.get(path_of(back.headers["Location"]))
    return SavedCard.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_card_kept_at_the_provider_pays_the_next_order_at_once(client, ada, sandbox_provider):
    card = keep_by_paying(client, sandbox_provider)
    fill_basket(client)

    answer = press(client)
    page = client.get(answer["Location"], follow=True)

    order = Order.objects.first()
    assert order is not None
    assert (card.owner, card.brand, card.last4, card.exp_month, card.exp_year) == (
        f"user:{ada.pk}", "visa", "4242", 12, 2034,
    )  # fmt: skip
    assertContains(page, "Thank you, Ada")
    assert (order.state, order.user_id) == (OrderState.PAID, ada.pk)
    assert taken(sandbox_provider, order) == [order.total_minor]
    assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_kept_card_may_be_challenged_by_its_bank(client, ada, sandbox_provider):
    keep_by_paying(client, sandbox_provider, CHALLENGED)
    fill_basket(client)

    challenge = press(client)["Location"]
    back = sandbox_provider.approve(challenge)
    client.get(path_of(back.headers["Location"]))

    order = Order.objects.first()
    assert order is not None
    assert order.state == OrderState.PAID
    assert taken(sandbox_provider, order) == [order.total_minor]


@pytest.mark.django_db(transaction=True)
def test_a_kept_card_that_is_declined_leaves_the_order_to_try_again_with_another(client, ada, sandbox_provider):
    keep_by_paying(client, sandbox_provider, DECLINED_LATER)
    fill_basket(client)

    page = client.get(press(client)["Location"])
    order = Order.objects.first()
    assert order is not None
    sandbox_provider.pay(retry(client, order)["Location"])
    come_back(client, order)

    order.refresh_from_db()
    assertContains(page, "The payment did not go through")
    assert order.state == OrderState.PAID
    assert taken(sandbox_provider, order) == [order.total_minor]


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_charges_a_kept_card_once(client, ada, sandbox_provider):
    keep_by_paying(client, sandbox_provider)
    fill_basket(client)
    view = client.get(EXPRESS).context["view"]
    shown = {"basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}

    first, second = client.post(EXPRESS, shown), client.post(EXPRESS, shown)

    order = Order.objects.first()
    assert order is not None
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 2
    assert taken(sandbox_provider, order) == [order.total_minor]


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_card_is_deleted_at_the_provider_even_if_that_is_silent_at_first(client, ada, sandbox_provider):
    card = keep_by_paying(client, sandbox_provider)
    sandbox_provider.setup(fail_next=1)

    client.post(f"/en-fr/checkout/kept/cards/{card.public_id}/forget/")
    listed = client.get(ACCOUNT)
    waiting = SavedCard.objects.count()
    sweep(now=clock.now() + timedelta(minutes=1))

    assertNotContains(listed, "•••• 4242")
    assert (waiting, SavedCard.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_guests_card_is_never_kept(client, sandbox_provider):
    fill_basket(client)

    back = sandbox_provider.pay(send(client)["Location"], keep=True)
    client.get(path_of(back.headers["Location"]))

    assert Order.objects.get().state == OrderState.PAID
    assert not SavedCard.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_card_that_nobody_agreed_to_keep_is_not_kept(client, ada, sandbox_provider):
    fill_basket(client)

    back = sandbox_provider.pay(send(client)["Location"])
    client.get(path_of(back.headers["Location"]))

    assert Order.objects.get().state == OrderState.PAID
    assert not SavedCard.objects.exists()
    assert Client().get(EXPRESS).status_code == 302
