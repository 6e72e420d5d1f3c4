"""The sweeps as beat starts them: on a queue, at a period, in tasks that do the work."""

from datetime import timedelta

import pytest
from celery import current_app

from backmarket.core import clock
from payments import tasks
from payments.enums import PaymentState
from payments.models import Payment
from payments.selectors import balances_of

from .factories import SELLER, captured, dispatch, eur, intent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("task", "period"), [("sweep_payments", 20.0), ("release_matured", 300.0)])
def test_beat_starts_the_sweeps_on_the_queue_of_payments(task, period):
    lines = [line for line in current_app.conf.beat_schedule.values() if line["task"] == f"payments.tasks.{task}"]

    assert [(line["schedule"], line["options"]) for line in lines] == [(period, {"queue": "bucks"})]
    assert f"payments.tasks.{task}" in current_app.tasks


def test_the_sweep_of_payments_asks_about_what_is_open(sandbox_provider):
    lost = intent()

    with clock.travel(lost.created_at - clock.now() + timedelta(minutes=5)):
        tasks.sweep_payments()

    assert Payment.objects.get().state == PaymentState.FAILED


def test_the_sweep_of_maturities_releases_what_is_due():
    dispatch(captured())
    due = balances_of(SELLER)["EUR"].pending

    with clock.travel(timedelta(days=365)):
        tasks.release_matured()

    assert (balances_of(SELLER)["EUR"].pending, balances_of(SELLER)["EUR"].payable) == (eur(0), due)
