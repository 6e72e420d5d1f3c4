"""An answer that refuses us (a rotated key, a proxy) never passes for a no to what the provider may have done."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from payments.enums import PayoutState, RefundState
from payments.flows import payin, sweep
from payments.flows.payouts import send_payout
from payments.flows.refunds import send_refund
from payments.models import Payment, Payout, Refund
from payments.selectors import balances_of
from payments.services import payouts

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, mature, start

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=2)
LOCKED_OUT = override_settings(SANDBOX_API_KEY="sk_rotated")


def test_a_refund_whose_answer_was_lost_stays_pending_while_our_key_is_refused(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)
    payin.refresh_payment(payment_id=view.public_id, now=NOW)
    refund = ask_refund(Payment.objects.get(), 4_000)
    sandbox_provider.setup(lose_next=1)
    send_refund(refund_id=refund.public_id, now=NOW)

    with LOCKED_OUT:
        assert send_refund(refund_id=refund.public_id, now=LATER).state == RefundState.PENDING
        assert sweep.sweep(now=LATER + timedelta(minutes=2)) == 1

    assert Refund.objects.get().state == RefundState.PENDING
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1


def test_a_payout_whose_answer_was_lost_is_not_payable_again_while_our_key_is_refused(sandbox_provider):
    dispatch(captured())
    mature()
    with transaction.atomic():
        payout = payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
    sandbox_provider.setup(lose_next=1)
    send_payout(payout_id=payout.public_id, now=NOW)

    with LOCKED_OUT:
        assert send_payout(payout_id=payout.public_id, now=LATER).state == PayoutState.CREATED

    assert Payout.objects.get().state == PayoutState.CREATED
    assert balances_of(SELLER)["EUR"].payable == eur(0)
    assert len(sandbox_provider.objects("transfers", payout.public_id)) == 1


def test_a_payment_stays_unknown_while_our_key_is_refused(sandbox_provider):
    with LOCKED_OUT:
        view = start()

    assert (view.state, view.redirect_url) == ("unknown", "")
    assert sandbox_provider.objects("payments", view.public_id) == []
