"""What Stripe's answers come to: a no only where it is one, and the truth of its objects."""

import time
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from backmarket.core.money import Money
from payments.providers.base import (
    DisputeState,
    OutcomeUnknownError,
    ProviderCard,
    ProviderPayment,
    ProviderRefund,
    ProviderRefusedError,
    ProviderTransfer,
    Truth,
)
from payments.providers.stripe import StripeProvider
from payments.providers.stripe import client as stripe_client

from .factories import eur

OUR_ID = UUID("7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11")
OURS = {"merchant_reference": str(OUR_ID)}
STRIPE = StripeProvider()
AUGUST = {"since": datetime(2026, 8, 1, tzinfo=UTC), "until": datetime(2026, 9, 1, tzinfo=UTC)}


def charge_kept_card():
    return STRIPE.create_payment(
        merchant_reference=OUR_ID,
        amount=eur(10_000),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="fr-fr",
        return_url="https://shop.test/",
        customer="user:7",
        card_token="cus_1/pm_1",
    )


def give_back():
    return STRIPE.create_refund(merchant_reference=OUR_ID, payment_ref="pi_1", amount=eur(100))


def pay_out():
    return STRIPE.create_transfer(merchant_reference=OUR_ID, destination="acct_1", amount=eur(100))


WRITES = [charge_kept_card, give_back, pay_out]


def error(kind, code=None):
    return {"error": {"type": kind, "message": "…"} | ({"code": code} if code else {})}


def intent(status="succeeded", **more):
    return {
        "object": "payment_intent",
        "id": "pi_1",
        "status": status,
        "amount": 10_000,
        "amount_received": 10_000 if status == "succeeded" else 0,
        "currency": "eur",
        "metadata": OURS,
        "latest_charge": None,
        "payment_method": None,
        **more,
    }


def page(status="open", **more):
    return {
        "object": "checkout.session",
        "id": "cs_1",
        "status": status,
        "amount_total": 10_000,
        "currency": "eur",
        "url": "https://checkout.stripe.com/c/pay/cs_1" if status == "open" else None,
        "payment_intent": None,
        "metadata": OURS,
        **more,
    }


def charge(fee=165, currency="eur"):
    moved = {"object": "balance_transaction", "id": "txn_1", "fee": fee, "currency": currency}
    return {"object": "charge", "id": "ch_1", "balance_transaction": moved}


def listed(*things, has_more=False):
    return {"object": "list", "data": list(things), "has_more": has_more, "url": "/v1/things"}


def found(stripe_api, body, ref="cs_1"):
    stripe_api.always(200, body)
    return STRIPE.find_payment(OUR_ID, ref=ref)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (402, error("card_error", "card_declined"), "card_declined"),
        (400, error("invalid_request_error", "resource_missing"), "resource_missing"),
        (400, error("invalid_request_error"), "invalid_request"),
    ],
)
def test_a_no_is_a_no(stripe_api, write, status, body, code):
    stripe_api.always(status, body)

    with pytest.raises(ProviderRefusedError) as refusal:
        write()

    assert refusal.value.code == code
    assert len(stripe_api.heard) == 1


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("idempotency_error")),
        (400, error("invalid_request_error", "rate_limit")),
        (401, error("invalid_request_error")),
        (403, error("invalid_request_error")),
        (404, error("invalid_request_error", "resource_missing")),
        (409, error("idempotency_error", "idempotency_key_in_use")),
        (429, error("invalid_request_error", "lock_timeout")),
        (500, error("api_error")),
        (503, {}),
    ],
)
def test_anything_else_says_nothing(stripe_api, write, status, body):
    stripe_api.always(status, body)

    with pytest.raises(OutcomeUnknownError):
        write()

    assert len(stripe_api.heard) == 1


@pytest.mark.parametrize("write", WRITES)
def test_silence_says_nothing(stripe_api, write):
    stripe_api.answer = lambda _heard: None

    with pytest.raises(OutcomeUnknownError):
        write()


def test_an_answer_that_takes_too_long_says_nothing(stripe_api, monkeypatch):
    monkeypatch.setattr(stripe_client, "TIMEOUT_S", (1, 0.2))
    stripe_api.answer = lambda _heard: time.sleep(0.6)

    with pytest.raises(OutcomeUnknownError):
        pay_out()

    assert len(stripe_api.heard) == 1


