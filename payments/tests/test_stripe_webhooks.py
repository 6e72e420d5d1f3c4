"""Stripe's messages: only what it signed within five minutes is stored (S5), and of it only which object changed."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from stripe import WebhookSignature

from backmarket.core import clock, outbox
from backmarket.core.models import InboxEvent, OutboxEvent
from payments.models import WebhookEvent, WebhookReceipt
from payments.providers.registry import configured_providers
from payments.providers.stripe import StripeProvider

from .factories import NOW

URL = "/hooks/stripe/"
OUR_ID = "7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11"
BODY = json.dumps(
    {
        "object": "event",
        "id": "evt_1",
        "type": "payment_intent.succeeded",
        "data": {"object": {"object": "payment_intent", "id": "pi_1", "metadata": {"merchant_reference": OUR_ID}}},
    }
)


@pytest.fixture
def configured(settings):
    settings.STRIPE_API_KEY = "sk_test_123"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_current", "whsec_previous"]


def send(client, body=BODY, *, secret="whsec_current", age=0, signature=None):
    at = int(clock.now().timestamp()) - age
    signed = WebhookSignature.generate_signature_header(body, secret, at) if signature is None else signature
    return client.post(URL, body, content_type="application/json", headers={"Stripe-Signature": signed})


def stored():
    return WebhookEvent.objects.count(), WebhookReceipt.objects.count(), OutboxEvent.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["whsec_current", "whsec_previous"])
def test_both_secrets_are_accepted_while_rotating(client, configured, secret):
    assert send(client, secret=secret).status_code == 200
    assert bytes(WebhookEvent.objects.get().body) == BODY.encode()


@pytest.mark.django_db
def test_a_repeated_message_is_answered_and_stored_once(client, configured):
    assert [send(client, age=age).status_code for age in (0, 3, 299)] == [200, 200, 200]
    assert stored() == (1, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "how",
    [
        {"signature": ""},
        {"signature": "v1=abc"},
        {"signature": "t=,v1="},
        {"signature": "t=１２３,v1=abc"},
        {"signature": f"t=1,t=2,v1={'0' * 64}"},
        {"secret": "whsec_stranger"},
        {"age": 301},
        {"age": -301},
    ],
)
def test_what_stripe_did_not_sign_now_is_refused_and_not_stored(client, configured, how):
    assert send(client, **how).status_code == 400
    assert stored() == (0, 0, 0)


@pytest.mark.django_db
def test_an_altered_message_is_refused(client, configured):
    signature = WebhookSignature.generate_signature_header(BODY, "whsec_current", int(clock.now().timestamp()))

    assert send(client, BODY.replace("pi_1", "pi_2"), signature=signature).status_code == 400
    assert stored() == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_believed(client, configured, settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets

    assert send(client, secret="").status_code == 400
    assert stored() == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "[]", "{}", "not json", '{"id": 1, "data": 2}', '{"data": {"object": []}}'])
def test_a_signed_message_without_sense_is_refused(client, configured, body):
    assert send(client, body).status_code == 400
    assert stored() == (0, 0, 0)


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_refused(client, configured):
    answer = client.post(
        URL, b"\xff", content_type="application/json", headers={"Stripe-Signature": f"t={int(clock.now().timestamp())}"}
    )

    assert answer.status_code == 400


def test_without_a_key_stripe_is_not_there(client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_current"]

    assert send(client).status_code == 404
    assert configured_providers() == ["sandbox"]


def test_with_a_key_it_is(configured):
    assert configured_providers() == ["sandbox", "stripe"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "thing",
    [
        {"object": "dispute", "id": "dp_1", "metadata": {}},
        {"object": "payout", "id": "po_1"},
        {"object": "charge", "id": "ch_1", "metadata": {"merchant_reference": OUR_ID}},
        {"object": "payment_intent", "id": "pi_1", "metadata": {"merchant_reference": "somebody else's"}},
    ],
)
def test_a_message_that_nobody_acts_on_is_kept_and_left(client, configured, thing):
    send(client, json.dumps({"object": "event", "id": "evt_1", "data": {"object": thing}}))

    outbox.drain(now=NOW)

    assert InboxEvent.objects.count() == 1
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("payment_intent", "payment"),
        ("checkout.session", "payment"),
        ("refund", "refund"),
        ("dispute", "dispute"),
        ("transfer", "transfer"),
        ("payout", "payout"),
    ],
)
def test_objects_are_told_apart(said, kind):
    thing = {"object": said, "id": "x_1", "metadata": {"merchant_reference": OUR_ID}}

    notice = StripeProvider().read_notice(json.dumps({"id": "evt_1", "data": {"object": thing}}).encode())

    assert (notice.object_kind, notice.merchant_reference, notice.ref) == (kind, OUR_ID, "x_1")


@pytest.mark.parametrize("key", ["", "sk_test_123"])
def test_forms_may_lead_to_stripe_only_where_it_is_configured(key):
    said = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "backmarket.settings.test", "STRIPE_API_KEY": key}

    printed = subprocess.run(
        [sys.executable, "-c", said], cwd=django_settings.BASE_DIR, env=env, capture_output=True, text=True, check=True
    ).stdout

    assert ("https://checkout.stripe.com" in printed, "https://hooks.stripe.com" in printed) == (bool(key), bool(key))
