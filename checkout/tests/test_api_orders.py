"""The API of buying: orders, their payment, idempotency keys, and what is refused."""

import threading
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from backmarket.core import clock, idempotency
from backmarket.core.models import IdempotentCall
from catalog.models import Listing, ListingMarket, StockReservation
from catalog.tests.api import problem
from catalog.tests.factories import NOW, make_listing
from checkout.enums import LineState, OrderState
from checkout.flows import placement
from checkout.models import Order
from checkout.selectors.orders import signed_key
from payments.testing import DECLINED

from .api import ADDRESS, CONTACT, call, errors_of, order_body, order_with
from .factories import make_basket, paid_order, place

pytestmark = pytest.mark.django_db
TOTAL = 46_399


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def basket(noon):
    return make_basket([make_listing()])


def nothing_was_ordered():
    return not (Order.objects.exists() or StockReservation.objects.exists() or IdempotentCall.objects.exists())


def test_an_order_answers_itself_its_key_and_where_to_pay(client, basket):
    response = order_with(client, basket, TOTAL, gift_note="For you\nAda", company={"name": "Engines SA"})

    order = Order.objects.get()
    body = response.json()
    assert response.status_code == 201
    assert (body["id"], body["number"], body["state"]) == (str(order.public_id), order.number_text, "pending_payment")
    assert body["totals"]["total"]["amount_minor"] == TOTAL
    assert [line["state"] for line in body["lines"]] == ["pending_payment"]
    # No provider runs here: its answer is unknown yet.
    assert body["payment"] == {"state": "unknown", "redirect_url": ""}
    assert (order.phone, order.company, order.gift_note) == ("+33612345678", "Engines SA", "For you\nAda")
    assert (order.locale, order.user) == ("en-fr", None)
    assert "sessionid" not in client.cookies


def test_an_order_is_read_with_its_key_in_few_queries(client, basket, django_assert_num_queries):
    order = place(basket)

    with django_assert_num_queries(3):
        body = call(client, "get", f"/orders/{order.public_id}/", bearer=signed_key(order)).json()

    assert body["email"] == "ada@example.org"
    assert body["address"]["lines"][0] == "12 rue de la Roquette"


def test_the_page_that_an_order_names_opens(client, basket):
    body = order_with(client, basket, TOTAL).json()

    page = client.get(body["page_url"].removeprefix("http://127.0.0.1:8000"), follow=True)

    assert page.status_code == 200


@pytest.mark.parametrize("forge", [lambda order: "x", lambda order: str(order.public_id), lambda order: "a:b:c"])
def test_a_forged_key_answers_that_there_is_no_such_order(client, basket, forge):
    order = place(basket)

    problem(call(client, "get", f"/orders/{order.public_id}/", bearer=forge(order)), 404, "order_missing")


def test_another_orders_key_opens_nothing(client, basket):
    mine, other = place(basket), place(make_basket([make_listing()]))
    line = other.lines.get()

    for method, path in (
        ("get", f"/orders/{other.public_id}/"),
        ("post", f"/orders/{other.public_id}/payment/"),
        ("post", f"/orders/{other.public_id}/lines/{line.public_id}/cancellation/"),
        ("post", f"/orders/{mine.public_id}/lines/{line.public_id}/cancellation/"),
        ("get", f"/orders/{uuid4()}/"),
    ):
        problem(call(client, method, path, bearer=signed_key(mine)), 404, "order_missing")


@pytest.mark.usefixtures("noon")
def test_the_buyers_session_reads_the_order_but_changes_nothing_without_its_key(client, django_user_model):
    user = django_user_model.objects.create_user("ada@example.org", "long enough")
    order = paid_order(user_id=user.pk)
    stranger = django_user_model.objects.create_user("eve@example.org", "long enough")
    cancellation = f"/orders/{order.public_id}/lines/{order.lines.get().public_id}/cancellation/"

    client.force_login(user)
    own = call(client, "get", f"/orders/{order.public_id}/")
    refused = call(client, "post", cancellation)
    client.force_login(stranger)
    other = call(client, "get", f"/orders/{order.public_id}/")
    nobody = call(Client(), "get", f"/orders/{order.public_id}/")

    assert own.json()["id"] == str(order.public_id)
    problem(refused, 401, "credentials_missing")
    problem(other, 404, "order_missing")
    problem(nobody, 401, "credentials_missing")
    assert order.lines.get().state == LineState.PAID


def test_the_same_key_and_body_answer_the_stored_order(client, basket):
    key = uuid4()

    first = order_with(client, basket, TOTAL, key=key)
    again = order_with(client, basket, TOTAL, key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client, basket):
    key = uuid4()
    order_with(client, basket, TOTAL, key=key)

    altered = order_with(client, basket, TOTAL, key=key, gift_note="altered")

    problem(altered, 422, "idempotency_key_reused")
    assert Order.objects.get().gift_note == ""