def test_nobody_waits_longer_than_two_and_six_seconds():
    assert stripe_client.TIMEOUT_S == (2, 6)


@pytest.mark.parametrize("status", [400, 401, 402, 404, 429, 500])
def test_a_read_never_ends_in_a_no(stripe_api, status):
    stripe_api.always(status, error("invalid_request_error", "resource_missing"))

    with pytest.raises(OutcomeUnknownError):
        STRIPE.find_payment(OUR_ID, ref="cs_1")


def test_an_open_page_leads_there(stripe_api):
    url = "https://checkout.stripe.com/c/pay/cs_1"

    assert found(stripe_api, page()) == ProviderPayment("cs_1", Truth.OPEN, eur(10_000), eur(0), redirect_url=url)


@pytest.mark.parametrize(
    ("status", "truth"),
    [
        ("succeeded", Truth.SUCCEEDED),
        ("processing", Truth.PROCESSING),
        ("requires_capture", Truth.AUTHORISED),
        ("requires_payment_method", Truth.FAILED),
        ("canceled", Truth.CANCELLED),
        ("a_word_from_the_future", Truth.PROCESSING),
    ],
)
def test_a_completed_page_is_as_its_payment_is(stripe_api, status, truth):
    payment = found(stripe_api, page("complete", payment_intent=intent(status)))

    assert (payment.ref, payment.state, payment.redirect_url) == ("cs_1", truth, "")


def test_a_page_that_ran_out_is_cancelled(stripe_api):
    assert found(stripe_api, page("expired")).state == Truth.CANCELLED


def test_what_was_taken_and_what_it_cost_are_told(stripe_api):
    paid = intent(amount_received=9_000, latest_charge=charge(151))

    payment = found(stripe_api, page("complete", payment_intent=paid))

    assert (payment.amount, payment.fee) == (eur(9_000), eur(151))


def test_a_fee_stays_in_the_currency_it_was_taken_in(stripe_api):
    assert found(stripe_api, intent(latest_charge=charge(130, "gbp")), "pi_1").fee == Money(130, "GBP")


def test_a_challenge_is_where_the_shopper_goes(stripe_api):
    asked = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://hooks.stripe.com/redirect/1"}}

    payment = found(stripe_api, intent("requires_action", next_action=asked), "pi_1")

    assert (payment.state, payment.redirect_url) == (Truth.OPEN, "https://hooks.stripe.com/redirect/1")


def test_a_failed_challenge_says_why(stripe_api):
    why = {"type": "card_error", "code": "payment_intent_authentication_failure"}

    payment = found(stripe_api, intent("requires_payment_method", last_payment_error=why), "pi_1")

    assert (payment.state, payment.failure_code) == (Truth.FAILED, "payment_intent_authentication_failure")


CARD = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}


@pytest.mark.parametrize(
    ("method", "kept"),
    [
        (
            {"customer": "cus_1", "allow_redisplay": "always", "card": CARD},
            ProviderCard("cus_1/pm_1", "visa", "4242", 12, 2034),
        ),
        ({"customer": "cus_1", "allow_redisplay": "unspecified", "card": CARD}, None),
        ({"customer": "cus_1", "allow_redisplay": "limited", "card": CARD}, None),
        ({"customer": None, "allow_redisplay": "always", "card": CARD}, None),
        ({"customer": "cus_1", "allow_redisplay": "always"}, None),
    ],
)
def test_only_a_card_whose_box_was_ticked_is_kept(stripe_api, method, kept):
    paid = intent(payment_method={"object": "payment_method", "id": "pm_1", **method})

    assert found(stripe_api, page("complete", payment_intent=paid)).kept_card == kept


def test_without_its_name_a_payment_is_found_by_what_was_charged(stripe_api):
    charges = [
        {"object": "charge", "id": "ch_2", "paid": False, "payment_intent": "pi_2"},
        {"object": "charge", "id": "ch_1", "paid": True, "payment_intent": "pi_1"},
    ]
    stripe_api.answer = lambda heard: (200, listed(*charges) if heard.path.startswith("/v1/charges") else intent())

    payment = STRIPE.find_payment(OUR_ID, ref="")

    assert payment is not None
    assert payment.ref == "pi_1"
    assert stripe_api.heard[0].query["transfer_group"] == str(OUR_ID)
    assert stripe_api.heard[1].path.startswith("/v1/payment_intents/pi_1?")


