"""An order that ended unpaid gives back its basket with all that was typed and chosen for it."""

from datetime import timedelta

import pytest
from django.test import Client

from backmarket.core import clock
from catalog.tests.factories import make_listing
from checkout.models import Basket, BasketLine, Order
from checkout.selectors import orders
from checkout.services import placement, settlement

from .factories import ACTOR, make_basket, make_buyer, total_of
from .test_checkout_page import CHECKOUT, send

pytestmark = pytest.mark.django_db


def lapsed_order(listing):
    """A company's present to a pick-up point with protection, whose time to pay is over."""
    now = clock.now() - timedelta(hours=1)
    basket = make_basket([listing])
    BasketLine.objects.update(has_protection=True)
    order = placement.place_order(
        basket_id=basket.pk,
        buyer=make_buyer(company="Analytical Engines", gift_note="Happy birthday"),
        carriers={listing.seller_id: "mondial_relay"},
        points={listing.seller_id: "75011-1"},
        expected_total=total_of(basket, now),
        user_id=None,
        locale="en-fr",
        actor=ACTOR,
        now=now,
    )
    settlement.expire(order_id=order.pk, now=clock.now())
    return order


def start_again(client, order):
    client.get(orders.link_path(order))
    client.post(f"/en-fr/checkout/retry/{order.public_id}/")
    return client.get(CHECKOUT)


def test_a_basket_that_is_opened_again_elsewhere_keeps_what_was_typed_and_chosen():
    listing = make_listing()
    order = lapsed_order(listing)

    page = start_again(Client(), order)

    form, view = page.context["form"], page.context["view"]
    assert {name: form[name].value() for name in ("email", "company", "gift_note", "is_company")} == {
        "email": "ada@example.org",
        "company": "Analytical Engines",
        "gift_note": "Happy birthday",
        "is_company": True,
    }
    assert view.parcels[0].chosen.carrier.key == "mondial_relay"
    assert [line.has_protection for line in Basket.objects.get(state="open").lines.all()] == [True]


def test_what_is_opened_again_is_ordered_with_the_same_pick_up_point(client):
    order = lapsed_order(make_listing())
    page = start_again(client, order)

    assert page.status_code == 200
    session = client.session
    assert session["pickup-points"] == {str(order.lines.get().seller_id): "75011-1"}
    assert Order.objects.count() == 1


def test_what_was_typed_since_is_not_overwritten(client):
    listing = make_listing()
    order = lapsed_order(listing)
    client.post("/en-fr/basket/add/", {"listing": make_listing().public_id, "quantity": "1"})
    send(client, update="1", first_name="Charles")

    page = start_again(client, order)

    assert page.context["form"]["first_name"].value() == "Charles"
