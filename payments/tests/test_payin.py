"""Pay-in against the real sandbox provider: the money is taken once, whatever is lost on the way (M5)."""

from datetime import timedelta

import pytest
import requests

from backmarket.core.models import OutboxEvent
from payments import testing
from payments.enums import PaymentState
from payments.flows import payin, sweep
from payments.models import Capture, Entry, Payment
from payments.providers.base import ProviderRefusedError
from payments.providers.sandbox import SandboxProvider
from payments.selectors import payments_of, trail
from payments.services.payments import (
    CaptureExceedsAuthorizationError,
    CaptureKeyReusedError,
    PaymentKeyReusedError,
    record_capture,
)

from .factories import NOW, eur, intent, start

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


def kinds(reference):
    return [entry.kind for entry in trail(reference)]


def published():
    return list(OutboxEvent.objects.values_list("type", flat=True))


def refreshed(view, now=LATER):
    return payin.refresh_payment(payment_id=view.public_id, now=now)


def test_a_payment_leads_to_the_hosted_page(sandbox_provider):
    view = start()

    assert view.state == PaymentState.REQUIRES_ACTION
    assert view.redirect_url.startswith(f"{sandbox_provider.url}/pay/")
    assert published() == []


def test_a_paid_card_is_captured_with_sale_and_fee(sandbox_provider):
    view = start(amount=45_980)
    answer = sandbox_provider.pay(view.redirect_url)

    paid = refreshed(view)

    assert answer.headers["Location"] == "http://127.0.0.1:8000/fr-fr/checkout/return/"
    assert (paid.state, paid.captured_at) == (PaymentState.CAPTURED, LATER)
    assert kinds(view.reference) == ["sale_captured", "provider_fee"]
    # 1.4 % of 459.80 is 6.4372, and 25 cents.
    assert trail(view.reference)[1].postings[0].amount == eur(669)
    assert published() == ["payments.payment.captured.v1"]


def test_a_challenged_card_is_captured_after_approval(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url, testing.CHALLENGED)

    assert refreshed(view).state == PaymentState.CAPTURED


def test_a_refused_challenge_leaves_the_page_open(sandbox_provider):
    view = start()
    answer = sandbox_provider.pay(view.redirect_url, testing.CHALLENGED, answer="refuse")

    assert answer.headers["Location"].endswith("?refused=1")
    assert refreshed(view).state == PaymentState.REQUIRES_ACTION
    assert Entry.objects.count() == 0


def test_a_declined_card_may_be_followed_by_a_good_one(sandbox_provider):
    view = start()
    declined = sandbox_provider.pay(view.redirect_url, testing.DECLINED)

    assert declined.status_code == 402
    assert refreshed(view).state == PaymentState.REQUIRES_ACTION
    sandbox_provider.pay(view.redirect_url)
    assert refreshed(view).state == PaymentState.CAPTURED


def test_five_declines_end_the_payment(sandbox_provider):
    view = start()
    for _ in range(5):
        sandbox_provider.pay(view.redirect_url, testing.DECLINED)

    ended = refreshed(view)

    assert (ended.state, ended.failure_code) == (PaymentState.FAILED, "card_declined")
    assert published() == ["payments.payment.failed.v1"]
    assert Entry.objects.count() == 0


def test_a_shopper_may_cancel(sandbox_provider):
    view = start()
    sandbox_provider.cancel(view.redirect_url)

    assert refreshed(view).state == PaymentState.CANCELLED
    assert published() == ["payments.payment.failed.v1"]


def test_the_shop_may_close_the_page(sandbox_provider):
    view = start()

    assert payin.cancel_payment(payment_id=view.public_id, now=LATER).state == PaymentState.CANCELLED
    assert "This payment is closed" in requests.get(f"{view.redirect_url}?lang=en", timeout=5).text


def test_closing_a_page_that_was_paid_records_the_money(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)

    assert payin.cancel_payment(payment_id=view.public_id, now=LATER).state == PaymentState.CAPTURED


def test_a_card_that_times_out_after_the_money_was_taken_is_found_paid(sandbox_provider):
    view = start()
    answer = sandbox_provider.pay(view.redirect_url, testing.TIMES_OUT)

    assert answer.status_code == 504
    assert refreshed(view).state == PaymentState.CAPTURED
    assert len(sandbox_provider.objects("payments", view.public_id)) == 1