def test_without_a_charge_nothing_was_paid(stripe_api):
    stripe_api.always(200, listed())

    assert STRIPE.find_payment(OUR_ID, ref="") is None
    assert STRIPE.cancel_payment(OUR_ID, ref="") is None
    assert stripe_api.writes == []


def test_an_open_page_is_closed(stripe_api):
    stripe_api.answer = lambda _heard: (200, page("expired" if stripe_api.writes else "open"))

    closed = STRIPE.cancel_payment(OUR_ID, ref="cs_1")

    assert closed is not None
    assert closed.state == Truth.CANCELLED
    assert [heard.path for heard in stripe_api.writes] == ["/v1/checkout/sessions/cs_1/expire"]


def test_money_reserved_by_a_page_is_set_free(stripe_api):
    def answer(_heard):
        payment = intent("canceled" if stripe_api.writes else "requires_capture")
        return 200, page("complete", payment_intent=payment)

    stripe_api.answer = answer

    closed = STRIPE.cancel_payment(OUR_ID, ref="cs_1")

    assert closed is not None
    assert closed.state == Truth.CANCELLED
    assert [heard.path for heard in stripe_api.writes] == ["/v1/payment_intents/pi_1/cancel"]


def test_a_page_that_was_paid_meanwhile_is_not_closed(stripe_api):
    def answer(heard):
        return (400, error("invalid_request_error")) if heard.method == "POST" else (200, page())

    stripe_api.answer = answer

    with pytest.raises(ProviderRefusedError):
        STRIPE.cancel_payment(OUR_ID, ref="cs_1")


def test_a_card_that_is_gone_is_no_error(stripe_api):
    stripe_api.always(200, {"object": "payment_method", "id": "pm_1", "customer": None})

    STRIPE.forget_card("cus_1/pm_1")

    assert stripe_api.writes == []


def test_a_refund_by_a_page_goes_to_its_payment(stripe_api):
    made = {"object": "refund", "id": "re_1", "status": "pending"}
    stripe_api.answer = lambda heard: (200, made if heard.method == "POST" else page("complete", payment_intent="pi_1"))

    refund = STRIPE.create_refund(merchant_reference=OUR_ID, payment_ref="cs_1", amount=eur(100))

    assert refund == ProviderRefund("re_1", Truth.PROCESSING)
    assert stripe_api.writes[0].form["payment_intent"] == "pi_1"


def test_a_refund_of_a_page_that_nobody_paid_on_is_refused(stripe_api):
    stripe_api.always(200, page())

    with pytest.raises(ProviderRefusedError, match="nothing_paid"):
        STRIPE.create_refund(merchant_reference=OUR_ID, payment_ref="cs_1", amount=eur(100))

    assert stripe_api.writes == []


@pytest.mark.parametrize(
    ("status", "truth"),
    [
        ("succeeded", Truth.SUCCEEDED),
        ("pending", Truth.PROCESSING),
        ("requires_action", Truth.PROCESSING),
        ("failed", Truth.FAILED),
        ("canceled", Truth.FAILED),
    ],
)
def test_a_refund_is_found_among_those_of_its_payment(stripe_api, status, truth):
    ours = {"object": "refund", "id": "re_2", "status": status, "metadata": OURS, "failure_reason": "lost_card"}
    others = {"object": "refund", "id": "re_1", "status": "succeeded", "metadata": {}}

    def answer(heard):
        is_second = heard.query.get("starting_after") == "re_1"
        return 200, listed(ours) if is_second else listed(others, has_more=True)

    stripe_api.answer = answer

    assert STRIPE.find_refund(OUR_ID, payment_ref="pi_1") == ProviderRefund("re_2", truth, "lost_card")


def test_a_refund_that_was_never_made_is_not_found(stripe_api):
    stripe_api.always(200, listed({"object": "refund", "id": "re_1", "status": "succeeded", "metadata": {}}))

    assert STRIPE.find_refund(OUR_ID, payment_ref="pi_1") is None


@pytest.mark.parametrize(("is_reversed", "truth"), [(False, Truth.SUCCEEDED), (True, Truth.RETURNED)])
def test_a_transfer_is_there_at_once_until_it_is_reversed(stripe_api, is_reversed, truth):
    stripe_api.always(200, listed({"object": "transfer", "id": "tr_1", "reversed": is_reversed}))

    assert STRIPE.find_transfer(OUR_ID) == ProviderTransfer("tr_1", truth)
    assert stripe_api.heard[0].query["transfer_group"] == str(OUR_ID)


