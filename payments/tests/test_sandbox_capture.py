"""Money that the sandbox reserves until it is captured or set free."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from backmarket.core.money import Money
from payments import testing
from payments.providers.base import OutcomeUnknownError, ProviderPayment, ProviderRefusedError, Truth
from payments.providers.sandbox import SandboxProvider

pytestmark = pytest.mark.django_db
PROVIDER = SandboxProvider()


def eur(minor):
    return Money(minor, "EUR")


def open_page(reference, capture="manual", **asked):
    common = {
        "description": "A phone",
        "email": "ada@example.com",
        "locale": "en",
        "return_url": "http://127.0.0.1/back",
    }
    return PROVIDER.create_payment(merchant_reference=reference, amount=eur(10_000), capture=capture, **common, **asked)


def reserve(sandbox_provider, card=testing.CHARGED):
    reference = uuid4()
    payment = open_page(reference)
    sandbox_provider.pay(payment.redirect_url, card)
    return reference, payment.ref


def capture(reference, ref, minor=10_000):
    return PROVIDER.capture_payment(reference, ref=ref, amount=eur(minor))


def found(reference, ref) -> ProviderPayment:
    payment = PROVIDER.find_payment(reference, ref=ref)
    assert payment is not None
    return payment


def refund(reference, ref, minor):
    return PROVIDER.create_refund(merchant_reference=reference, payment_ref=ref, amount=eur(minor))


def told(sandbox_provider, reference):
    return [json.loads(body)["type"] for body in sandbox_provider.events(reference)]


@pytest.mark.parametrize("card", [testing.CHARGED, testing.CHALLENGED])
def test_a_paid_page_only_reserves_the_money(sandbox_provider, card):
    reference, ref = reserve(sandbox_provider, card)

    payment = found(reference, ref)

    assert (payment.state, payment.amount, payment.fee) == (Truth.AUTHORISED, eur(10_000), eur(0))
    with pytest.raises(ProviderRefusedError, match="not_refundable"):
        refund(uuid4(), ref, 100)


def test_reserved_money_is_captured_at_its_price(sandbox_provider):
    reference, ref = reserve(sandbox_provider)

    taken = capture(reference, ref)

    assert (taken.state, taken.amount, taken.fee) == (Truth.SUCCEEDED, eur(10_000), eur(165))
    assert told(sandbox_provider, reference) == ["payment.created", "payment.authorised", "payment.succeeded"]


def test_a_part_is_captured_and_no_more_than_it_refunded(sandbox_provider):
    reference, ref = reserve(sandbox_provider)

    taken = capture(reference, "", 4_000)

    assert (taken.state, taken.amount, taken.fee) == (Truth.SUCCEEDED, eur(4_000), eur(81))
    with pytest.raises(ProviderRefusedError, match="amount_too_large"):
        refund(uuid4(), ref, 4_001)
    assert refund(uuid4(), ref, 4_000).state == Truth.PROCESSING


def test_captured_twice_is_taken_once(sandbox_provider):
    reference, ref = reserve(sandbox_provider)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: capture(reference, ref, 4_000), range(4)))

    assert {answer.amount for answer in answers} == {eur(4_000)}
    assert told(sandbox_provider, reference).count("payment.succeeded") == 1
    with pytest.raises(ProviderRefusedError, match="captured_already"):
        capture(reference, ref, 6_000)


def test_a_capture_whose_answer_was_lost_is_found_and_sent_again_in_safety(sandbox_provider):
    reference, ref = reserve(sandbox_provider)
    sandbox_provider.setup(lose_next=1)

    with pytest.raises(OutcomeUnknownError):
        capture(reference, ref, 4_000)

    assert found(reference, ref).amount == eur(4_000)
    assert capture(reference, ref, 4_000).state == Truth.SUCCEEDED
    assert told(sandbox_provider, reference).count("payment.succeeded") == 1


def test_more_than_was_reserved_is_not_captured(sandbox_provider):
    reference, ref = reserve(sandbox_provider)

    with pytest.raises(ProviderRefusedError, match="amount_too_large"):
        capture(reference, ref, 10_001)

    assert found(reference, ref).state == Truth.AUTHORISED


def test_a_cancelled_payment_sets_the_money_free_for_good(sandbox_provider):
    reference, ref = reserve(sandbox_provider)

    cancelled = PROVIDER.cancel_payment(reference, ref=ref)

    assert cancelled is not None
    assert cancelled.state == Truth.CANCELLED
    with pytest.raises(ProviderRefusedError, match="not_capturable"):
        capture(reference, ref)
    assert told(sandbox_provider, reference)[-1] == "payment.cancelled"


def test_a_shopper_cannot_set_reserved_money_free(sandbox_provider):
    reference = uuid4()
    payment = open_page(reference)
    with requests.Session() as other_tab:
        token = testing.CSRF.search(other_tab.get(payment.redirect_url, timeout=10).text)
        assert token is not None
        sandbox_provider.pay(payment.redirect_url)

        form = {"csrfmiddlewaretoken": token[1]}
        other_tab.post(f"{payment.redirect_url}cancel/", form, timeout=10, allow_redirects=False)

    assert found(reference, payment.ref).state == Truth.AUTHORISED


def test_captured_money_is_not_cancelled(sandbox_provider):
    reference, ref = reserve(sandbox_provider)
    capture(reference, ref)

    kept = PROVIDER.cancel_payment(reference, ref=ref)

    assert kept is not None
    assert kept.state == Truth.SUCCEEDED


def test_what_was_charged_at_once_is_not_captured_again(sandbox_provider):
    reference = uuid4()
    payment = open_page(reference, capture="automatic")
    sandbox_provider.pay(payment.redirect_url)

    with pytest.raises(ProviderRefusedError, match="not_capturable"):
        capture(reference, payment.ref)


@pytest.mark.parametrize("method", ["bank", "instalments"])
def test_banks_and_lenders_reserve_nothing(sandbox_provider, method):
    reference = uuid4()

    with pytest.raises(ProviderRefusedError, match="manual_capture_not_offered"):
        open_page(reference, method=method)

    assert sandbox_provider.objects("payments", reference) == []


def test_an_unknown_payment_is_not_captured(sandbox_provider):
    with pytest.raises(ProviderRefusedError, match="payment_unknown"):
        capture(uuid4(), "pay_guessed")
    with pytest.raises(ProviderRefusedError, match="payment_unknown"):
        capture(uuid4(), "")
