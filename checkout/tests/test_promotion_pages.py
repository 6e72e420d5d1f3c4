"""Codes as shoppers type them on the basket and checkout pages, and promotions as staff make and end them."""

import pytest
from django.contrib.auth.models import Group
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.groups import AGENT, OPERATOR
from backmarket.accounts.models import User
from backmarket.core.models import AuditEntry
from catalog.tests.factories import NOW, SellerFactory, make_listing
from checkout.models import Basket, Order, Promotion

from .factories import DETAILS, make_promotion, paid_order
from .test_basket_page import BASKET, add
from .test_checkout_page import fill_basket

pytestmark = pytest.mark.django_db
CODE = f"{BASKET}code/"
CHECKOUT = "/en-fr/checkout/"
NBSP = "\xa0"


def running(**facts):
    """A promotion that has started by the clock of the pages."""
    return make_promotion(starts_at=NOW.replace(year=2020), **facts)


def send(client, **data):
    basket = Basket.objects.get()
    return client.post(CHECKOUT, {**DETAILS, "basket": basket.token, "total_minor": "46399", **data})


def test_a_code_on_the_basket_page_shows_what_it_saves_on_which_line(client):
    running()
    add(client, make_listing())

    page = client.post(CODE, {"code": "hello 10"}, follow=True)

    assertContains(page, "HELLO10")
    assertContains(page, f"Welcome, saves 45,90{NBSP}€")
    assertContains(page, f"−45,90{NBSP}€ Welcome")
    assertContains(page, f"418,09{NBSP}€")


def test_a_wrong_code_is_told_at_the_field_and_kept_there(client):
    add(client, make_listing())

    page = client.post(CODE, {"code": "HELO10"})

    assert page.status_code == 422
    assertContains(page, "We do not know this code.", status_code=422)
    assertContains(page, 'value="HELO10"', status_code=422)
    assert Basket.objects.get().codes == []


def test_codes_cannot_be_guessed_by_trying_many(client):
    running()
    add(client, make_listing())
    for number in range(30):
        client.post(CODE, {"code": f"GUESS{number}"})

    page = client.post(CODE, {"code": "HELLO10"})

    assertContains(page, "These were many codes in a short time. Please come back in an hour.", status_code=422)
    assert Basket.objects.get().codes == []


@pytest.mark.parametrize("code", ["", "   ", "\0", "<script>", "A" * 5_000, "🎁🎁🎁"])
def test_absurd_codes_are_refused_in_words(client, code):
    add(client, make_listing())

    page = client.post(CODE, {"code": code, "add_code": "1"})

    assert page.status_code == 422
    assertNotContains(page, "<script>alert", status_code=422)


def test_a_code_can_be_taken_out_again(client):
    running()
    add(client, make_listing())
    client.post(CODE, {"code": "HELLO10"})

    page = client.post(CODE, {"remove_code": "HELLO10"}, follow=True)

    assertContains(page, f"463,99{NBSP}€")
    assert Basket.objects.get().codes == []


def test_a_code_below_its_minimum_stays_and_says_what_is_missing(client):
    running(minimum_minor=50_000)
    add(client, make_listing())

    page = client.post(CODE, {"code": "HELLO10"}, follow=True)

    assertContains(page, f"Add goods for 41,00{NBSP}€ more, then it applies.")
    assert Basket.objects.get().codes == ["HELLO10"]


def test_a_code_typed_at_checkout_changes_the_total_before_anything_is_paid(client):
    running()
    fill_basket(client)

    page = send(client, code="HELLO10", street="1 rue Neuve")

    assertContains(page, f"418,09{NBSP}€")
    assertContains(page, "1 rue Neuve")
    assert not Order.objects.exists()


def test_a_used_code_is_told_at_checkout_with_the_total_without_it(client):
    running(uses_per_shopper=1)
    fill_basket(client)
    client.post(CODE, {"code": "HELLO10"})
    basket = Basket.objects.get()
    Promotion.objects.get().redemptions.create(order=paid_order(), email=DETAILS["email"], redeemed_at=NOW)

    page = client.post(CHECKOUT, {**DETAILS, "basket": basket.token, "total_minor": "41809"})

    assertContains(page, "You have used this code already.", status_code=409)
    assertContains(page, f"463,99{NBSP}€", status_code=409)
    assert Order.objects.count() == 1


def operator(client, group=OPERATOR):
    user = User.objects.create_user("op@example.org", "long enough", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)


MAKE = "/admin/checkout/promotion/make/"
FACTS = {
    "market": "FR",
    "name": "Semaine verte",
    "code": "verte 15",
    "kind": "percent",
    "percent": "15",
    "cap": "30.00",
    "starts_at": "2026-11-20T08:00",
    "reason": "Green week",
}


def test_an_operator_sees_what_a_promotion_does_before_it_is_made(client):
    operator(client)
    make_listing()

    preview = client.post(MAKE, FACTS)

    assertContains(preview, "VERTE15")
    assertContains(preview, f"−30,00{NBSP}€" if "30,00" in preview.content.decode() else "−€30.00")
    assert not Promotion.objects.exists()

    made = client.post(MAKE, {**FACTS, "stage": "confirm"}, follow=True)

    promotion = Promotion.objects.get()
    assert (promotion.code, promotion.permille, promotion.cap_minor) == ("VERTE15", 150, 3_000)
    assertContains(made, "Green week")
    assert AuditEntry.objects.get(action="promotion made").reason == "Green week"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"percent": ""}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"kind": "amount"}, "amount"),
        ({"kind": "amount", "amount": "ten"}, "amount"),
        ({"cap": "-1"}, "cap"),
        ({"code": "é!"}, "code"),
        ({"seller_percent": "50"}, "seller"),
        ({"ends_at": "2026-11-19T08:00"}, "ends_at"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"reason": ""}, "reason"),
        ({"market": "XX"}, "market"),
    ],
)
def test_a_promotion_that_makes_no_sense_is_refused_at_its_field(client, facts, field):
    operator(client)

    page = client.post(MAKE, {**FACTS, **facts, "stage": "confirm"})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Promotion.objects.exists()


def test_a_seller_may_bear_a_part(client):
    operator(client)
    seller = SellerFactory.create()

    client.post(MAKE, {**FACTS, "seller": seller.pk, "seller_percent": "40", "stage": "confirm"})

    assert Promotion.objects.get().seller_permille == 400


def test_an_operator_ends_a_promotion_and_says_why(client):
    promotion = running()
    operator(client)

    page = client.post(f"/admin/checkout/promotion/{promotion.pk}/end/", {"reason": "Too dear"}, follow=True)

    promotion.refresh_from_db()
    assert promotion.ends_at is not None
    assertContains(page, "Too dear")
    assertNotContains(page, f"/admin/checkout/promotion/{promotion.pk}/end/")


@pytest.mark.parametrize("address", [MAKE, "/admin/checkout/promotion/1/end/"])
def test_nobody_else_makes_or_ends_promotions(client, address):
    operator(client, AGENT)

    assert client.post(address, FACTS).status_code == 404
    assert not Promotion.objects.exists()


def test_the_list_of_promotions_opens(client):
    running()
    operator(client)

    assertContains(client.get("/admin/checkout/promotion/"), "HELLO10")
