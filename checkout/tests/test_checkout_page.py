import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog.models import Listing, ListingMarket
from catalog.tests.factories import make_listing
from checkout.models import BasketLine, Order

from .factories import DETAILS

pytestmark = pytest.mark.django_db
CHECKOUT = "/en-fr/checkout/"
BASKET = "/en-fr/basket/"


def fill_basket(client, *listings, locale="en-fr"):
    for listing in listings or [make_listing()]:
        client.post(f"/{locale}/basket/add/", {"listing": listing.public_id, "quantity": "1"})


def send(client, *, locale="en-fr", **changes):
    """Fill in the page as it is shown and send it."""
    page = client.get(f"/{locale}/checkout/")
    view = page.context["view"]
    shown = {"basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}
    return client.post(f"/{locale}/checkout/", {**DETAILS, **shown, **changes})


def test_the_page_shows_parcels_delivery_choices_and_the_total(client):
    fill_basket(client, make_listing(), make_listing(price_minor=9_900))

    page = client.get(CHECKOUT)

    assertContains(page, "2 parcels")
    assertContains(page, "Chronopost")
    assertContains(page, "Pay 563,98\xa0€")


def test_an_empty_basket_has_no_checkout(client):
    assertRedirects(client.get(CHECKOUT), BASKET)


def test_choosing_express_changes_the_total_without_ordering(client):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, update="1", **{f"carrier-{listing.seller_id}": "chronopost"})

    assertContains(page, "Pay 473,89\xa0€")
    assertContains(page, "ada@example.org")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "ada", "Enter an e-mail address such as name@example.com."),
        ("email", "", "Enter your e-mail address."),
        ("phone", "12", "This is no phone number that can be called. An example: +33612345678"),
        ("phone", "", "Enter a number the carrier can reach you on."),
        ("first_name", "", "Enter your first name."),
        ("last_name", "", "Enter your last name."),
        ("last_name", "...", "Please enter letters or digits."),
        ("street", "", "Enter the street and the number."),
        ("street", "x" * 161, "Ensure this value has at most 160 characters (it has 161)."),
        ("street", "12 rue\x07", "This contains characters that cannot be printed on a label."),
        ("postcode", "", "Enter the postcode."),
        ("postcode", "7501", "“7501” is no postcode of France. It looks like 75011."),
        ("city", "", "Enter the town."),
        ("city", "\x00", "Null characters are not allowed."),
    ],
)
def test_each_field_says_what_is_wrong_and_keeps_what_was_typed(client, field, typed, said):
    fill_basket(client)

    page = send(client, **{field: typed})

    assert page.status_code == 422
    assert said in page.context["form"].errors[field]
    assertContains(page, "1 thing to put right before you pay", status_code=422)
    kept = "city" if field != "city" else "street"
    assertContains(page, f'value="{DETAILS[kept]}"', status_code=422)
    assert not Order.objects.exists()


def test_an_american_address_needs_its_state(client):
    fill_basket(client, make_listing(market="US", currency="USD", seller__markets=["US"]), locale="en-us")

    page = send(client, locale="en-us", phone="(201) 555-0123", postcode="10001", city="New York")

    assert page.context["form"].errors["region"] == ["Choose the state."]
    assert not Order.objects.exists()


def test_errors_are_said_in_the_shoppers_language(client):
    fill_basket(client, locale="fr-fr")

    page = send(client, locale="fr-fr", city="\x00")

    assert "Le caractère nul n’est pas autorisé." in page.context["form"].errors["city"]


def test_a_price_that_changed_between_page_and_button_leads_back_to_the_basket(client):
    fill_basket(client)
    page = client.get(CHECKOUT)
    shown = {"basket": str(page.context["view"].basket.token), "total_minor": "46399"}
    ListingMarket.objects.update(price_minor=46_900)

    answer = client.post(CHECKOUT, {**DETAILS, **shown}, follow=True)

    assertContains(answer, "Something in your basket has changed.")
    assertContains(answer, "The price went from 459,00\xa0€ to 469,00\xa0€")
    assert not Order.objects.exists()


