"""Processes that die between two steps: the stored intent is enough to make it good (R1, M5)."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from backmarket.core import outbox
from backmarket.core.events import handlers_of
from backmarket.core.models import InboxEvent, OutboxEvent
from payments import testing
from payments.enums import PaymentState, RefundState
from payments.flows import payin, sweep
from payments.models import Capture, Payment, Refund
from payments.selectors import trail

from .factories import NOW, ask_refund, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = NOW + timedelta(minutes=2)

DIE = """
import os, sys, uuid, django
django.setup()
from payments.flows import payin, refunds
from payments.providers.sandbox import SandboxProvider
from payments.services import payments
from payments.tests import factories

def dies_after(owner, name):
    real = getattr(owner, name)
    def wrapped(*args, **kwargs):
        real(*args, **kwargs)
        os._exit(9)
    setattr(owner, name, wrapped)

def dies_before(owner, name):
    setattr(owner, name, lambda *args, **kwargs: os._exit(9))

point, public_id = sys.argv[1:]
if point == "create sent":
    dies_after(SandboxProvider, "create_payment")
    factories.start(reference="order:killed")
elif point == "intent stored":
    dies_before(SandboxProvider, "create_payment")
    factories.start(reference="order:killed")
elif point == "truth heard":
    dies_before(payments, "record_truth")
    payin.refresh_payment(payment_id=uuid.UUID(public_id), now=factories.NOW)
elif point == "capture recorded":
    payin.refresh_payment(payment_id=uuid.UUID(public_id), now=factories.NOW)
    os._exit(9)
elif point == "refund sent":
    dies_after(SandboxProvider, "create_refund")
    refunds.send_refund(refund_id=uuid.UUID(public_id), now=factories.NOW)
"""


def die(point, provider, public_id="-"):
    """Run until the named point in another process, which ends there without a word."""
    env = {
        **os.environ,
        "DATABASE_URL": testing.database_url(),
        "DJANGO_SETTINGS_MODULE": "backmarket.settings.test",
        "SANDBOX_PROVIDER_URL": provider.url,
    }
    command = [sys.executable, "-c", DIE, point, str(public_id)]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=False, capture_output=True)
    assert ended.returncode == 9, ended.stderr.decode()


def test_killed_after_the_provider_was_called_the_page_is_found_again(sandbox_provider):
    die("create sent", sandbox_provider)
    killed = Payment.objects.get()
    assert (killed.state, killed.provider_ref) == (PaymentState.CREATED, "")

    sweep.sweep(now=LATER)

    killed.refresh_from_db()
    assert killed.state == PaymentState.REQUIRES_ACTION
    assert len(sandbox_provider.objects("payments", killed.public_id)) == 1


def test_killed_before_the_provider_was_called_a_retry_makes_one_payment(sandbox_provider):
    die("intent stored", sandbox_provider)
    killed = Payment.objects.get()

    again = start(reference="order:killed", key=killed.key, now=LATER)

    assert (again.public_id, again.state) == (killed.public_id, PaymentState.REQUIRES_ACTION)
    assert len(sandbox_provider.objects("payments", killed.public_id)) == 1


def test_killed_before_the_outcome_is_stored_the_sweep_records_it(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)
    die("truth heard", sandbox_provider, view.public_id)
    assert Capture.objects.count() == 0

    sweep.sweep(now=LATER)

    assert Capture.objects.count() == 1
    assert [entry.kind for entry in trail(view.reference)] == ["sale_captured", "provider_fee"]


def test_killed_after_the_capture_the_event_still_reaches_its_handlers(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)
    die("capture recorded", sandbox_provider, view.public_id)
    event = OutboxEvent.objects.get(type="payments.payment.captured.v1")
    assert (event.sent_at, InboxEvent.objects.count()) == (None, 0)

    # Sent to a worker that dies before it handles anything: the sweep of the outbox sends it again.
    outbox.relay_once(lambda queue, ids: None, now=NOW)
    outbox.requeue_unhandled(now=LATER, older_than=timedelta(minutes=1))
    outbox.drain(now=LATER)

    expected = {handler.name for handler in handlers_of(event.type)}
    assert set(InboxEvent.objects.filter(event_id=event.pk).values_list("handler", flat=True)) == expected


def test_killed_after_a_refund_was_sent_it_is_looked_up_and_sent_once(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)
    payin.refresh_payment(payment_id=view.public_id, now=NOW)
    refund = ask_refund(Payment.objects.get(), 2_000)
    die("refund sent", sandbox_provider, refund.public_id)
    sandbox_provider.settled("refunds", refund.public_id)

    sweep.sweep(now=LATER)

    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1