def test_an_order_needs_a_key(client, basket):
    response = call(client, "post", "/orders/", order_body(TOTAL), bearer=basket.token)

    problem(response, 400, "idempotency_key_missing")
    assert nothing_was_ordered()


def test_a_refused_order_leaves_its_key_free_for_the_mended_one(client, basket):
    key = uuid4()

    refused = order_with(client, basket, TOTAL, key=key, contact={**CONTACT, "email": "nobody"})
    mended = order_with(client, basket, TOTAL, key=key)

    problem(refused, 422, "invalid_body")
    assert mended.status_code == 201


def test_a_crash_after_placing_leaves_an_order_that_the_retry_pays(client, basket):
    key = uuid4()
    client.raise_request_exception = False

    with mock.patch.object(placement, "start_attempt", side_effect=RuntimeError):
        broken = order_with(client, basket, TOTAL, key=key)
    again = order_with(client, basket, TOTAL, key=key)

    assert (broken.status_code, again.status_code) == (500, 201)
    assert Order.objects.count() == 1
    assert again.json()["id"] == str(Order.objects.get().public_id)


def test_an_ordered_basket_orders_nothing_else(client, basket):
    order_with(client, basket, TOTAL)

    other = order_with(client, basket, TOTAL, address={**ADDRESS, "street": "1 rue Oberkampf"})

    problem(other, 409, "basket_closed")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("minor", [0, 1, TOTAL - 1, TOTAL + 1, 10**12])
def test_a_forged_total_is_refused(client, basket, minor):
    response = order_with(client, basket, minor)

    problem(response, 422, "total_differs")
    assert errors_of(response) == [("#/expected_total", "total_differs")]
    assert nothing_was_ordered()


def test_a_total_in_another_currency_is_refused(client, basket):
    response = order_with(client, basket, 0, expected_total={"amount_minor": TOTAL, "currency": "USD"})

    problem(response, 422, "total_differs")
    assert nothing_was_ordered()


def test_a_stale_price_answers_the_basket_as_it_is_now(client, basket):
    ListingMarket.objects.update(price_minor=46_900)

    response = order_with(client, basket, TOTAL)

    body = problem(response, 409, "basket_changed")
    assert body["basket"]["parcels"][0]["items"][0]["price_was"]["amount_minor"] == 45_900
    assert nothing_was_ordered()


def test_what_sold_out_answers_the_basket_as_it_is_now(client, basket):
    Listing.objects.update(quantity=0)

    body = problem(order_with(client, basket, TOTAL), 409, "basket_changed")

    assert body["basket"]["gone"][0]["is_sold_out"] is True
    assert nothing_was_ordered()


@pytest.mark.usefixtures("noon")
def test_an_empty_basket_orders_nothing(client):
    problem(order_with(client, make_basket([]), 0), 409, "basket_empty")

    assert nothing_was_ordered()


def test_fields_are_refused_at_their_place_in_the_shoppers_language(client, basket):
    body = order_body(
        TOTAL,
        contact={"email": "nobody", "phone": "12"},
        address={**ADDRESS, "postcode": "ABC", "first_name": "Ада"},
        company={"name": "Engines SA", "vat_number": "FR00"},
        gift_note="\u202e turned",
    )

    response = call(client, "post", "/orders/", body, bearer=basket.token, key=uuid4(), language="fr")

    problem(response, 422, "invalid_body")
    assert {pointer for pointer, _code in errors_of(response)} == {
        "#/contact/email",
        "#/contact/phone",
        "#/address/postcode",
        "#/address/first_name",
        "#/company/vat_number",
        "#/gift_note",
    }
    assert response["Content-Language"] == "fr-fr"
    assert "Saisissez une adresse e-mail" in response.content.decode() or "e-mail" in response.content.decode()
    assert nothing_was_ordered()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"contact": {"email": "a" * 10_000, "phone": "1"}}, ("#/contact/email", "max_length")),
        ({"contact": {"email": 7, "phone": "1"}}, ("#/contact/email", "invalid")),
        ({"contact": None}, ("#/contact", "null")),
        ({"contact": []}, ("#/contact", "invalid")),
        ({"address": {**ADDRESS, "street": "x" * 10_000}}, ("#/address/street", "max_length")),
        ({"address": {**ADDRESS, "street": "a\x00b"}}, ("#/address/street", "null_characters_not_allowed")),
        ({"address": {**ADDRESS, "planet": "Mars"}}, ("#/address/planet", "unknown_field")),
        ({"gift_note": "x" * 10_000}, ("#/gift_note", "max_length")),
        ({"company": "Engines"}, ("#/company", "invalid")),
        ({"expected_total": TOTAL}, ("#/expected_total", "invalid")),
        (
            {"expected_total": {"amount_minor": "46399", "currency": "EUR"}},
            ("#/expected_total/amount_minor", "invalid"),
        ),
        ({"expected_total": {"amount_minor": -1, "currency": "EUR"}}, ("#/expected_total/amount_minor", "min_value")),
        ({"expected_total": {"amount_minor": 1, "currency": "XXX"}}, ("#/expected_total/currency", "invalid_choice")),
        ({"parcels": {}}, ("#/parcels", "not_a_list")),
        ({"parcels": [{"seller": "nobody", "carrier": "colissimo"}]}, ("#/parcels/0/seller", "unknown_seller")),
        ({"parcels": [{"carrier": "colissimo"}]}, ("#/parcels/0/seller", "required")),
        ({"parcels": [7]}, ("#/parcels/0", "invalid")),
    ],
)
def test_wrong_types_and_lengths_are_named_by_their_place(client, basket, changes, expected):
    response = order_with(client, basket, TOTAL, **changes)

    problem(response, 422, "invalid_body")
    assert errors_of(response) == [expected]
    assert nothing_was_ordered()


