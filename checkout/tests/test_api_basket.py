"""The API of buying: baskets."""

from datetime import timedelta
from uuid import uuid4

import pytest

from backmarket.core import clock
from catalog.models import Listing, ListingMarket
from catalog.tests.api import problem, wrong
from catalog.tests.factories import NOW, CategoryFactory, ProductModelFactory, SkuFactory, make_listing
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine

from .api import BUYING, call, errors_of
from .factories import make_basket, make_promotion, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def basket():
    return make_basket([make_listing(quantity=5)])


def make_cable(**fields):
    """Put an accessory on sale: several units of it are one line."""
    product = ProductModelFactory(category=CategoryFactory(key="cables"))
    return make_listing(sku=SkuFactory(product=product), **{"price_minor": 1_900, "quantity": 20, **fields})


def test_a_guest_opens_a_basket_and_fills_it(client):
    listing = make_listing()

    opened = call(client, "post", "/baskets/")
    token = opened.json()["token"]
    filled = call(client, "post", "/basket/lines/", {"listing": str(listing.public_id)}, bearer=token)

    assert (opened.status_code, filled.status_code) == (201, 200)
    assert opened["Cache-Control"] == "private, no-store"
    body = filled.json()
    (item,) = body["parcels"][0]["items"]
    assert item["device"]["listing"] == str(listing.public_id)
    assert (item["quantity"], item["buyable"], item["changes"]) == (1, 1, [])
    assert body["totals"]["total"] == {"amount_minor": 46_399, "currency": "EUR", "text": "463,99\xa0€"}
    assert "sessionid" not in client.cookies


def test_a_basket_says_everything_that_changed_and_looking_changes_nothing(client, basket):
    BasketLine.objects.update(quantity=3, has_protection=True)
    Listing.objects.update(quantity=2)
    ListingMarket.objects.update(price_minor=46_900)

    first = call(client, "get", "/basket/", bearer=basket.token).json()
    again = call(client, "get", "/basket/", bearer=basket.token).json()

    item = first["parcels"][0]["items"][0]
    assert item["changes"][:2] == ["price", "fewer_left"]
    assert (item["quantity"], item["buyable"], item["price_was"]["amount_minor"]) == (3, 2, 45_900)
    assert first["is_changed"] is True
    assert again == first


def test_what_the_shopper_took_note_of_is_not_said_again(client, basket):
    ListingMarket.objects.update(price_minor=46_900)
    version = call(client, "get", "/basket/", bearer=basket.token).json()["version"]

    noted = call(client, "post", "/basket/changes/", {"version": version}, bearer=basket.token).json()

    assert noted["is_changed"] is False
    assert BasketLine.objects.get().price_seen_minor == 46_900


def test_a_change_that_came_after_looking_is_said_before_it_is_taken_note_of(client, basket):
    version = call(client, "get", "/basket/", bearer=basket.token).json()["version"]
    ListingMarket.objects.update(price_minor=46_900)

    refused = call(client, "post", "/basket/changes/", {"version": version}, bearer=basket.token)

    body = problem(refused, 409, "basket_changed")
    assert body["basket"]["parcels"][0]["items"][0]["price_was"]["amount_minor"] == 45_900
    assert errors_of(refused) == [("#/version", "basket_changed")]
    assert BasketLine.objects.get().price_seen_minor == 45_900


def test_lines_are_changed_saved_protected_and_taken_out(client, basket):
    listing = BasketLine.objects.get().listing
    path = f"/basket/lines/{listing.public_id}/"

    more = call(client, "patch", path, {"quantity": 2, "has_protection": True}, bearer=basket.token).json()
    saved = call(client, "patch", path, {"is_saved": True}, bearer=basket.token).json()
    back = call(client, "patch", path, {"is_saved": False}, bearer=basket.token).json()
    gone = call(client, "delete", path, bearer=basket.token).json()

    item = more["parcels"][0]["items"][0]
    assert (item["quantity"], item["has_protection"]) == (2, True)
    assert more["totals"]["protection"]["amount_minor"] > 0
    assert (saved["parcels"], saved["saved"][0]["device"]["listing"]) == ([], str(listing.public_id))
    assert (len(back["parcels"]), back["saved"]) == (1, [])
    assert (gone["parcels"], gone["count"]) == ([], 0)


