"""Refunds: capped by what was captured (M2), settled or freed by what the provider says."""

from datetime import timedelta

import pytest

from backmarket.core.models import OutboxEvent
from backmarket.core.money import Money
from payments import testing
from payments.enums import RefundState
from payments.flows import payin, sweep
from payments.flows import refunds as flow
from payments.models import Entry, Maturity, Payment, Refund
from payments.rules.shares import RefundShares, SharesDoNotAddUpError
from payments.selectors import balances_of, refunded_minor, trail
from payments.selectors.balances import balance_of
from payments.selectors.ledger import reference_balance
from payments.services.movements import NotEnoughFundsError
from payments.services.refunds import NothingDispatchedError, RefundExceedsCaptureError, RefundKeyReusedError

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, mature, seller_share, start

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


def owed(kind="refund_payable"):
    return -balance_of(kind=kind, currency="EUR")


def paid(provider, card=testing.CHARGED):
    """A payment that the provider really took."""
    view = start()
    provider.pay(view.redirect_url, card)
    payin.refresh_payment(payment_id=view.public_id, now=NOW)
    return Payment.objects.get(public_id=view.public_id)


def test_a_refund_sets_its_money_aside_at_once():
    payment = captured()

    view = ask_refund(payment, 4_000, line="line:1")

    assert (view.state, view.amount) == (RefundState.PENDING, eur(4_000))
    assert owed() == eur(4_000)
    assert reference_balance(reference=payment.reference, kind="customer_funds", currency="EUR") == eur(-6_000)
    assert refunded_minor("line:1") == 4_000


def test_refunds_never_exceed_the_capture():
    payment = captured()
    ask_refund(payment, 6_000)

    with pytest.raises(RefundExceedsCaptureError):
        ask_refund(payment, 4_001)

    assert (Refund.objects.count(), owed()) == (1, eur(6_000))


def test_a_refund_needs_a_capture():
    with pytest.raises(RefundExceedsCaptureError):
        ask_refund(Payment(reference="order:none"), 1)

    assert Entry.objects.count() == 0


def test_a_refund_key_is_spent_once():
    payment = captured()
    first = ask_refund(payment, 1_000, key="k")

    assert ask_refund(payment, 1_000, key="k") == first
    with pytest.raises(RefundKeyReusedError):
        ask_refund(payment, 1_001, key="k")
    assert (Refund.objects.count(), owed()) == (1, eur(1_000))


@pytest.mark.parametrize(("seller", "house"), [(5_000, 4_999), (10_001, -1)])
def test_shares_must_sum_to_the_refund(seller, house):
    payment = captured()
    dispatch(payment)
    zero = eur(0)
    shares = RefundShares(zero, eur(seller), zero, zero, "FR", zero, eur(house), zero, zero, zero)

    with pytest.raises(SharesDoNotAddUpError):
        ask_refund(payment, 10_000, shares=shares, line="line:1")

    assert Refund.objects.count() == 0


def test_a_seller_gives_back_only_what_was_dispatched():
    payment = captured()

    with pytest.raises(NothingDispatchedError):
        ask_refund(payment, 100, shares=seller_share(100), line="line:1")

    assert Refund.objects.count() == 0


def test_dispatched_money_is_no_longer_the_customers():
    payment = captured()
    dispatch(payment)

    with pytest.raises(NotEnoughFundsError):
        ask_refund(payment, 100)

    assert Refund.objects.count() == 0


def test_a_sellers_share_comes_from_pending_money_first():
    payment = captured()
    dispatch(payment)
    net = Maturity.objects.get().amount

    ask_refund(payment, 1_000, shares=seller_share(1_000), line="line:1")

    assert Maturity.objects.get().amount == net - eur(1_000)
    assert balances_of(SELLER)["EUR"].pending == net - eur(1_000)
    mature()
    assert balances_of(SELLER)["EUR"].payable == net - eur(1_000)


