import pytest

from backmarket.core.money import Money
from backmarket.core.states import MoveRefusedError
from catalog.tests.factories import NOW, make_listing
from checkout.enums import CancelledBy, LineState
from checkout.services import refunds
from checkout.services.refunds import PartialBeforeDispatchError, RefundAboveRestError, RefundNotPossibleError
from payments.models import Refund
from payments.providers.base import ProviderRefund, Truth
from payments.selectors.ledger import balances_of
from payments.services import refunds as payment_refunds

from .factories import ACTOR, accept, make_basket, paid_order, place, shipped_line

pytestmark = pytest.mark.django_db


def eur(minor):
    return Money(minor, "EUR")


def refund(line, minor=None, *, key="k1", borne_by="seller", currency="EUR"):
    return refunds.refund_line(
        line_id=line.pk,
        amount=None if minor is None else Money(minor, currency),
        reason="scratched",
        borne_by=borne_by,
        actor=ACTOR,
        key=key,
        now=NOW,
    )


def cancel(line, by=CancelledBy.SHOPPER):
    return refunds.cancel_line(line_id=line.pk, by=by, reason="changed my mind", actor=ACTOR, now=NOW)


def bank_refuses(view):
    payment_refunds.record_truth(
        refund_id=view.public_id, truth=ProviderRefund("re_1", Truth.FAILED, "closed"), now=NOW
    )


def state_of(line):
    line.refresh_from_db()
    return line.state


def pending_of(line):
    return balances_of(f"seller:{line.seller_id}")["EUR"].pending


def test_a_cancelled_line_gives_all_money_and_its_unit_back():
    listing = make_listing(quantity=1)
    line = paid_order(listing).lines.get()

    view = cancel(line)

    listing.refresh_from_db()
    assert view.amount == eur(46_399)
    assert (state_of(line), line.cancelled_by) == (LineState.CANCELLED, "shopper")
    assert (listing.quantity, listing.reserved) == (1, 0)
    assert Refund.objects.get().shares["customer_funds"] == 46_399


def test_cancelling_twice_refunds_once():
    line = paid_order().lines.get()
    cancel(line)

    with pytest.raises(MoveRefusedError):
        cancel(line)

    assert Refund.objects.count() == 1


def test_a_shopper_cannot_cancel_what_the_seller_accepted_but_the_seller_can():
    line = paid_order().lines.get()
    accept(line)

    with pytest.raises(MoveRefusedError):
        cancel(line)
    assert not Refund.objects.exists()

    cancel(line, CancelledBy.SELLER)
    assert state_of(line) == LineState.REFUNDED_BEFORE_SHIPPING


def test_what_was_sent_cannot_be_cancelled():
    line = shipped_line()

    with pytest.raises(MoveRefusedError):
        cancel(line, CancelledBy.MARKETPLACE)

    assert state_of(line) == LineState.SHIPPED
    assert not Refund.objects.exists()


def test_a_full_refund_before_dispatch_cancels_the_line():
    listing = make_listing(quantity=1)
    line = paid_order(listing).lines.get()
    accept(line)

    assert refund(line).amount == eur(46_399)

    listing.refresh_from_db()
    assert (state_of(line), line.cancelled_by) == (LineState.REFUNDED_BEFORE_SHIPPING, "marketplace")
    assert listing.quantity == 1


def test_a_part_cannot_go_back_before_dispatch():
    line = paid_order().lines.get()

    with pytest.raises(PartialBeforeDispatchError):
        refund(line, 1_000)

    assert state_of(line) == LineState.PAID
    assert not Refund.objects.exists()


def test_a_partial_refund_is_borne_in_the_shares_of_the_sale():
    line = shipped_line()

    refund(line, 10_000)

    shares = Refund.objects.get().shares
    assert (shares["seller"], shares["commission"], shares["commission_vat"], shares["service_fee"]) == (
        8_800,
        1_000,
        200,
        0,
    )
    assert pending_of(line) == eur(40_392 - 8_800)
    assert state_of(line) == LineState.SHIPPED


def test_partial_refunds_leave_the_seller_with_exactly_nothing():
    line = shipped_line()

    for number, minor in enumerate([1, 2, 3, 3_333, 7_777, 1]):
        refund(line, minor, key=f"part {number}")
    refund(line, key="rest")

    assert pending_of(line) == eur(0)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 46_399
    assert state_of(line) == LineState.REFUNDED_AFTER_SHIPPING


def test_a_refund_is_made_once_a_key():
    line = shipped_line()

    first, again = refund(line, 5_000), refund(line, 5_000)

    assert first.public_id == again.public_id
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("minor", [46_400, 0, -1, 10**15])
def test_more_than_the_rest_or_nothing_at_all_is_refused(minor):
    line = shipped_line()

    with pytest.raises(RefundAboveRestError):
        refund(line, minor)

    assert not Refund.objects.exists()
    assert pending_of(line) == eur(40_392)


def test_another_currency_is_refused():
    line = shipped_line()

    with pytest.raises(RefundAboveRestError):
        refund(line, 1_000, currency="GBP")

    assert not Refund.objects.exists()


def test_a_line_that_was_never_paid_has_nothing_to_refund():
    line = place(make_basket([make_listing()])).lines.get()

    with pytest.raises(RefundNotPossibleError):
        refund(line)

    assert not Refund.objects.exists()


def test_what_went_back_in_full_cannot_go_back_again():
    line = shipped_line()
    refund(line)

    with pytest.raises(RefundNotPossibleError):
        refund(line, 1, key="k2")

    assert Refund.objects.count() == 1


def test_a_refund_that_the_bank_refused_can_be_made_again():
    line = shipped_line()
    bank_refuses(refund(line))
    assert pending_of(line) == eur(40_392)

    refund(line, key="k2")

    assert pending_of(line) == eur(0)
    assert state_of(line) == LineState.REFUNDED_AFTER_SHIPPING
    assert Refund.objects.count() == 2


def test_a_cancellation_whose_refund_failed_can_be_refunded_again():
    line = paid_order().lines.get()
    bank_refuses(cancel(line))

    again = refund(line, key="k2")

    assert again.amount == eur(46_399)
    assert state_of(line) == LineState.CANCELLED
    assert line.listing.quantity == 5


def test_what_the_marketplace_bears_leaves_the_seller_alone():
    line = shipped_line()

    refund(line, 3_000, borne_by="marketplace")

    assert Refund.objects.get().shares["marketplace"] == 3_000
    assert pending_of(line) == eur(40_392)