def test_a_line_that_is_refused_in_part_is_not_changed_at_all(client):
    cable = make_cable()
    basket = make_basket([cable])

    refused = call(
        client,
        "patch",
        f"/basket/lines/{cable.public_id}/",
        {"quantity": 2, "has_protection": True},
        bearer=basket.token,
    )

    problem(refused, 422, "protection_not_offered")
    assert errors_of(refused) == [("#/has_protection", "protection_not_offered")]
    assert BasketLine.objects.get().quantity == 1


def test_what_is_gone_stays_with_its_reason(client, basket):
    Listing.objects.update(quantity=0)

    body = call(client, "get", "/basket/", bearer=basket.token).json()

    assert [(gone["is_sold_out"], gone["is_news"]) for gone in body["gone"]] == [(True, True)]
    assert body["gone"][0]["device"]["listing"] == str(Listing.objects.get().public_id)


def test_what_is_no_longer_sold_in_this_market_has_its_name_still(client, basket):
    ListingMarket.objects.all().delete()

    body = call(client, "get", "/basket/", bearer=basket.token).json()

    listing = Listing.objects.get()
    assert body["gone"][0]["device"]["listing"] == str(listing.public_id)
    assert body["gone"][0]["device"]["seller"] == listing.seller.slug


def test_a_parcel_can_be_counted_with_another_carrier(client, basket):
    seller = Listing.objects.get().seller.slug

    body = call(client, "get", "/basket/", bearer=basket.token, carrier=f"{seller}:chronopost").json()

    assert body["parcels"][0]["carrier"] == "chronopost"
    assert body["totals"]["shipping"]["amount_minor"] > 0


@pytest.mark.parametrize("asked", ["nobody:chronopost", "{seller}:pigeon", "chronopost", ":", "x" * 10_000])
def test_a_wrong_carrier_is_named(client, basket, asked):
    asked = asked.format(seller=Listing.objects.get().seller.slug)

    response = call(client, "get", "/basket/", bearer=basket.token, carrier=asked)

    assert wrong(response)[0][0] == "carrier"


def test_delivery_names_carriers_days_and_pick_up_points(client, basket):
    body = call(client, "get", "/basket/delivery/", bearer=basket.token, postcode="75011").json()

    (parcel,) = body["parcels"]
    ways = {way["carrier"]: way for way in parcel["ways"]}
    assert ways["chronopost"]["is_express"] is True
    assert ways["colissimo"]["window"]["earliest_date"] <= ways["colissimo"]["window"]["latest_date"]
    (picked_up,) = [way for way in parcel["ways"] if way["is_picked_up"]]
    assert picked_up["pickup_points"][0]["postcode"].startswith("75")


def test_a_wrong_postcode_is_named_in_the_callers_language(client, basket):
    response = call(client, "get", "/basket/delivery/", bearer=basket.token, postcode="ABC", language="fr")

    assert wrong(response) == [("postcode", "invalid_postcode")]
    assert response["Content-Language"] == "fr-fr"


def test_a_shared_link_opens_in_the_shop(client, basket):
    response = call(client, "post", "/basket/share/", bearer=basket.token)

    assert response.status_code == 201
    path = response.json()["url"].partition("://")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 200


@pytest.mark.parametrize("bearer", [uuid4(), "x", "00000000-0000-0000-0000-000000000000", "a" * 400, "../x"])
def test_a_forged_token_answers_that_there_is_no_such_basket(client, basket, bearer):
    problem(call(client, "get", "/basket/", bearer=bearer), 404, "basket_missing")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer é", f"Bearer {'a' * 10_000}"])
