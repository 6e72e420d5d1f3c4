"""Movements that other tribes cause."""

from datetime import datetime

from django.db import transaction

from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from payments import locks
from payments.enums import AccountKind, EntryKind
from payments.models import Entry, Maturity
from payments.rules import movements
from payments.selectors.ledger import reference_balance

from .ledger import post_entry


class NotEnoughFundsError(DomainError):
    """More would leave the customer's money of a reference than was paid and not given back."""

    code = "not_enough_customer_funds"


@transaction.atomic
def record_dispatch(
    *,
    reference: str,
    line_reference: str,
    seller_owner: str,
    gross: Money,
    commission: Money,
    commission_vat: Money,
    vat_jurisdiction: str,
    service_fee: Money,
    protection: Money,
    promotion: Money,
    sales_tax: Money,
    sales_tax_jurisdiction: str,
    matures_at: datetime,
    now: datetime,
) -> Entry:
    """
    Record that a line was handed over: the customer's money becomes the seller's, less commission.

    Once per line; a repeat with the same amounts changes nothing. `gross` is what the seller sold for,
    `service_fee` and `protection` what the buyer paid the house on top, `promotion` what the house adds because the
    buyer paid that much less, `sales_tax` what the house owes to a state as marketplace facilitator.

    :raises NotEnoughFundsError: the reference holds less than the buyer's part of it
    :raises EntryKeyReusedError: the line was dispatched with other amounts
    """
    locks.lock_payments_of(reference)
    key = f"dispatch:{line_reference}"
    net = gross - commission - commission_vat
    if not Entry.objects.filter(idempotency_key=key).exists():
        require_customer_funds(reference=reference, amount=gross + sales_tax + service_fee + protection - promotion)
        Maturity.objects.create(
            reference=reference,
            line_reference=line_reference,
            owner=seller_owner,
            amount_minor=net.amount_minor,
            currency=net.currency,
            matures_at=matures_at,
        )
    return post_entry(
        kind=EntryKind.LINE_DISPATCHED,
        reference=reference,
        line_reference=line_reference,
        postings=movements.line_dispatched(
            owner=seller_owner,
            gross=gross,
            commission=commission,
            commission_vat=commission_vat,
            jurisdiction=vat_jurisdiction,
            service_fee=service_fee,
            protection=protection,
            promotion=promotion,
            sales_tax=sales_tax,
            sales_tax_jurisdiction=sales_tax_jurisdiction,
        ),
        key=key,
        occurred_at=now,
    )


def require_customer_funds(*, reference: str, amount: Money) -> None:
    """:raises NotEnoughFundsError: the reference holds less; the caller holds the reference's payments"""
    held = -reference_balance(reference=reference, kind=AccountKind.CUSTOMER_FUNDS, currency=amount.currency)
    if held < amount:
        raise NotEnoughFundsError(reference=reference, held=str(held), wanted=str(amount))
