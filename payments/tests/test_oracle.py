"""Money against an independent oracle: any order of events leaves the balances that plain sums expect (M3)."""

from collections import Counter
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backmarket.core.errors import DomainError
from payments.models import Maturity, Payout, Posting, Refund
from payments.providers.base import ProviderRefund, ProviderTransfer, Truth
from payments.rules.shares import RefundShares
from payments.services import maturity, payouts, refunds

from .factories import ACTOR, NOW, SELLER, ask_refund, captured, dispatch, eur, seller_share

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            "pay dispatch promote mature refund_funds refund_seller refund_shared refund_ok refund_bad payout paid "
            "returned".split()
        ),
        st.integers(0, 5),
        st.integers(1, 12_000),
    ),
    max_size=40,
)


class World:
    """Does each step through the services and, where they allow it, in plain sums beside them."""

    def __init__(self):
        self.expected: Counter[str] = Counter()
        self.payments = []
        self.lines = {}

    def add(self, **changes):
        self.expected.update(changes)

    def pay(self, _which, amount):
        self.payments.append((captured(amount=amount + 300, reference=f"order:{uuid4()}"), amount + 300))
        self.add(provider_receivable=amount + 300, customer_funds=-(amount + 300))

    def dispatch(self, which, amount):
        payment, _ = self.payments[which % len(self.payments)]
        line = f"line:{uuid4()}"
        dispatch(payment, line=line, gross=amount)
        commission = eur(amount).split([1, 9])[0].amount_minor
        vat = eur(commission).split([1, 4])[0].amount_minor
        self.lines[line] = payment
        self.add(
            customer_funds=amount + 200,
            seller_pending=-(amount - commission - vat),
            commission_revenue=-commission,
            tax_payable=-vat,
            service_revenue=-200,
        )

    def promote(self, which, amount):
        """A line that the house adds to and that has a protection plan."""
        payment, _ = self.payments[which % len(self.payments)]
        line, promotion, protection = f"line:{uuid4()}", amount // 3, amount // 12
        dispatch(payment, line=line, gross=amount, promotion=promotion, protection=protection)
        commission = eur(amount).split([1, 9])[0].amount_minor
        vat = eur(commission).split([1, 4])[0].amount_minor
        self.lines[line] = payment
        self.add(
            customer_funds=amount - promotion + 200 + protection,
            promotion_expense=promotion,
            seller_pending=-(amount - commission - vat),
            commission_revenue=-commission,
            tax_payable=-vat,
            service_revenue=-200,
            protection_payable=-protection,
        )

    def mature(self, which, _amount):
        line = list(self.lines)[which % len(self.lines)]
        row = maturity.release_early(line_reference=line, actor=ACTOR, reason="x", now=NOW)
        self.add(seller_pending=row.amount_minor, seller_payable=-row.amount_minor)

    def refund_funds(self, which, amount):
        payment, _ = self.payments[which % len(self.payments)]
        ask_refund(payment, amount)
        self.add(customer_funds=amount, refund_payable=-amount)

    def refund_seller(self, which, amount):
        line, payment = list(self.lines.items())[which % len(self.lines)]
        row = Maturity.objects.get(line_reference=line)
        from_pending = min(amount, row.amount_minor) if row.matured_at is None else 0
        ask_refund(payment, amount, shares=seller_share(amount), line=line)
        self.add(seller_pending=from_pending, seller_payable=amount - from_pending, refund_payable=-amount)

    def refund_shared(self, which, amount):
        """A third of the seller's part had been added by the house; a twelfth is of the protection plan."""
        line, payment = list(self.lines.items())[which % len(self.lines)]
        row = Maturity.objects.get(line_reference=line)
        from_pending = min(amount, row.amount_minor) if row.matured_at is None else 0
        promotion, protection, zero = amount // 3, amount // 12, eur(0)
        shares = RefundShares(
            zero,
            eur(amount),
            zero,
            zero,
            "FR",
            zero,
            zero,
            protection=eur(protection),
            promotion=eur(promotion),
            sales_tax=zero,
        )
        ask_refund(payment, amount + protection - promotion, shares=shares, line=line)
        self.add(
            seller_pending=from_pending,
            seller_payable=amount - from_pending,
            protection_payable=protection,
            promotion_expense=-promotion,
            refund_payable=-(amount + protection - promotion),
        )

    def _refund(self, which):
        pending = list(Refund.objects.filter(state="pending").order_by("pk"))
        return pending[which % len(pending)]

    def refund_ok(self, which, _amount):
        refund = self._refund(which)
        refunds.record_truth(refund_id=refund.public_id, truth=ProviderRefund("re", Truth.SUCCEEDED), now=NOW)
        self.add(refund_payable=refund.amount_minor, provider_receivable=-refund.amount_minor)

    def refund_bad(self, which, _amount):
        refund = self._refund(which)
        shares = refund.shares
        row = Maturity.objects.filter(line_reference=refund.line_reference).first()
        to_pending = refund.from_pending_minor if row and row.matured_at is None else 0
        refunds.record_truth(refund_id=refund.public_id, truth=ProviderRefund("re", Truth.FAILED), now=NOW)
        self.add(
            refund_payable=refund.amount_minor,
            customer_funds=-shares["customer_funds"],
            seller_pending=-to_pending,
            seller_payable=-(shares["seller"] - to_pending),
            protection_payable=-shares["protection"],
            promotion_expense=shares["promotion"],
        )

    def payout(self, _which, _amount):
        payout = payouts.create_payout(owner=SELLER, currency="EUR", actor=ACTOR, now=NOW)
        assert payout.amount_minor == -self.expected["seller_payable"]
        self.add(seller_payable=payout.amount_minor, payout_in_transit=-payout.amount_minor)

    def _payout(self, which, *states):
        found = list(Payout.objects.filter(state__in=states).order_by("pk"))
        return found[which % len(found)]

    def paid(self, which, _amount):
        payout = self._payout(which, "created", "sent")
        payouts.record_truth(payout_id=payout.public_id, truth=ProviderTransfer("tr", Truth.SUCCEEDED), now=NOW)
        self.add(payout_in_transit=payout.amount_minor, provider_receivable=-payout.amount_minor)

    def returned(self, which, _amount):
        payout = self._payout(which, "created", "sent", "paid")
        source = "provider_receivable" if payout.state == "paid" else "payout_in_transit"
        payouts.record_truth(payout_id=payout.public_id, truth=ProviderTransfer("tr", Truth.RETURNED), now=NOW)
        self.add(**{source: payout.amount_minor}, seller_payable=-payout.amount_minor)

    def check(self):
        sums = Posting.objects.values_list("account__kind").annotate(Sum("amount_minor"))
        actual = {kind: total for kind, total in sums.order_by("account__kind") if total}
        assert actual == {kind: total for kind, total in self.expected.items() if total}
        assert sum(actual.values()) == 0
        for payment, paid in self.payments:
            gone = Refund.objects.filter(payment=payment).exclude(state="failed").aggregate(t=Sum("amount_minor"))["t"]
            assert (gone or 0) <= paid
        open_rows = Maturity.objects.filter(matured_at=None).aggregate(t=Sum("amount_minor"))["t"] or 0
        assert open_rows == -actual.get("seller_pending", 0)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_ledger_equals_the_oracle(steps):
    with transaction.atomic():
        world = World()
        for name, which, amount in steps:
            before = Counter(world.expected)
            try:
                with transaction.atomic():
                    getattr(world, name)(which, amount)
            except (DomainError, ZeroDivisionError):
                # Refused, or nothing there to do it with: then nothing may have moved.
                world.expected = before
        world.check()
        transaction.set_rollback(True)