def test_a_parcel_waits_at_the_point_that_was_chosen(client, basket):
    seller = Listing.objects.get().seller.slug
    ways = call(client, "get", "/basket/delivery/", bearer=basket.token, postcode="75011").json()["parcels"][0]["ways"]
    way = next(way for way in ways if way["is_picked_up"])
    point = way["pickup_points"][0]
    total = TOTAL + way["price"]["amount_minor"]
    choice = {"seller": seller, "carrier": way["carrier"], "pickup_point": point["key"]}

    without = order_with(client, basket, total, parcels=[{**choice, "pickup_point": "nowhere"}])
    twice = order_with(client, basket, total, parcels=[choice, choice])
    placed = order_with(client, basket, total, parcels=[choice])

    assert errors_of(without) == [("#/parcels/0/pickup_point", "pick_up_point_missing")]
    assert errors_of(twice) == [("#/parcels/1/seller", "repeated")]
    assert placed.json()["lines"][0]["pickup_address"].startswith(point["name"])


@pytest.mark.usefixtures("noon")
def test_a_paid_line_is_cancelled_once(client):
    order = paid_order()
    path = f"/orders/{order.public_id}/lines/{order.lines.get().public_id}/cancellation/"

    done = call(client, "post", path, bearer=signed_key(order), key="c1")
    again = call(client, "post", path, bearer=signed_key(order))

    assert done.json()["lines"][0]["state"] == "cancelled"
    assert (done.json()["lines"][0]["can_cancel"], again.status_code) == (False, 409)


def test_an_order_whose_time_is_over_is_not_paid(client, basket, monkeypatch):
    order = place(basket)
    monkeypatch.setattr(clock, "now", lambda: order.reservation_expires_at)

    problem(call(client, "post", f"/orders/{order.public_id}/payment/", bearer=signed_key(order)), 409, "payment_over")


@pytest.mark.django_db(transaction=True)
def test_a_declined_payment_is_tried_again_and_paid(client, sandbox_provider):
    basket = make_basket([make_listing()])
    placed = order_with(client, basket, TOTAL).json()
    path, bearer = f"/orders/{placed['id']}", placed["key"]
    sandbox_provider.pay(placed["payment"]["redirect_url"], DECLINED)
    sandbox_provider.cancel(placed["payment"]["redirect_url"])

    again = call(client, "post", f"{path}/payment/", bearer=bearer).json()
    back = sandbox_provider.pay(again["payment"]["redirect_url"])
    # The bank sends the shopper into a browser that knows nothing of the order.
    address = back.headers["Location"].partition("://")[2]
    client.get(f"/{address.partition('/')[2]}")
    paid = call(client, "get", f"{path}/", bearer=bearer).json()

    assert again["payment"]["redirect_url"] != placed["payment"]["redirect_url"]
    assert (paid["state"], paid["payment"]["state"]) == ("paid", "captured")
    assert Order.objects.get().state == OrderState.PAID


def ordered_by_threads(basket, threads=20):
    """Order one basket with one key in many threads; return the answers and how often the work was done."""
    start = threading.Barrier(threads)
    answers, works = [], []
    place_and_pay = placement.place_and_pay

    def work(**facts):
        works.append(1)
        return place_and_pay(**facts)

    def run():
        start.wait()
        try:
            answers.append(order_with(Client(), basket, TOTAL, key="one"))
        finally:
            connections.close_all()

    running = [threading.Thread(target=run) for _ in range(threads)]
    with mock.patch.object(placement, "place_and_pay", work):
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    return answers, len(works)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_20_threads_with_one_key_place_one_order_and_pay_it_once():
    answers, works = ordered_by_threads(make_basket([make_listing(quantity=50)]))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_key_in_flight"}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert (Order.objects.count(), works) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_key_20_threads_all_go_to_the_provider():
    """Twin of the 20 threads: the basket's own lock still places one order, but the work is done again and again."""
    free = idempotency.Claim(0, uuid4())

    with mock.patch.object(idempotency, "claim", return_value=free):
        _answers, works = ordered_by_threads(make_basket([make_listing(quantity=50)]))

    assert Order.objects.count() == 1
    assert works > 1
