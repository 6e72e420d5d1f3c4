"""Webhooks: only what the provider signed is stored (S5), and neither order nor repetition matters (M4)."""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction

from backmarket.core import clock, outbox
from backmarket.core.models import InboxEvent, OutboxEvent
from backmarket.core.signatures import header
from payments import testing
from payments.enums import PaymentState
from payments.flows import payin, webhooks
from payments.flows import payouts as payout_flow
from payments.models import Payment, Payout, WebhookEvent, WebhookReceipt
from payments.providers.base import ProviderPayment, Truth
from payments.selectors import balances_of, payments_of, trail
from payments.services import payouts
from payments.services.payments import record_truth
from payments.services.webhooks import store_webhook

from .factories import ACTOR, NOW, SELLER, captured, dispatch, eur, intent, mature, start

pytestmark = pytest.mark.django_db
URL = "/hooks/sandbox/"
CURRENT, PREVIOUS = "whsec_current", "whsec_previous"
BODY = (
    b'{"id": "evt_1", "type": "payment.succeeded", "data": {"object": "payment", "id": "pay_1", '
    b'"merchant_reference": "7c1dbb3a-6f0c-4a2b-9d0e-0d5f0c3b7d11"}}'
)


def send(client, body=BODY, *, secret=CURRENT, age=0, signature=None):
    at = int(clock.now().timestamp()) - age
    signed = header(secret, at, body) if signature is None else signature
    return client.post(URL, body, content_type="application/json", headers={"Sandbox-Signature": signed})


def stored():
    return WebhookEvent.objects.count(), WebhookReceipt.objects.count(), OutboxEvent.objects.count()


def test_a_signed_message_is_stored_as_it_came(client):
    answer = send(client)

    assert answer.status_code == 200
    assert bytes(WebhookEvent.objects.get().body) == BODY
    assert OutboxEvent.objects.get().type == "payments.webhook.received.v1"


def test_a_repeated_message_is_answered_and_stored_once(client):
    answers = [send(client, age=age).status_code for age in (0, 3, 9)]

    assert answers == [200, 200, 200]
    assert stored() == (1, 1, 1)


@pytest.mark.parametrize("secret", [CURRENT, PREVIOUS])
def test_both_secrets_are_accepted_while_rotating(client, secret):
    assert send(client, secret=secret).status_code == 200


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
def test_what_the_provider_did_not_sign_now_is_refused_and_not_stored(client, how):
    assert send(client, **how).status_code == 400
    assert stored() == (0, 0, 0)


def test_an_altered_message_is_refused(client):
    at = int(clock.now().timestamp())

    answer = send(client, BODY.replace(b"succeeded", b"refunded_"), signature=header(CURRENT, at, BODY))

    assert answer.status_code == 400
    assert stored() == (0, 0, 0)


def test_the_signature_covers_the_raw_bytes_not_their_meaning(client):
    at = int(clock.now().timestamp())

    answer = send(client, BODY.replace(b": ", b":"), signature=header(CURRENT, at, BODY))

    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json", b'{"id": 1, "data": 2}'])
def test_a_signed_message_without_sense_is_refused(client, body):
    assert send(client, body).status_code == 400
    assert stored() == (0, 0, 0)


def test_an_age_of_300_seconds_is_accepted(client):
    assert send(client, age=299).status_code == 200


def test_an_unknown_provider_has_no_address(client):
    assert client.post("/hooks/nobody/", BODY, content_type="application/json").status_code == 404


def test_only_posts_are_taken(client):
    assert client.get(URL).status_code == 405


def test_a_message_about_something_that_is_not_ours_is_left(client, sandbox_provider):
    send(client)

    outbox.drain(now=NOW)

    assert InboxEvent.objects.count() == 1
    assert Payment.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_providers_own_webhooks_confirm_a_payment(sandbox_provider, live_server):
    sandbox_provider.setup(sends_webhooks=True, webhook_url=f"{live_server.url}{URL}")
    view = start(now=clock.now())
    sandbox_provider.pay(view.redirect_url, testing.CHALLENGED)

    def confirmed():
        outbox.drain(now=clock.now())
        return "yes" if payments_of(view.reference)[0].state == PaymentState.CAPTURED else ""

    testing.wait_until(confirmed)
    assert [entry.kind for entry in trail(view.reference)] == ["sale_captured", "provider_fee"]


def picture(reference):
    """Everything money can be seen by."""
    legs = [(leg.account_kind, leg.account_owner, leg.amount) for entry in trail(reference) for leg in entry.postings]
    return sorted(legs, key=str), OutboxEvent.objects.exclude(type__contains="webhook").count()


def replay(events, reference):
    """Handle stored messages in this order, look, and undo it all."""
    point = transaction.savepoint()
    for event in events:
        webhooks.process_webhook(webhook_id=event, now=NOW + timedelta(minutes=1))
    seen = picture(reference)
    transaction.savepoint_rollback(point)
    return seen


def stored_events(provider, public_id):
    ids = []
    for number, body in enumerate(provider.events(public_id)):
        store_webhook(provider="sandbox", event_id=f"{public_id}:{number}", body=body, now=NOW)
        ids.append(WebhookEvent.objects.latest("pk").pk)
    return ids


@pytest.mark.parametrize("api_answered", [True, False])
def test_every_order_of_a_payments_events_gives_the_same_ledger(sandbox_provider, api_answered):
    view = start()
    sandbox_provider.pay(view.redirect_url, testing.DECLINED)
    sandbox_provider.pay(view.redirect_url, testing.CHALLENGED)
    if not api_answered:
        Payment.objects.update(state=PaymentState.CREATED, provider_ref="", redirect_url="")
    events = stored_events(sandbox_provider, view.public_id)
    assert len(events) == 4

    seen = [
        replay([event for index, event in enumerate(order) for _ in range(index % 3 + 1)], view.reference)
        for order in itertools.permutations(events)
    ]

    assert len(seen) == 24
    assert all(one == seen[0] for one in seen)
    assert seen[0][0] != []
    assert seen[0][1] == 1


def test_every_order_of_a_payouts_events_gives_the_same_ledger(sandbox_provider):
    dispatch(captured())
    mature()
    payout = payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
    payout_flow.send_payout(payout_id=payout.public_id, now=NOW)
    sandbox_provider.settled("transfers", payout.public_id)
    sandbox_provider.return_transfer(payout.public_id)
    events = stored_events(sandbox_provider, payout.public_id)
    assert len(events) == 3

    seen = [replay([*order, *order], payout.reference) for order in itertools.permutations(events)]

    assert all(one == seen[0] for one in seen)
    for event in events:
        webhooks.process_webhook(webhook_id=event, now=NOW)
    assert Payout.objects.get().state == "returned"
    assert balances_of(SELLER)["EUR"].in_transit == eur(0)


def test_an_old_answer_after_the_capture_changes_nothing(sandbox_provider):
    payment = captured()
    stale = ProviderPayment("pay_1", Truth.OPEN, payment.amount, eur(0))

    record_truth(payment_id=payment.public_id, truth=stale, now=NOW)

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_money_that_arrives_after_a_payment_was_given_up_is_recorded(sandbox_provider):
    lost = intent()
    assert payin.refresh_payment(payment_id=lost.public_id, now=NOW + timedelta(minutes=2)).state == "failed"
    late = payin._create(lost, look_first=False)
    sandbox_provider.pay(late.redirect_url)

    payin.refresh_payment(payment_id=lost.public_id, now=NOW + timedelta(minutes=3))

    lost.refresh_from_db()
    assert lost.state == PaymentState.CAPTURED
    assert len(trail(lost.reference)) == 2
