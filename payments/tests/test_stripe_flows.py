"""Payments and refunds by Stripe whose answers get lost: found out, never sent twice (M5)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from stripe import WebhookSignature

from backmarket.core import clock, outbox
from payments.enums import PaymentState, RefundState
from payments.flows import payin, sweep
from payments.flows.refunds import send_refund
from payments.models import Capture, Payment, Refund, SavedCard
from payments.providers.base import Truth
from payments.providers.stripe import StripeProvider
from payments.rules.routing import Choice
from payments.selectors import trail

from .factories import NOW, ask_refund, eur, start
from .stripe_account import StripeAccount

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=6)


@pytest.fixture
def account(stripe_api, monkeypatch):
    """Stripe as the provider of new payments."""
    monkeypatch.setattr(payin, "provider_for", lambda **facts: Choice("stripe"))
    stripe_api.answer = StripeAccount()
    return stripe_api.answer


def pay_by_kept_card(key="k"):
    card, _ = SavedCard.objects.get_or_create(
        owner="user:7",
        provider="stripe",
        token="cus_1/pm_1",
        defaults={"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034, "created_at": NOW},
    )
    return payin.start_payment(
        reference="order:a",
        amount=eur(10_000),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="fr-fr",
        return_url="https://shop.test/",
        key=key,
        owner="user:7",
        card_id=card.public_id,
        now=NOW,
    )


def kinds(reference):
    return [entry.kind for entry in trail(reference)]


def test_a_page_opens_and_its_payment_is_recorded(account):
    view = start()
    assert (view.state, view.redirect_url) == (
        PaymentState.REQUIRES_ACTION,
        "https://checkout.stripe.com/c/pay/cs_1",
    )

    complete_page(account, view)

    assert payin.refresh_payment(payment_id=view.public_id, now=SOON).state == PaymentState.CAPTURED
    assert kinds(view.reference) == ["sale_captured", "provider_fee"]


def complete_page(account, view, **facts):
    """Have the shopper pay on the page."""
    paid = account._charge(
        {"amount": "10000", "currency": "eur", "payment_method": "pm_9", "transfer_group": str(view.public_id)}
    )
    paid |= facts
    account.pages["cs_1"] |= {"status": "complete", "url": None, "payment_intent": paid}


def test_reserved_money_is_pending_until_it_is_captured(account):
    view = start()
    complete_page(account, view, status="requires_capture", amount_received=0)
    assert payin.refresh_payment(payment_id=view.public_id, now=SOON).state == PaymentState.PENDING
    assert kinds(view.reference) == []

    taken = StripeProvider().capture_payment(view.public_id, ref="cs_1", amount=eur(9_000))

    assert (taken.state, taken.amount) == (Truth.SUCCEEDED, eur(9_000))
    assert payin.refresh_payment(payment_id=view.public_id, now=SOON).state == PaymentState.CAPTURED
    assert Capture.objects.get().amount == eur(9_000)


def test_a_page_whose_answer_was_lost_is_asked_for_again_by_the_same_key(account):
    account.loses_next = True
    assert start(reference="order:a", key="k").state == PaymentState.UNKNOWN

    again = start(reference="order:a", key="k")

    assert again.redirect_url == "https://checkout.stripe.com/c/pay/cs_1"
    assert len(account.pages) == 1


def test_the_sweep_asks_for_a_page_again_and_opens_none_for_an_order_that_is_long_over(account, stripe_api):
    account.loses_next = True
    start(reference="order:a")
    account.fails_next = True
    start(reference="order:b", now=NOW - timedelta(minutes=10))

    sweep.sweep(now=SOON)

    states = dict(Payment.objects.values_list("reference", "state"))
    assert states == {"order:a": PaymentState.REQUIRES_ACTION, "order:b": PaymentState.FAILED}
    assert len(account.pages) == 1
    assert len(stripe_api.writes) == 3


def test_the_shop_closes_a_page_whose_answer_was_lost(account):
    account.loses_next = True
    view = start()

    payin.cancel_payment(payment_id=view.public_id, now=SOON)
    ended = payin.cancel_payment(payment_id=view.public_id, now=SOON)

    assert (ended.state, account.pages["cs_1"]["status"]) == (PaymentState.CANCELLED, "expired")


def test_a_kept_card_whose_answer_was_lost_is_found_charged_by_the_sweep(account, stripe_api):
    account.loses_next = True
    assert pay_by_kept_card().state == PaymentState.UNKNOWN

    sweep.sweep(now=SOON)

    assert Payment.objects.get().state == PaymentState.CAPTURED
    assert kinds("order:a") == ["sale_captured", "provider_fee"]
    assert (len(account.intents), len(stripe_api.writes)) == (1, 1)


def test_a_kept_card_is_charged_once_also_when_stripe_has_forgotten_the_key(account):
    account.loses_next = True
    pay_by_kept_card()
    account.forget_keys()

    assert pay_by_kept_card().state == PaymentState.CAPTURED
    assert len(account.intents) == 1


def test_without_looking_first_a_forgotten_key_would_charge_twice(account, monkeypatch):
    monkeypatch.setattr("payments.providers.stripe.StripeProvider.find_payment", lambda *_args, **_more: None)
    account.loses_next = True
    pay_by_kept_card()
    account.forget_keys()

    pay_by_kept_card()

    assert len(account.intents) == 2


def test_a_charge_that_never_arrived_is_given_up_once_its_bank_must_have_answered(account):
    account.fails_next = True
    pay_by_kept_card()

    sweep.sweep(now=SOON)
    assert Payment.objects.get().state == PaymentState.UNKNOWN
    sweep.sweep(now=LATER)

    assert (Payment.objects.get().state, Payment.objects.get().failure_code) == (
        PaymentState.FAILED,
        "never_reached_provider",
    )
    assert account.intents == {}


def test_a_charge_that_comes_to_light_after_it_was_given_up_is_recorded(account):
    account.fails_next = True
    view = pay_by_kept_card()
    sweep.sweep(now=LATER)
    account._charge(
        {"amount": "10000", "currency": "eur", "payment_method": "pm_1", "transfer_group": str(view.public_id)}
    )

    payin.refresh_payment(payment_id=view.public_id, now=LATER)

    assert Payment.objects.get().state == PaymentState.CAPTURED


@pytest.mark.parametrize("forgets", [False, True])
def test_a_refund_whose_answer_was_lost_is_found_and_made_once(account, forgets):
    pay_by_kept_card()
    refund = ask_refund(Payment.objects.get(), 4_000)
    account.loses_next = True
    assert send_refund(refund_id=refund.public_id, now=NOW).state == RefundState.PENDING
    if forgets:
        account.forget_keys()

    assert send_refund(refund_id=refund.public_id, now=SOON).state == RefundState.SUCCEEDED

    assert Refund.objects.get().provider_ref == "re_1"
    assert len(account.refunds) == 1


def test_stripes_message_confirms_a_payment(account, client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_current"]
    view = start(now=clock.now())
    complete_page(account, view)
    session = {"object": "checkout.session", "id": "cs_1", "metadata": {"merchant_reference": str(view.public_id)}}
    body = json.dumps({"object": "event", "id": f"evt_{uuid4()}", "data": {"object": session}})
    signature = WebhookSignature.generate_signature_header(body, "whsec_current")

    answer = client.post(
        "/hooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    outbox.drain(now=clock.now())

    assert answer.status_code == 200
    assert Payment.objects.get().state == PaymentState.CAPTURED