def test_without_a_token_a_key_is_asked_for(client, header):
    headers = {} if header is None else {"Authorization": header}

    response = client.get(f"{BUYING}/basket/?market=FR", headers=headers)

    problem(response, 401, "credentials_missing")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_basket_of_another_market_or_of_an_account_is_not_found(client, basket, django_user_model):
    owned = make_basket([], user=django_user_model.objects.create_user(email="ada@example.org"))

    problem(call(client, "get", "/basket/", bearer=basket.token, market="DE"), 404, "basket_missing")
    problem(call(client, "get", "/basket/", bearer=owned.token), 404, "basket_missing")


def test_an_ordered_basket_is_closed(client, basket):
    place(basket)

    response = call(client, "get", "/basket/", bearer=basket.token)

    problem(response, 409, "basket_closed")
    assert Basket.objects.get().state == BasketState.ORDERED


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("#/listing", "required")]),
        ({"listing": "x"}, [("#/listing", "invalid")]),
        ({"listing": 7}, [("#/listing", "invalid")]),
        ({"listing": None}, [("#/listing", "null")]),
        ({"listing": "x" * 10_000}, [("#/listing", "invalid")]),
        ({"listing": str(uuid4()), "quantity": "2"}, [("#/quantity", "invalid")]),
        ({"listing": str(uuid4()), "quantity": 1.5}, [("#/quantity", "invalid")]),
        ({"listing": str(uuid4()), "quantity": True}, [("#/quantity", "invalid")]),
        ({"listing": str(uuid4()), "quantity": 0}, [("#/quantity", "min_value")]),
        ({"listing": str(uuid4()), "quantity": 10**30}, [("#/quantity", "max_value")]),
        ({"listing": str(uuid4()), "has_protection": 1}, [("#/has_protection", "invalid")]),
        ({"listing": str(uuid4()), "amount": 1}, [("#/amount", "unknown_field")]),
        ({"listing": str(uuid4()), "a/b~c": 1}, [("#/a~1b~0c", "unknown_field")]),
        ([], [("#", "invalid")]),
        ('"text"', [("#", "invalid")]),
    ],
)
def test_wrong_fields_are_named_by_their_place(client, basket, body, expected):
    response = call(client, "post", "/basket/lines/", body, bearer=basket.token)

    problem(response, 422, "invalid_body")
    assert errors_of(response) == expected
    assert BasketLine.objects.count() == 1


@pytest.mark.parametrize(
    "raw", ["{", "", "\xff", "[" * 60_000, '{"quantity": NaN}', '{"a":' * 500 + "1" + "}" * 500, "1" * 5_000]
)
def test_what_is_no_json_is_a_wrong_request(client, basket, raw):
    headers = {"Authorization": f"Bearer {basket.token}"}
    data = raw.encode("latin-1")

    response = client.post(
        f"{BUYING}/basket/lines/?market=FR", data=data, content_type="application/json", headers=headers
    )

    assert response.status_code in (400, 422)
    assert response.json()["code"] in ("invalid_json", "invalid_body")


def test_a_lone_half_of_a_character_is_refused_at_its_field(client, basket):
    response = client.post(
        f"{BUYING}/basket/changes/?market=FR",
        data=rb'{"version": "\ud800"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {basket.token}"},
    )

    assert errors_of(response) == [("#/version", "surrogate_characters_not_allowed")]


def test_a_form_or_a_huge_body_is_refused(client, basket):
    headers = {"Authorization": f"Bearer {basket.token}"}

    form = client.post(f"{BUYING}/basket/lines/?market=FR", {"listing": "x"}, headers=headers)
    huge = call(client, "post", "/basket/lines/", {"listing": "x" * 70_000}, bearer=basket.token)

    problem(form, 415, "unsupported_media_type")
    problem(huge, 413, "too_large")


