"""
The declared movements as pure functions: which accounts they debit (+) and credit (-).

docs/money-flows.md shows each with an example; a test builds every example and compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backmarket.core.money import Money
from payments.enums import AccountKind as A

from .shares import RefundShares


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a movement: debit positive, credit negative."""

    kind: str
    owner: str
    amount: Money


Legs = Sequence[Leg]


def _debit(kind: str, amount: Money, owner: str = "") -> Leg:
    return Leg(kind, owner, amount)


def _credit(kind: str, amount: Money, owner: str = "") -> Leg:
    return Leg(kind, owner, -amount)


def sale_captured(*, provider: str, amount: Money) -> Legs:
    return [_debit(A.PROVIDER_RECEIVABLE, amount, provider), _credit(A.CUSTOMER_FUNDS, amount)]


def provider_fee(*, provider: str, fee: Money) -> Legs:
    return [_debit(A.PROVIDER_FEE_EXPENSE, fee), _credit(A.PROVIDER_RECEIVABLE, fee, provider)]


def line_dispatched(
    *,
    owner: str,
    gross: Money,
    commission: Money,
    commission_vat: Money,
    jurisdiction: str,
    service_fee: Money,
    protection: Money,
    promotion: Money,
    sales_tax: Money,
    sales_tax_jurisdiction: str,
) -> Legs:
    """
    `promotion` is what the house adds, so that the shopper pays less than the seller sells for; `sales_tax` what the
    shopper pays on top for a state.
    """
    return [
        _debit(A.CUSTOMER_FUNDS, gross + sales_tax + service_fee + protection - promotion),
        _debit(A.PROMOTION_EXPENSE, promotion),
        _credit(A.SELLER_PENDING, gross - commission - commission_vat, owner),
        _credit(A.COMMISSION_REVENUE, commission),
        _credit(A.TAX_PAYABLE, commission_vat, jurisdiction),
        _credit(A.SERVICE_REVENUE, service_fee),
        _credit(A.PROTECTION_PAYABLE, protection),
        _credit(A.TAX_PAYABLE, sales_tax, sales_tax_jurisdiction),
    ]


def matured(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.SELLER_PENDING, amount, owner), _credit(A.SELLER_PAYABLE, amount, owner)]


def refund_created(*, amount: Money, shares: RefundShares, owner: str, from_pending: Money) -> Legs:
    """`from_pending` of the seller's share is taken from pending money, the rest from payable."""
    return [
        _debit(A.CUSTOMER_FUNDS, shares.customer_funds),
        _debit(A.SELLER_PENDING, from_pending, owner),
        _debit(A.SELLER_PAYABLE, shares.seller - from_pending, owner),
        _debit(A.COMMISSION_REVENUE, shares.commission),
        _debit(A.TAX_PAYABLE, shares.commission_vat, shares.vat_jurisdiction),
        _debit(A.SERVICE_REVENUE, shares.service_fee),
        _debit(A.PROTECTION_PAYABLE, shares.protection),
        _debit(A.TAX_PAYABLE, shares.sales_tax, shares.sales_tax_jurisdiction),
        _credit(A.PROMOTION_EXPENSE, shares.promotion),
        _debit(A.WRITE_OFF, shares.marketplace),
        _credit(A.REFUND_PAYABLE, amount),
    ]


def refund_failed(*, amount: Money, shares: RefundShares, owner: str, to_pending: Money) -> Legs:
    """Give every part back; `to_pending` is what is still on its way to maturity."""
    created = refund_created(amount=amount, shares=shares, owner=owner, from_pending=to_pending)
    return [Leg(leg.kind, leg.owner, -leg.amount) for leg in created]


def refund_paid(*, provider: str, amount: Money) -> Legs:
    return [_debit(A.REFUND_PAYABLE, amount), _credit(A.PROVIDER_RECEIVABLE, amount, provider)]


def payout_created(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.SELLER_PAYABLE, amount, owner), _credit(A.PAYOUT_IN_TRANSIT, amount, owner)]


def payout_paid(*, owner: str, provider: str, amount: Money) -> Legs:
    return [_debit(A.PAYOUT_IN_TRANSIT, amount, owner), _credit(A.PROVIDER_RECEIVABLE, amount, provider)]


def payout_returned(*, owner: str, provider: str, amount: Money, was_paid: bool) -> Legs:
    """Back to payable: from the transit account, or from the provider when it had already paid."""
    source = _debit(A.PROVIDER_RECEIVABLE, amount, provider) if was_paid else _debit(A.PAYOUT_IN_TRANSIT, amount, owner)
    return [source, _credit(A.SELLER_PAYABLE, amount, owner)]


def reserve_held(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.SELLER_PAYABLE, amount, owner), _credit(A.SELLER_RESERVE, amount, owner)]


def reserve_released(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.SELLER_RESERVE, amount, owner), _credit(A.SELLER_PAYABLE, amount, owner)]


def stored_value_granted(*, owner: str, amount: Money) -> Legs:
    """The house pays for what it gives away."""
    return [_debit(A.PROMOTION_EXPENSE, amount), _credit(A.STORED_VALUE, amount, owner)]


def stored_value_moved(*, source: str, owner: str, amount: Money) -> Legs:
    return [_debit(A.STORED_VALUE, amount, source), _credit(A.STORED_VALUE, amount, owner)]


def stored_value_spent(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.STORED_VALUE, amount, owner), _credit(A.CUSTOMER_FUNDS, amount)]


def refund_credited(*, owner: str, amount: Money) -> Legs:
    return [_debit(A.REFUND_PAYABLE, amount), _credit(A.STORED_VALUE, amount, owner)]
