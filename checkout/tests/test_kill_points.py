"""Processes that die while an order is placed: nothing half-written or paid twice, and pressing again goes on (R1)."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from backmarket.core.models import OutboxEvent
from catalog.models import StockReservation
from catalog.tests.factories import NOW, make_listing
from checkout.enums import BasketState, OrderState
from checkout.flows import placement
from checkout.models import Basket, Order
from payments import testing
from payments.models import Payment
from payments.selectors.payments import payments_of

from .factories import ACTOR, make_basket, make_buyer, total_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SOON = NOW + timedelta(minutes=1)

DIE = """
import os, sys, django
django.setup()
from checkout.flows import placement as flow
from checkout.models import Basket
from checkout.services import placement as service
from checkout.tests.test_kill_points import press
from payments.providers.sandbox import SandboxProvider
from payments.services import payments

def dies_after(owner, name):
    real = getattr(owner, name)
    def wrapped(*args, **kwargs):
        real(*args, **kwargs)
        os._exit(9)
    setattr(owner, name, wrapped)

def dies_before(owner, name):
    setattr(owner, name, lambda *args, **kwargs: os._exit(9))

point, basket_id = sys.argv[1:]
if point == "stock reserved":
    dies_after(service.stock, "reserve")
elif point == "order committed":
    dies_before(flow, "start_attempt")
elif point == "payment sent":
    dies_after(SandboxProvider, "create_payment")
press(Basket.objects.get(pk=int(basket_id)))
"""


def press(basket, now=NOW):
    """Press the button of the checkout page."""
    return placement.place_and_pay(
        basket_id=basket.pk,
        buyer=make_buyer(),
        carriers={},
        expected_total=total_of(basket, now),
        user_id=None,
        locale="en-fr",
        actor=ACTOR,
        now=now,
    )


def die(point, provider, basket):
    """Press the button in another process, which ends at the named point without a word."""
    env = {
        **os.environ,
        "DATABASE_URL": testing.database_url(),
        "DJANGO_SETTINGS_MODULE": "backmarket.settings.test",
        "SANDBOX_PROVIDER_URL": provider.url,
    }
    command = [sys.executable, "-c", DIE, point, str(basket.pk)]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=False, capture_output=True)
    assert ended.returncode == 9, ended.stderr.decode()


def payments_at(provider, order):
    return [
        charge for payment in payments_of(order.reference) for charge in provider.objects("payments", payment.public_id)
    ]


def test_killed_after_the_stock_was_reserved_nothing_was_written_and_pressing_again_buys(sandbox_provider):
    listing = make_listing(quantity=1)
    basket = make_basket([listing])

    die("stock reserved", sandbox_provider, basket)

    listing.refresh_from_db()
    assert (listing.reserved, Order.objects.count(), StockReservation.objects.count()) == (0, 0, 0)
    assert not OutboxEvent.objects.exists()
    assert Basket.objects.get().state == BasketState.OPEN
    order, payment = press(basket, SOON)
    listing.refresh_from_db()
    assert (listing.reserved, len(payments_at(sandbox_provider, order))) == (1, 1)
    assert payment.redirect_url


def test_killed_between_order_and_payment_pressing_again_pays_that_order_once(sandbox_provider):
    basket = make_basket([make_listing(quantity=1)])

    die("order committed", sandbox_provider, basket)

    killed = Order.objects.get()
    assert (killed.state, killed.payment_id, Payment.objects.count()) == (OrderState.PENDING_PAYMENT, None, 0)
    order, payment = press(basket, SOON)
    assert (order.pk, len(payments_at(sandbox_provider, order))) == (killed.pk, 1)
    assert StockReservation.objects.get().quantity == 1
    assert payment.redirect_url


def test_killed_between_order_and_payment_and_never_pressed_again_the_stock_comes_back(sandbox_provider):
    listing = make_listing(quantity=1)
    die("order committed", sandbox_provider, make_basket([listing]))

    assert placement.expire_unpaid(now=NOW + timedelta(minutes=16)) == 1

    listing.refresh_from_db()
    assert (Order.objects.get().state, listing.reserved, listing.quantity) == (OrderState.UNPAID, 0, 1)


def test_killed_after_the_provider_was_called_pressing_again_finds_that_payment(sandbox_provider):
    basket = make_basket([make_listing(quantity=1)])

    die("payment sent", sandbox_provider, basket)

    killed = Order.objects.get()
    assert (killed.payment_id, Payment.objects.get().provider_ref) == (None, "")
    order, payment = press(basket, SOON)
    assert (order.pk, payment.public_id) == (killed.pk, Payment.objects.get().public_id)
    assert len(payments_at(sandbox_provider, order)) == 1
    assert payment.redirect_url