def test_an_unknown_listing_is_not_for_sale(client, basket):
    response = call(client, "post", "/basket/lines/", {"listing": str(uuid4())}, bearer=basket.token)

    problem(response, 409, "not_for_sale")
    assert errors_of(response) == [("#/listing", "not_for_sale")]


def test_a_line_that_is_not_there_is_not_found(client, basket):
    other = make_listing()

    response = call(client, "patch", f"/basket/lines/{other.public_id}/", {"quantity": 2}, bearer=basket.token)

    problem(response, 404, "basket_line_missing")


def test_a_retry_with_its_key_adds_nothing(client):
    cable = make_cable()
    basket = make_basket([])
    body = {"listing": str(cable.public_id), "quantity": 2}

    first = call(client, "post", "/basket/lines/", body, bearer=basket.token, key="k1")
    again = call(client, "post", "/basket/lines/", body, bearer=basket.token, key="k1")
    altered = call(client, "post", "/basket/lines/", {**body, "quantity": 3}, bearer=basket.token, key="k1")

    assert first.json() == again.json()
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    problem(altered, 422, "idempotency_key_reused")
    assert BasketLine.objects.get().quantity == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_a_wrong_key_is_refused(client, basket, key):
    response = call(client, "post", "/basket/share/", bearer=basket.token, key=key)

    problem(response, 400, "idempotency_key_invalid")


def test_another_baskets_key_says_nothing_of_this_one(client, basket):
    other = make_basket([])
    call(client, "post", "/basket/share/", bearer=basket.token, key="same")

    response = call(client, "post", "/basket/share/", bearer=other.token, key="same")

    problem(response, 409, "basket_nothing_to_share")


def test_making_things_has_its_own_limit(client, settings):
    settings.API_WRITES_A_MINUTE = 1

    first, second = call(client, "post", "/baskets/"), call(client, "post", "/baskets/")

    assert first.status_code == 201
    problem(second, 429, "too_many_requests")
    assert second["Retry-After"]
    assert Basket.objects.count() == 1


def test_other_origins_may_buy_but_bring_no_cookie(client):
    response = client.options(f"{BUYING}/basket/lines/?market=FR")

    assert response["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert "Idempotency-Key" in response["Access-Control-Allow-Headers"]
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response


def test_a_full_basket_is_read_with_as_few_queries_as_a_small_one(client, django_assert_num_queries):
    seller = make_listing().seller
    basket = make_basket([make_listing(seller=seller) for _ in range(5)] + [make_listing() for _ in range(5)])

    with django_assert_num_queries(4):
        body = call(client, "get", "/basket/", bearer=basket.token).json()

    assert len(body["parcels"]) == 6


def test_old_arrivals_are_said(client, basket):
    BasketLine.objects.update(arrival_seen_date=(NOW - timedelta(days=1)).date(), carrier_seen="colissimo")

    body = call(client, "get", "/basket/", bearer=basket.token).json()

    assert body["parcels"][0]["arrival_was"] == str((NOW - timedelta(days=1)).date())


def test_a_code_saves_and_is_taken_out(client, basket):
    make_promotion(code="TEN")

    entered = call(client, "post", "/basket/codes/", {"code": " ten "}, bearer=basket.token).json()
    taken = call(client, "delete", "/basket/codes/TEN/", bearer=basket.token).json()

    assert [(code["code"], code["refusal"]) for code in entered["codes"]] == [("TEN", None)]
    assert entered["totals"]["discount"]["amount_minor"] == 4_590
    assert (taken["codes"], taken["totals"]["discount"]["amount_minor"]) == ([], 0)


def test_a_code_that_nobody_knows_is_refused_at_its_field(client, basket):
    response = call(client, "post", "/basket/codes/", {"code": "NOPE"}, bearer=basket.token)

    problem(response, 422, "promotion_code_refused")
    assert errors_of(response) == [("#/code", "promotion_code_refused")]