def test_a_seller_without_an_account_there_is_sent_nothing(stripe_api):
    with pytest.raises(ProviderRefusedError, match="no_connected_account"):
        STRIPE.create_transfer(merchant_reference=OUR_ID, destination="seller:7", amount=eur(100))

    assert stripe_api.heard == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("warning_needs_response", DisputeState.INQUIRY),
        ("needs_response", DisputeState.NEEDS_RESPONSE),
        ("under_review", DisputeState.UNDER_REVIEW),
        ("warning_closed", DisputeState.WON),
        ("won", DisputeState.WON),
        ("lost", DisputeState.LOST),
    ],
)
def test_a_dispute_tells_of_money_and_time(stripe_api, status, state):
    dispute = {
        "object": "dispute",
        "id": "dp_1",
        "status": status,
        "amount": 10_000,
        "currency": "eur",
        "reason": "product_not_received",
        "charge": {"object": "charge", "id": "ch_1", "metadata": OURS},
        "evidence_details": {"due_by": 1_788_220_799},
        "balance_transactions": [{"object": "balance_transaction", "id": "txn_2", "fee": 2_000, "currency": "eur"}],
    }
    stripe_api.always(200, dispute)

    told = STRIPE.find_dispute("dp_1")

    assert (told.state, told.amount, told.fee) == (state, eur(10_000), eur(2_000))
    assert (told.reason, told.merchant_reference) == ("product_not_received", str(OUR_ID))
    assert told.evidence_due_at == datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC)


def movement(number, **more):
    return {
        "object": "balance_transaction",
        "id": f"txn_{number}",
        "type": "charge",
        "amount": 10_000,
        "fee": 165,
        "net": 9_835,
        "currency": "eur",
        "source": {"object": "charge", "id": f"ch_{number}", "metadata": OURS},
        "created": 1_785_542_400,
        "available_on": 1_786_147_200,
        **more,
    }


def test_movements_are_read_page_by_page(stripe_api):
    def answer(heard):
        if heard.query.get("starting_after") == "txn_1":
            return 200, listed(movement(2, type="stripe_fee", source=None, currency="jpy"))
        return 200, listed(movement(1), has_more=True)

    stripe_api.answer = answer

    first, second = STRIPE.balance_rows(**AUGUST)

    assert (first.ref, first.gross_minor, first.fee_minor, first.net_minor) == ("txn_1", 10_000, 165, 9_835)
    assert (first.currency, first.source_ref, first.merchant_reference) == ("EUR", "ch_1", str(OUR_ID))
    assert (first.created_at, first.available_at) == (AUGUST["since"], datetime(2026, 8, 8, tzinfo=UTC))
    assert (second.kind, second.currency, second.source_ref, second.merchant_reference) == ("stripe_fee", "JPY", "", "")
    assert {heard.query["created[lt]"] for heard in stripe_api.heard} == {"1788220800"}


def test_a_page_of_movements_that_fails_ends_in_an_error_not_in_a_short_report(stripe_api):
    def answer(heard):
        return (500, {}) if "starting_after" in heard.query else (200, listed(movement(1), has_more=True))

    stripe_api.answer = answer
    rows = STRIPE.balance_rows(**AUGUST)
    assert next(rows).ref == "txn_1"

    with pytest.raises(OutcomeUnknownError):
        next(rows)


def test_settlements_name_their_movements(stripe_api):
    sent = {"object": "payout", "id": "po_1", "status": "paid", "amount": 9_835, "currency": "eur"}
    sent |= {"created": 1_785_542_400, "arrival_date": 1_785_628_800}
    stripe_api.answer = lambda heard: (200, listed(sent if heard.path.startswith("/v1/payouts") else movement(1)))

    (settlement,) = STRIPE.settlements(**AUGUST)
    (row,) = STRIPE.settlement_rows(settlement.ref)

    assert (settlement.state, settlement.amount_minor, settlement.currency) == (Truth.SUCCEEDED, 9_835, "EUR")
    assert settlement.arrival_date == date(2026, 8, 2)
    assert (row.ref, stripe_api.heard[1].query["payout"]) == ("txn_1", "po_1")
