"""Gift cards and credit at checkout: they lower what the card pays, never the total, and pay once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.models import User
from backmarket.core import clock, outbox
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from backmarket.notify.models import Message
from catalog.services import stock
from catalog.tests.factories import NOW, make_listing
from checkout.enums import CancelledBy, LineState, OrderState
from checkout.flows import placement, refunds
from checkout.models import Basket, Order
from checkout.rules.tenders import share_out
from checkout.selectors.orders import signed_key
from checkout.services import tenders
from checkout.services.placement import copy_basket
from checkout.services.tenders import DueDiffersError, TooManyGiftCardsError
from checkout.web.gifts import CARDS_AN_HOUR
from payments.models import GiftCard, Payment, Refund, StoredValueHold
from payments.providers.base import ProviderRefund, Truth
from payments.selectors.checks import differences
from payments.selectors.stored_value import available
from payments.services import gift_cards, stored_value
from payments.services import refunds as payment_refunds

from .api import call, order_with
from .factories import ACTOR, make_basket, make_buyer, place
from .test_checkout_page import CHECKOUT, fill_basket, send
from .test_journey import path_of, taken

TOTAL = 46_399
FINANCE = Actor("user", "finance@example.test", 7)


def gift(minor: int, *, days: int | None = None, currency: str = "EUR") -> tuple[GiftCard, str]:
    return gift_cards.issue_gift_card(
        amount=Money(minor, currency),
        reason="contest",
        expires_at=NOW + timedelta(days=days) if days is not None else None,
        actor=FINANCE,
        key=uuid4().hex,
        now=NOW,
    )


def credit(user, minor: int) -> None:
    gift_cards.grant_credit(
        owner=f"user:{user.pk}", amount=Money(minor, "EUR"), reason="late", actor=FINANCE, key=uuid4().hex, now=NOW
    )


def left(owner: str) -> int:
    return available([owner], "EUR")[owner].amount_minor


def use(client, **pressed):
    """Press a button of the checkout page."""
    return client.post(CHECKOUT, {"basket": str(Basket.objects.get().token), **pressed})


def send_as_shown(client):
    view = client.get(CHECKOUT).context["view"]
    return send(client, due_minor=str(view.tenders.due.amount_minor))


@given(total=st.integers(0, 10**9), sources=st.lists(st.integers(0, 10**8), max_size=6))
def test_what_each_pays_sums_to_the_total_or_all_there_is(total, sources):
    parts = share_out(Money(total, "EUR"), [Money(source, "EUR") for source in sources])

    minors = [part.amount_minor for part in parts]
    assert sum(minors) == min(total, sum(sources))
    assert all(0 <= part <= source for part, source in zip(minors, sources, strict=True))
    # A source is used only when those before it are used up.
    assert all(minors[n] == sources[n] or not any(minors[n + 1 :]) for n in range(len(minors)))


@pytest.mark.django_db(transaction=True)
def test_a_gift_card_pays_a_part_and_the_card_the_rest(client, sandbox_provider):
    card, code = gift(10_000)
    fill_basket(client)

    page = use(client, add_gift="1", gift_code=code.lower())
    back = sandbox_provider.pay(send_as_shown(client)["Location"])
    order_page = client.get(path_of(back.headers["Location"]), follow=True)
    outbox.drain(now=clock.now())

    order = Order.objects.get()
    assertContains(page, "By card")
    assertContains(page, "Pay 363,99\xa0€")
    assertContains(order_page, f"Gift card •••• {card.last4}")
    assert (order.state, order.total_minor, order.credit_minor) == (OrderState.PAID, TOTAL, 10_000)
    assert taken(sandbox_provider, order) == [36_399]
    assert left(card.owner) == 0
    assert list(differences()) == []
    mail = Message.objects.get(kind="order_confirmed")
    assert f"Gift card •••• {card.last4}: −100,00" in mail.text
    assert code not in mail.text + mail.html + order_page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_order_paid_in_full_by_a_gift_card_needs_no_card_page_and_is_placed_once(client):
    card, code = gift(50_000)
    fill_basket(client)
    page = use(client, add_gift="1", gift_code=code)
    token = str(Basket.objects.get().token)

    answers = [send_as_shown(client), client.post(CHECKOUT, {"basket": token})]

    order = Order.objects.get()
    assertContains(page, "Place the order")
    assertContains(page, "36,01\xa0€ stay on it")
    for answer in answers:
        assertRedirects(answer, f"/en-fr/checkout/return/{order.public_id}/", fetch_redirect_response=False)
    assert (order.state, order.due) == (OrderState.PAID, Money(0, "EUR"))
    assert not Payment.objects.exists()
    assert left(card.owner) == 50_000 - TOTAL
    assert [line.state for line in order.lines.all()] == [LineState.PAID]


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_a_covered_order_is_settled_is_made_good_by_the_sweep():
    card, _ = gift(50_000)
    order = place(make_basket([make_listing()], gift_cards=[card.public_id]))
    assert (order.state, left(card.owner)) == (OrderState.PENDING_PAYMENT, 50_000 - TOTAL)

    placement.expire_unpaid(now=NOW + timedelta(minutes=16))
    placement.settle_payment(order_id=order.pk, now=NOW + timedelta(minutes=17))

    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert left(card.owner) == 50_000 - TOTAL
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_not_paid_in_time_frees_what_it_held(client, sandbox_provider):
    card, code = gift(10_000)
    fill_basket(client)
    use(client, add_gift="1", gift_code=code)
    send_as_shown(client)
    order = Order.objects.get()
    assert left(card.owner) == 0

    placement.expire_unpaid(now=order.reservation_expires_at)

    order.refresh_from_db()
    assert (order.state, left(card.owner)) == (OrderState.UNPAID, 10_000)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_spent_elsewhere", [False, True])
def test_money_that_comes_late_buys_only_if_the_gift_card_still_pays_its_part(
    client, sandbox_provider, is_spent_elsewhere
):
    card, code = gift(10_000)
    listing = make_listing(quantity=2)
    fill_basket(client, listing)
    use(client, add_gift="1", gift_code=code)
    card_page = send_as_shown(client)["Location"]
    order = Order.objects.get()
    stock.release(reference=order.reference, now=clock.now())
    stored_value.free(reference=order.reference)
    if is_spent_elsewhere:
        stored_value.hold(reference="order:other", wants=[(card.owner, Money(1, "EUR"))], now=clock.now())
    sandbox_provider.pay(card_page)

    for _ in range(2):
        placement.settle_payment(order_id=order.pk, now=clock.now())

    order.refresh_from_db()
    listing.refresh_from_db()
    if is_spent_elsewhere:
        assert (order.state, left(card.owner)) == (OrderState.UNPAID, 9_999)
        assert Refund.objects.get().amount_minor == 36_399
        assert (listing.quantity, listing.reserved) == (2, 0)
    else:
        assert (order.state, left(card.owner)) == (OrderState.PAID, 0)
        assert (listing.quantity, listing.reserved) == (1, 0)
        assert not Refund.objects.exists()
    assert list(differences()) == []


@pytest.mark.django_db
def test_a_card_that_was_spent_or_blocked_since_the_page_was_shown_places_nothing(client):
    card, code = gift(10_000)
    fill_basket(client)
    use(client, add_gift="1", gift_code=code)
    due = client.get(CHECKOUT).context["view"].tenders.due.amount_minor
    gift_cards.set_blocked(card_id=card.public_id, is_blocked=True, reason="theft", actor=FINANCE, now=NOW)

    page = send(client, due_minor=str(due))

    assertContains(page, "It comes to", status_code=409)
    assertContains(page, "cannot be used any more", status_code=409)
    assert not Order.objects.exists()
    with pytest.raises(DueDiffersError):
        placement.place_and_pay(
            basket_id=Basket.objects.get().pk, carriers={}, expected_total=Money(TOTAL, "EUR"),
            expected_due=Money(due, "EUR"), user_id=None, locale="en-fr", actor=ACTOR, now=NOW,
            buyer=make_buyer(),
        )  # fmt: skip
    assert not (Order.objects.exists())
    assert not (StoredValueHold.objects.exists())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the 16 characters"),
        ("ABCD-EFGH", "We do not know this gift card"),
        ("2345-6789-ABCD-EFGH", "We do not know this gift card"),
        ("💳", "We do not know this gift card"),
    ],
)
def test_a_wrong_code_is_named_and_typed_details_stay(client, typed, said):
    fill_basket(client)

    page = use(client, add_gift="1", gift_code=typed, first_name="Ada")

    assertContains(page, said, status_code=422)
    assertContains(page, 'value="Ada"', status_code=422)
    assert Basket.objects.get().gift_cards == []


@pytest.mark.django_db
def test_cards_of_another_currency_expired_or_empty_are_refused(client):
    fill_basket(client)
    pounds, expired = gift(100, currency="GBP")[1], gift(100, days=0)[1]
    empty, empty_code = gift(100)
    stored_value.hold(reference="order:x", wants=[(empty.owner, Money(100, "EUR"))], now=NOW)

    said = [use(client, add_gift="1", gift_code=code).content.decode() for code in (pounds, expired, empty_code)]

    assert "We do not know this gift card" in said[0]
    assert "This gift card has expired" in said[1]
    assert "Nothing is left on this gift card" in said[2]


@pytest.mark.django_db
def test_gift_cards_cannot_be_found_by_trying_many(client):
    fill_basket(client)
    code = gift(100)[1]
    for _ in range(CARDS_AN_HOUR):
        use(client, add_gift="1", gift_code="2345-6789-ABCD-EFGH")

    page = use(client, add_gift="1", gift_code=code)

    assertContains(page, "many gift cards in a short time", status_code=422)
    assert Basket.objects.get().gift_cards == []
    cache.clear()
    assert use(client, add_gift="1", gift_code=code).status_code == 200


@pytest.mark.django_db
def test_five_cards_at_most_each_once_and_any_can_be_taken_out(client):
    fill_basket(client)
    basket = Basket.objects.get()
    cards = [gift(100) for _ in range(6)]
    for _card, code in [*cards[:5], cards[0]]:
        tenders.enter_gift_card(basket_id=basket.pk, text=code, now=NOW)

    with pytest.raises(TooManyGiftCardsError):
        tenders.enter_gift_card(basket_id=basket.pk, text=cards[5][1], now=NOW)
    use(client, remove_gift=str(cards[0][0].public_id))
    use(client, remove_gift="nonsense")

    basket.refresh_from_db()
    assert basket.gift_cards == [card.public_id for card, _code in cards[1:5]]


@pytest.mark.django_db
def test_credit_is_offered_to_its_owner_and_pays_when_it_is_to(client):
    user = User.objects.create_user("ada@example.org", "x")
    credit(user, 5_000)
    credit(User.objects.create_user("eve@example.org", "x"), 9_900)
    client.force_login(user)
    fill_basket(client)

    offered = client.get(CHECKOUT)
    used = use(client, use_credit="1")
    kept = use(client, keep_credit="1")

    assertContains(offered, "Pay 463,99\xa0€")
    assertContains(offered, "50,00\xa0€")
    assertNotContains(offered, "99,00\xa0€")
    assertContains(used, "Pay 413,99\xa0€")
    assertContains(kept, "Pay 463,99\xa0€")


@pytest.mark.django_db
def test_a_guest_has_no_credit_whatever_they_send(client):
    credit(User.objects.create_user("ada@example.org", "x"), 5_000)
    fill_basket(client)

    page = use(client, use_credit="1")

    assertContains(page, "Pay 463,99\xa0€")
    assert place(Basket.objects.get()).credit_minor == 0


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_line_goes_back_to_the_card_first_then_to_the_gift_card(client, sandbox_provider):
    card, code = gift(10_000)
    fill_basket(client)
    use(client, add_gift="1", gift_code=code)
    back = sandbox_provider.pay(send_as_shown(client)["Location"])
    client.get(path_of(back.headers["Location"]))
    order = Order.objects.get()

    refund = refunds.cancel_line(
        line_id=order.lines.get().pk, by=CancelledBy.SHOPPER, reason="mind", actor=ACTOR, now=clock.now()
    )
    assert left(card.owner) == 0
    truth = ProviderRefund("re_1", Truth.SUCCEEDED)
    payment_refunds.record_truth(refund_id=refund.public_id, truth=truth, now=clock.now())
    outbox.drain(now=clock.now())
    page = client.get(order.get_absolute_url())

    stored = Refund.objects.get(public_id=refund.public_id)
    assert (stored.amount_minor, stored.credit_minor) == (TOTAL, 10_000)
    assert sandbox_provider.objects("refunds", stored.public_id)[0]["amount"] == 36_399
    assert left(card.owner) == 10_000
    assertContains(page, "363,99\xa0€ were sent back to your card")
    assertContains(page, "100,00\xa0€ are back on your gift card or credit")
    assert "first to your card" in Message.objects.get(kind="line_cancelled").text
    assert list(differences()) == []


@pytest.mark.django_db
def test_a_gift_card_becomes_credit_of_the_account_which_only_its_owner_sees(client):
    ada, eve = (User.objects.create_user(f"{name}@example.org", "x") for name in ("ada", "eve"))
    card, code = gift(2_500)
    redeem = "/en-fr/checkout/credit/redeem/"
    assert client.post(redeem, {"gift_code": code}).status_code == 302
    assert left(card.owner) == 2_500
    client.force_login(ada)

    page = client.post(redeem, {"gift_code": code}, follow=True)
    again = client.post(redeem, {"gift_code": code}, follow=True)
    wrong = client.post(redeem, {"gift_code": "x" * 500}, follow=True)
    client.force_login(eve)
    other = client.get("/en-fr/account/")

    assertContains(page, "25,00\xa0€ were added to your credit")
    assertContains(page, "From a gift card")
    assertContains(again, "Nothing is left on this gift card")
    assertContains(wrong, "We do not know this gift card")
    assertNotContains(other, "25,00\xa0€")
    assert (left(card.owner), left(f"user:{ada.pk}")) == (0, 2_500)


@pytest.mark.django_db
def test_an_unpaid_order_puts_its_gift_cards_back_into_the_basket(client):
    card, code = gift(10_000)
    fill_basket(client)
    use(client, add_gift="1", gift_code=code)
    order = place(Basket.objects.get())

    basket = copy_basket(order, guest_token=None, now=NOW)

    assert basket is not None
    assert basket.gift_cards == [card.public_id]


@pytest.mark.django_db
def test_the_api_takes_gift_cards_and_says_what_is_due(client):
    basket = make_basket([make_listing()])
    card, code = gift(10_000)

    body = call(client, "post", "/basket/gift-cards/", {"code": code}, bearer=basket.token).json()
    unknown = call(client, "post", "/basket/gift-cards/", {"code": "2345"}, bearer=basket.token)
    wrong_due = order_with(client, basket, TOTAL, expected_due={"amount_minor": 1, "currency": "EUR"})
    emptied = call(client, "delete", f"/basket/gift-cards/{card.public_id}/", bearer=basket.token).json()

    assert [(one["last4"], one["amount"]["amount_minor"]) for one in body["gift_cards"]] == [(card.last4, 10_000)]
    assert (body["due"]["amount_minor"], body["totals"]["total"]["amount_minor"]) == (36_399, TOTAL)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "gift_card_unknown")
    assert (wrong_due.status_code, wrong_due.json()["code"]) == (409, "due_differs")
    assert (emptied["gift_cards"], emptied["due"]["amount_minor"]) == ([], TOTAL)
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_order_of_the_api_that_a_gift_card_covers_has_no_payment(client):
    basket = make_basket([make_listing()])
    code = gift(50_000)[1]
    call(client, "post", "/basket/gift-cards/", {"code": code}, bearer=basket.token)

    body = order_with(client, basket, TOTAL, expected_due={"amount_minor": 0, "currency": "EUR"}).json()

    order = Order.objects.get()
    assert (body["state"], body["payment"], body["due"]["amount_minor"]) == ("paid", None, 0)
    assert body["credit"]["amount_minor"] == TOTAL
    again = call(client, "get", f"/orders/{order.public_id}/", bearer=signed_key(order)).json()
    assert (again["state"], again["payment"]) == ("paid", None)
