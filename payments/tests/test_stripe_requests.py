"""Every request that we make of Stripe is one that Stripe's own stripe-mock takes, and a write carries our own id."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from payments.providers.base import (
    DisputeEvidence,
    DisputeProvider,
    OutcomeUnknownError,
    Provider,
    ProviderRefusedError,
    ReportProvider,
)
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.client import API_VERSION, client, reading
from payments.providers.stripe.requests import kinds_of, language_of

from .factories import eur

pytestmark = [pytest.mark.stripe, pytest.mark.xdist_group("stripe")]
OUR_ID = UUID("7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11")
STRIPE = StripeProvider()
AUGUST = {"since": datetime(2026, 8, 1, tzinfo=UTC), "until": datetime(2026, 9, 1, tzinfo=UTC)}
EVIDENCE = DisputeEvidence(
    statement="Delivered on 3 August.",
    document=b"%PDF-1.7",
    product="Phone",
    customer_name="Ada Lovelace",
    customer_email="ada@example.test",
    carrier="Colissimo",
    tracking_number="6A123",
    shipped_date=date(2026, 8, 1),
)


def create(**more):
    return STRIPE.create_payment(
        merchant_reference=OUR_ID,
        amount=eur(45_980),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="fr-be",
        return_url="https://shop.test/fr-be/checkout/return/?key=1",
        **more,
    )


def refund():
    return STRIPE.create_refund(merchant_reference=OUR_ID, payment_ref="pi_1", amount=eur(100))


def transfer():
    return STRIPE.create_transfer(merchant_reference=OUR_ID, destination="acct_1", amount=eur(100))


def answer_dispute():
    return STRIPE.submit_evidence(merchant_reference=OUR_ID, dispute_ref="dp_1", evidence=EVIDENCE)


def capture():
    return STRIPE.capture_payment(OUR_ID, ref="pi_1", amount=eur(100))


@pytest.mark.parametrize(
    ("write", "keys"),
    [
        (create, ["payments"]),
        (lambda: create(customer="user:7"), ["payments"]),
        (lambda: create(capture="manual"), ["payments"]),
        (lambda: create(customer="user:7", card_token="cus_1/pm_1"), ["payments"]),
        (lambda: create(customer="user:7", card_token="cus_1/pm_1", capture="manual"), ["payments"]),
        (capture, ["captures"]),
        (refund, ["refunds"]),
        (transfer, ["transfers"]),
        (answer_dispute, ["evidence-files", "evidence"]),
    ],
)
def test_a_write_is_taken_and_carries_our_own_id(stripe_contract, write, keys):
    write()

    assert {heard.status for heard in stripe_contract.heard} == {200}
    assert [heard.key for heard in stripe_contract.writes] == [f"{key}-{OUR_ID}" for key in keys]


@pytest.mark.parametrize(
    ("call", "paths"),
    [
        (lambda: STRIPE.find_payment(OUR_ID, ref="cs_1"), ["GET /v1/checkout/sessions/cs_1"]),
        (lambda: STRIPE.find_payment(OUR_ID, ref="pi_1"), ["GET /v1/payment_intents/pi_1"]),
        (lambda: STRIPE.find_payment(OUR_ID, ref=""), ["GET /v1/charges", "GET /v1/payment_intents/pi_1"]),
        (
            lambda: STRIPE.cancel_payment(OUR_ID, ref="cs_1"),
            [
                "GET /v1/checkout/sessions/cs_1",
                "POST /v1/checkout/sessions/cs_1/expire",
                "GET /v1/checkout/sessions/cs_1",
            ],
        ),
        (
            lambda: STRIPE.cancel_payment(OUR_ID, ref="pi_1"),
            ["POST /v1/payment_intents/pi_1/cancel", "GET /v1/payment_intents/pi_1"],
        ),
        (lambda: STRIPE.find_refund(OUR_ID, payment_ref="pi_1"), ["GET /v1/refunds"]),
        (lambda: STRIPE.find_transfer(OUR_ID), ["GET /v1/transfers"]),
        (lambda: STRIPE.forget_card("cus_1/pm_1"), ["GET /v1/payment_methods/pm_1"]),
        (lambda: STRIPE.find_dispute("dp_1"), ["GET /v1/disputes/dp_1"]),
        (lambda: list(STRIPE.balance_rows(**AUGUST)), ["GET /v1/balance_transactions"]),
        (lambda: list(STRIPE.settlements(**AUGUST)), ["GET /v1/payouts"]),
        (lambda: list(STRIPE.settlement_rows("po_1")), ["GET /v1/balance_transactions"]),
    ],
)
def test_what_is_asked_is_taken(stripe_contract, call, paths):
    call()

    assert {heard.status for heard in stripe_contract.heard} == {200}
    assert [f"{heard.method} {heard.path.partition('?')[0]}" for heard in stripe_contract.heard] == paths


def test_a_kept_card_is_detached(stripe_contract):
    # The sample of stripe-mock belongs to no customer.
    STRIPE.forget_card("/pm_1")

    assert [heard.path for heard in stripe_contract.writes] == ["/v1/payment_methods/pm_1/detach"]


def test_stripe_mock_refuses_what_stripe_does_not_know(stripe_contract):
    with pytest.raises(OutcomeUnknownError), reading():
        client().v1.refunds.list({"payment": "pi_1"})  # type: ignore[arg-type]

    assert [heard.status for heard in stripe_contract.heard] == [400]


def test_the_version_is_pinned_and_nothing_is_tried_twice(stripe_api):
    stripe_api.always(500, {})

    with pytest.raises(OutcomeUnknownError):
        create()

    assert [heard.headers["Stripe-Version"] for heard in stripe_api.heard] == [API_VERSION]


def test_a_page_says_what_is_paid_for_and_where_to_go_back_to(stripe_contract):
    create(customer="user:7", capture="manual")

    assert stripe_contract.heard[0].form == {
        "mode": "payment",
        "client_reference_id": str(OUR_ID),
        "metadata[merchant_reference]": str(OUR_ID),
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "45980",
        "line_items[0][price_data][product_data][name]": "Order 3041-8827",
        "adaptive_pricing[enabled]": "false",
        "customer_email": "ada@example.test",
        "locale": "fr",
        "success_url": "https://shop.test/fr-be/checkout/return/?key=1",
        "cancel_url": "https://shop.test/fr-be/checkout/return/?key=1",
        "payment_intent_data[capture_method]": "manual",
        "payment_intent_data[description]": "Order 3041-8827",
        "payment_intent_data[metadata][merchant_reference]": str(OUR_ID),
        "payment_intent_data[transfer_group]": str(OUR_ID),
        "payment_method_types[0]": "card",
        "payment_method_options[card][request_three_d_secure]": "automatic",
        "customer_creation": "always",
        "saved_payment_method_options[payment_method_save]": "enabled",
    }


def test_two_calls_with_one_key_say_the_same(stripe_contract):
    create()
    create()

    first, second = stripe_contract.heard
    assert (first.key, first.body) == (second.key, second.body)


def test_a_guest_is_not_asked_to_keep_a_card(stripe_contract):
    create()

    assert not {"customer_creation", "saved_payment_method_options[payment_method_save]"} & set(
        stripe_contract.heard[0].form
    )


def test_a_kept_card_is_charged_with_its_customer(stripe_contract):
    create(customer="user:7", card_token="cus_1/pm_1")

    said = stripe_contract.heard[0].form
    assert (said["customer"], said["payment_method"], said["confirm"]) == ("cus_1", "pm_1", "true")
    assert said["transfer_group"] == said["metadata[merchant_reference]"] == str(OUR_ID)


@pytest.mark.parametrize(
    ("locale", "language"), [("fr-be", "fr"), ("en-us", "en"), ("en-fr", "en-GB"), ("pt-pt", "pt"), ("ga-ie", "auto")]
)
def test_a_page_speaks_the_shoppers_language(locale, language):
    assert language_of(locale) == language


def test_stripe_is_all_that_a_provider_can_be():
    def takes_all(_provider: Provider, _disputes: DisputeProvider, _reports: ReportProvider) -> str:
        return _provider.name

    assert takes_all(STRIPE, STRIPE, STRIPE) == "stripe"


@pytest.mark.parametrize(
    ("method", "market", "kind"),
    [
        ("card", "FR", "card"),
        ("wallet", "FR", "card"),
        ("instalments", "DE", "klarna"),
        ("bank", "NL", "ideal"),
        ("bank", "GB", "pay_by_bank"),
    ],
)
def test_each_method_has_its_kind_of_page(method, market, kind):
    assert kinds_of(method, market) == [kind]


def test_a_bank_that_no_scheme_of_the_market_reaches_is_refused():
    with pytest.raises(ProviderRefusedError):
        kinds_of("bank", "FR")