def test_the_same_key_starts_one_payment(sandbox_provider):
    first = start(reference="order:a", key="k")

    assert start(reference="order:a", key="k") == first
    assert Payment.objects.count() == 1


def test_a_key_with_another_amount_is_refused(sandbox_provider):
    start(reference="order:a", key="k")

    with pytest.raises(PaymentKeyReusedError):
        start(reference="order:a", key="k", amount=9_999)

    assert Payment.objects.count() == 1


@pytest.mark.parametrize("misbehaviour", [{"lose_next": 1}, {"fail_next": 1}])
def test_an_unknown_outcome_is_looked_up_and_counted_once(sandbox_provider, misbehaviour):
    sandbox_provider.setup(**misbehaviour)
    silent = start(reference="order:a", key="k")
    assert (silent.state, silent.redirect_url) == (PaymentState.UNKNOWN, "")

    again = start(reference="order:a", key="k")

    assert again.state == PaymentState.REQUIRES_ACTION
    assert again.public_id == silent.public_id
    assert len(sandbox_provider.objects("payments", silent.public_id)) == 1


def test_the_sweep_finds_out_what_a_lost_answer_hid(sandbox_provider):
    sandbox_provider.setup(lose_next=1)
    silent = start()

    assert sweep.sweep(now=LATER) == 1

    assert payments_of(silent.reference)[0].state == PaymentState.REQUIRES_ACTION
    assert len(sandbox_provider.objects("payments", silent.public_id)) == 1


def test_the_sweep_ends_a_payment_that_never_reached_the_provider_and_sends_nothing(sandbox_provider):
    lost = intent()

    sweep.sweep(now=LATER)

    lost.refresh_from_db()
    assert (lost.state, lost.failure_code) == (PaymentState.FAILED, "never_reached_provider")
    assert sandbox_provider.objects("payments", lost.public_id) == []


def test_the_sweep_leaves_a_payment_under_way_alone(sandbox_provider):
    intent()

    assert sweep.sweep(now=NOW + timedelta(seconds=5)) == 0


def test_a_provider_that_hangs_is_unknown_not_failed(sandbox_provider, monkeypatch):
    monkeypatch.setattr(SandboxProvider, "timeout_s", (1, 0.2))
    sandbox_provider.setup(delay_ms=600)

    silent = start()

    assert silent.state == PaymentState.UNKNOWN
    sandbox_provider.setup(delay_ms=0)
    monkeypatch.setattr(SandboxProvider, "timeout_s", (2, 6))
    testing.wait_until(lambda: "yes" if sandbox_provider.objects("payments", silent.public_id) else "")
    assert refreshed(silent).state == PaymentState.REQUIRES_ACTION
    assert len(sandbox_provider.objects("payments", silent.public_id)) == 1


def test_an_idempotency_key_with_another_body_is_refused_by_the_provider(sandbox_provider):
    view = start()
    client = SandboxProvider()

    with pytest.raises(ProviderRefusedError, match="idempotency_key_reused"):
        client.create_payment(
            merchant_reference=view.public_id,
            amount=eur(1),
            description="",
            email="",
            locale="en-gb",
            return_url="http://127.0.0.1:8000/",
        )
    assert len(sandbox_provider.objects("payments", view.public_id)) == 1


def test_a_capture_is_recorded_once_per_key():
    payment = intent()
    first = record_capture(payment_id=payment.public_id, amount=eur(10_000), key="c", captured_at=NOW)

    assert record_capture(payment_id=payment.public_id, amount=eur(10_000), key="c", captured_at=LATER) == first
    assert (Capture.objects.count(), Entry.objects.count(), len(published())) == (1, 1, 1)


def test_a_capture_key_is_refused_for_another_amount():
    payment = intent()
    record_capture(payment_id=payment.public_id, amount=eur(10_000), key="c", captured_at=NOW)

    with pytest.raises(CaptureKeyReusedError):
        record_capture(payment_id=payment.public_id, amount=eur(9_000), key="c", captured_at=NOW)

    assert (Capture.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_capture_above_what_was_asked_for_is_refused():
    payment = intent()

    with pytest.raises(CaptureExceedsAuthorizationError):
        record_capture(payment_id=payment.public_id, amount=eur(10_001), key="c", captured_at=NOW)

    assert (Capture.objects.count(), Entry.objects.count()) == (0, 0)
