"""Delivery by parcel: pick-up points, far regions, gift notes and companies, on the page and on the order."""

from datetime import UTC, datetime

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core import clock
from catalog.tests.factories import NOW, make_listing
from checkout.models import Order
from checkout.services import placement
from checkout.services.placement import NotServedError, PickUpPointMissingError

from .factories import ACTOR, make_basket, make_buyer, total_of
from .test_checkout_page import CHECKOUT, fill_basket, send

pytestmark = pytest.mark.django_db


def place_with(listing, *, points=None, carrier="mondial_relay", buyer=None):
    basket = make_basket([listing])
    return placement.place_order(
        basket_id=basket.pk,
        buyer=buyer or make_buyer(),
        carriers={listing.seller_id: carrier},
        points=points,
        expected_total=total_of(basket),
        user_id=None,
        locale="en-fr",
        actor=ACTOR,
        now=NOW,
    )


def pick_up(listing, point=""):
    return {f"carrier-{listing.seller_id}": "mondial_relay", f"point-{listing.seller_id}": point}


def test_points_near_the_address_are_offered(client):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, update="1", **pick_up(listing))

    assertContains(page, "Épicerie Roquette")
    assertContains(page, "Pick-up points near 75011")
    assertNotContains(page, "Presse Terreaux")


def test_points_are_looked_for_near_another_postcode_without_javascript(client):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, update="1", near="69001", **pick_up(listing))
    later = client.get(CHECKOUT)

    assertContains(page, "Presse Terreaux")
    assertContains(page, 'value="75011"')
    assertContains(later, "Presse Terreaux")


@pytest.mark.parametrize(
    ("near", "said"),
    [
        ("6900", "“6900” is no postcode."),
        ("97400", "There is none near 97400."),
        ("<b>", "“&lt;b&gt;” is no postcode."),
    ],
)
def test_a_search_that_finds_nothing_says_why(client, near, said):
    listing = make_listing()
    fill_basket(client, listing)

    assertContains(send(client, update="1", near=near, **pick_up(listing)), said)


@pytest.mark.parametrize("point", ["", "99999-1", "10115-1", "x" * 80])
def test_a_parcel_that_is_picked_up_needs_a_point_of_this_market(client, point):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, **pick_up(listing, point))

    assertContains(page, "1 thing to put right before you pay", status_code=422)
    assertContains(page, "Choose the pick-up point that the parcel shall wait at.", status_code=422)
    assert not Order.objects.exists()


def test_the_point_that_was_chosen_is_kept_on_the_line():
    listing = make_listing()

    line = place_with(listing, points={listing.seller_id: "75011-1"}).lines.get()

    assert line.pickup_point == "75011-1"
    assert line.pickup_address == "Épicerie Roquette, 41 rue de la Roquette, 75011 Paris"


def test_a_parcel_to_the_door_keeps_no_point():
    listing = make_listing()

    line = place_with(listing, points={listing.seller_id: "75011-1"}, carrier="colissimo").lines.get()

    assert (line.pickup_point, line.pickup_address) == ("", "")


def test_no_order_is_placed_without_a_point_or_beyond_a_carriers_reach():
    listing = make_listing()
    overseas = make_buyer(postcode="97400")

    with pytest.raises(PickUpPointMissingError):
        place_with(listing)
    with pytest.raises(NotServedError):
        place_with(listing, buyer=overseas, points={listing.seller_id: "75011-1"})

    assert not Order.objects.exists()


def test_a_region_that_a_carrier_does_not_serve_is_told_beside_it_and_at_the_postcode(client):
    listing = make_listing()
    fill_basket(client, listing)

    shown = send(client, update="1", postcode="97400")
    sent = send(client, postcode="97400", **pick_up(listing, "75011-1"))

    assertContains(shown, "does not deliver to this region: Overseas France")
    assertContains(sent, "Choose another delivery: Colissimo, Chronopost.", status_code=422)
    assert not Order.objects.exists()


def test_the_page_says_until_when_the_promised_days_hold(client):
    fill_basket(client)

    with clock.travel(datetime(2026, 11, 23, 10, 46, 30, tzinfo=UTC) - clock.now()):
        page = client.get(CHECKOUT)

    assertContains(page, "These days hold if you pay within 2 h 13 min.")


def test_after_the_cut_off_of_a_friday_the_next_one_is_named(client):
    fill_basket(client)

    with clock.travel(datetime(2026, 11, 20, 15, 0, tzinfo=UTC) - clock.now()):
        page = client.get(CHECKOUT)

    assertContains(page, "These days hold if you pay before Monday 23 November, 14:00.")


def test_a_public_holiday_on_the_way_is_named(client):
    fill_basket(client)

    with clock.travel(datetime(2026, 12, 23, 9, 0, tzinfo=UTC) - clock.now()):
        page = client.get(CHECKOUT)

    assertContains(page, "No delivery on Friday 25 December, a public holiday")


def test_a_companys_order_shows_its_number_and_a_present_its_note(client):
    listing = make_listing()
    buyer = make_buyer(company="Ada SARL", vat_number="FR83404833048", gift_note="Happy birthday\nfrom <Ada>")
    order = place_with(listing, carrier="colissimo", buyer=buyer)
    session = client.session
    session["orders"] = [str(order.public_id)]
    session.save()

    page = client.get(f"/en-fr/orders/{order.public_id}/")

    assertContains(page, "VAT number FR83404833048")
    assertContains(page, "Happy birthday\nfrom &lt;Ada&gt;")


def test_an_order_that_is_picked_up_shows_where(client):
    listing = make_listing()
    order = place_with(listing, points={listing.seller_id: "75011-1"})
    session = client.session
    session["orders"] = [str(order.public_id)]
    session.save()

    page = client.get(f"/en-fr/orders/{order.public_id}/")

    assertContains(page, "To pick up at Épicerie Roquette, 41 rue de la Roquette, 75011 Paris (Mondial Relay)")


def test_what_was_typed_survives_a_refusal(client):
    fill_basket(client)

    refused = send(client, city="", gift_note="For you", is_company="on", company="Ada SARL")
    again = client.get(CHECKOUT)

    assertContains(refused, "For you", status_code=422)
    assertContains(again, 'value="Ada SARL"')
    assertContains(again, "For you")