def test_stock_that_went_between_page_and_button_is_said_before_anything_is_ordered(client):
    fill_basket(client, make_listing(), make_listing())
    page = client.get(CHECKOUT)
    view = page.context["view"]
    gone = view.items[0]
    Listing.objects.filter(pk=gone.quote.listing_id).update(quantity=0)

    answer = client.post(
        CHECKOUT,
        {**DETAILS, "basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)},
        follow=True,
    )

    assertRedirects(answer, f"{CHECKOUT}left/")
    assertContains(answer, "Sold out at")
    assert not Order.objects.exists()
    assert not BasketLine.objects.filter(is_gone=True).exists()


@pytest.mark.parametrize("total", ["1", "-1", "abc", "", "9" * 30])
def test_a_forged_total_buys_nothing(client, total):
    fill_basket(client)

    page = send(client, total_minor=total)

    assertContains(page, "It comes to 463,99\xa0€ now", status_code=409)
    assert not Order.objects.exists()


@pytest.mark.parametrize("token", ["", "abc", "00000000-0000-0000-0000-000000000000"])
def test_a_forged_basket_buys_nothing(client, token):
    fill_basket(client)

    assertRedirects(send(client, basket=token), BASKET)
    assert not Order.objects.exists()


def test_anothers_basket_cannot_be_bought(client):
    other = Client()
    fill_basket(other)
    token = str(other.get(CHECKOUT).context["view"].basket.token)
    fill_basket(client)

    assertRedirects(send(client, basket=token), BASKET)
    assert not Order.objects.exists()


def test_express_chosen_without_counting_again_shows_the_new_total_before_anything_is_ordered(client):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, **{f"carrier-{listing.seller_id}": "chronopost"})

    assertContains(page, "It comes to 473,89\xa0€ now", status_code=409)
    assertContains(page, 'value="ada@example.org"', status_code=409)
    assert not Order.objects.exists()


def test_a_session_that_ended_says_so_and_orders_nothing(client):
    fill_basket(client)
    page = client.get(CHECKOUT)
    shown = {"basket": str(page.context["view"].basket.token), "total_minor": "46399"}
    client.cookies.clear()

    answer = client.post(CHECKOUT, {**DETAILS, **shown}, follow=True)

    assertContains(answer, "Your session ended or your basket changed meanwhile.")
    assert not Order.objects.exists()


def test_another_market_in_mid_checkout_leads_back_to_the_basket_of_the_first(client):
    fill_basket(client)
    page = client.get(CHECKOUT)
    shown = {"basket": str(page.context["view"].basket.token), "total_minor": "46399"}

    seen = client.get("/de-de/checkout/")
    sent = client.post("/en-de/checkout/", {**DETAILS, **shown})

    assertContains(seen, 'href="/fr-fr/checkout/"')
    assertContains(sent, "Your basket is in France", status_code=409)
    assertContains(sent, 'href="/en-fr/checkout/"', status_code=409)
    assert not Order.objects.exists()


def test_what_belongs_to_a_person_goes_along_into_another_market_and_the_address_does_not(client):
    fill_basket(client)
    send(client, update="1")
    fill_basket(client, make_listing(market="DE", seller__markets=["DE"]), locale="en-de")

    form = client.get("/en-de/checkout/").context["form"]

    assert form["first_name"].value() == "Ada"
    assert form["postcode"].value() is None


def test_each_step_is_ticked_once_it_is_complete(client):
    fill_basket(client)

    empty = client.get(CHECKOUT).context["page"]
    contact = send(client, update="1", street="").context["page"]
    all_done = send(client, update="1").context["page"]

    assert (empty.contact_done, empty.address_done, empty.delivery_done) == (False, False, True)
    assert (contact.contact_done, contact.address_done) == (True, False)
    assert (all_done.contact_done, all_done.address_done, all_done.delivery_done) == (True, True, True)


def test_counting_again_in_place_answers_only_what_changes(client):
    listing = make_listing()
    fill_basket(client, listing)
    page = client.get(CHECKOUT)
    shown = {"basket": str(page.context["view"].basket.token), "update": "1"}

    part = client.post(
        CHECKOUT,
        {**DETAILS, **shown, f"carrier-{listing.seller_id}": "chronopost"},
        headers={"X-Requested-With": "swap"},
    )

    assertContains(part, "Pay 473,89\xa0€")
    assertNotContains(part, "<html")
    assertNotContains(part, 'name="email"')


def test_an_unknown_carrier_falls_back_to_the_markets_first(client):
    listing = make_listing()
    fill_basket(client, listing)

    page = send(client, update="1", **{f"carrier-{listing.seller_id}": "pigeon", "carrier-abc": "x"})

    assertContains(page, "Pay 463,99\xa0€")


def test_the_page_asks_the_database_as_often_for_ten_items_as_for_one(client, django_assert_max_num_queries):
    fill_basket(client, *[make_listing() for _ in range(10)])
    client.get(CHECKOUT)

    with django_assert_max_num_queries(8):
        client.get(CHECKOUT)