def test_a_sellers_share_after_maturity_comes_from_payable_and_may_make_it_negative():
    payment = captured()
    dispatch(payment)
    mature()
    net = balances_of(SELLER)["EUR"].payable

    ask_refund(payment, 10_000, shares=seller_share(10_000), line="line:1")

    assert balances_of(SELLER)["EUR"].payable == net - eur(10_000)
    assert balances_of(SELLER)["EUR"].payable < Money.zero("EUR")


def test_a_refund_is_sent_and_settled(sandbox_provider):
    payment = paid(sandbox_provider)
    view = flow.send_refund(refund_id=ask_refund(payment, 2_500).public_id, now=NOW)
    assert view.state == RefundState.PENDING

    sandbox_provider.settled("refunds", view.public_id)
    done = flow.send_refund(refund_id=view.public_id, now=LATER)

    assert (done.state, done.settled_at) == (RefundState.SUCCEEDED, LATER)
    assert owed() == eur(0)
    assert [entry.kind for entry in trail(payment.reference)][-2:] == ["refund_created", "refund_paid"]
    assert OutboxEvent.objects.filter(type="payments.refund.succeeded.v1").count() == 1
    assert len(sandbox_provider.objects("refunds", view.public_id)) == 1


def test_a_failed_refund_frees_its_amount(sandbox_provider):
    payment = paid(sandbox_provider, testing.REFUND_FAILS)
    dispatch(payment)
    before = balances_of(SELLER)
    view = flow.send_refund(
        refund_id=ask_refund(payment, 5_000, shares=seller_share(5_000), line="line:1").public_id, now=NOW
    )
    assert refunded_minor("line:1") == 5_000

    sandbox_provider.settled("refunds", view.public_id)
    sweep.sweep(now=LATER)

    refund = Refund.objects.get()
    assert (refund.state, refund.failure_code) == (RefundState.FAILED, "card_refused_refund")
    assert balances_of(SELLER) == before
    assert Maturity.objects.get().amount == before["EUR"].pending
    assert (owed(), refunded_minor("line:1")) == (eur(0), 0)
    ask_refund(payment, 10_000, shares=seller_share(10_000), line="line:1")


def test_a_refund_that_fails_after_maturity_comes_back_as_payable(sandbox_provider):
    payment = paid(sandbox_provider, testing.REFUND_FAILS)
    dispatch(payment)
    net = balances_of(SELLER)["EUR"].pending
    view = flow.send_refund(
        refund_id=ask_refund(payment, 5_000, shares=seller_share(5_000), line="line:1").public_id, now=NOW
    )
    mature()

    sandbox_provider.settled("refunds", view.public_id)
    sweep.sweep(now=LATER)

    assert balances_of(SELLER)["EUR"].payable == net
    assert balances_of(SELLER)["EUR"].pending == eur(0)


@pytest.mark.parametrize("misbehaviour", [{"lose_next": 1}, {"fail_next": 1}])
def test_an_unknown_refund_is_looked_up_and_never_doubled(sandbox_provider, misbehaviour):
    payment = paid(sandbox_provider)
    sandbox_provider.setup(**misbehaviour)
    silent = flow.send_refund(refund_id=ask_refund(payment, 1_000).public_id, now=NOW)
    assert silent.state == RefundState.PENDING

    sweep.sweep(now=LATER)
    sandbox_provider.settled("refunds", silent.public_id)
    sweep.sweep(now=LATER + timedelta(minutes=1))

    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert len(sandbox_provider.objects("refunds", silent.public_id)) == 1


def test_a_refund_the_provider_refuses_is_undone(sandbox_provider):
    payment = captured()

    view = flow.refund(
        reference=payment.reference,
        line_reference="",
        amount=eur(500),
        shares=RefundShares.before_dispatch(eur(500)),
        borne_by="customer_funds",
        reason="late",
        actor=ACTOR,
        key="k",
        now=NOW,
    )

    assert view.state == RefundState.FAILED
    assert (owed(), owed("customer_funds")) == (eur(0), eur(10_000))
