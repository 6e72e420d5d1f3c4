"""
The only row locks of payments.

Order: payments of a reference by key, refund, payout, maturity, reserve, the seller's payable account,
then gift card, holds of a reference and accounts of stored value by key.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .enums import AccountKind
from .models import (
    Account,
    GiftCard,
    LedgerCheck,
    Maturity,
    Payment,
    Payout,
    PayoutFreeze,
    PayoutHold,
    Refund,
    RollingReserve,
    RoutingRule,
    StoredValueHold,
)


def lock_payment(public_id: UUID) -> Payment:
    """:raises Payment.DoesNotExist: there is none"""
    return Payment.objects.select_for_update(no_key=True).get(public_id=public_id)


def lock_payments_of(reference: str) -> list[Payment]:
    """Lock a reference's payments: dispatches and refunds of one order go one after the other."""
    return list(Payment.objects.filter(reference=reference).order_by("pk").select_for_update(no_key=True))


def lock_refund(public_id: UUID) -> Refund:
    """:raises Refund.DoesNotExist: there is none"""
    return Refund.objects.select_for_update(no_key=True, of=("self",)).get(public_id=public_id)


def lock_payout(public_id: UUID) -> Payout:
    """:raises Payout.DoesNotExist: there is none"""
    return Payout.objects.select_for_update(no_key=True).get(public_id=public_id)


def lock_hold(owner: str, kind: str) -> PayoutHold | None:
    return PayoutHold.objects.filter(owner=owner, kind=kind, lifted_at=None).select_for_update(no_key=True).first()


def claim_reserves(*, now: datetime, limit: int) -> list[RollingReserve]:
    """Lock the due reserves that no other sweeper holds, with their payouts."""
    due = RollingReserve.objects.filter(released_at=None, releases_at__lte=now).select_related("payout").order_by("pk")
    return list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit])


def lock_maturity(line_reference: str) -> Maturity | None:
    return Maturity.objects.filter(line_reference=line_reference).select_for_update(no_key=True).first()


def claim_matured(*, now: datetime, limit: int) -> list[Maturity]:
    """Lock the due rows that no other sweeper or refund holds."""
    return list(
        Maturity.objects.filter(matured_at=None, matures_at__lte=now)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)[:limit]
    )


def lock_payable(owners: Iterable[str], currency: str) -> list[Account]:
    """Lock sellers' payable accounts, so that a payout and a refund of one seller go one after the other."""
    return list(
        Account.objects.filter(kind=AccountKind.SELLER_PAYABLE, owner__in=set(owners), currency=currency)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def lock_routing_rule(rule_id: int) -> RoutingRule | None:
    return RoutingRule.objects.filter(pk=rule_id).select_for_update(no_key=True).first()


def lock_freeze() -> PayoutFreeze | None:
    return PayoutFreeze.objects.filter(lifted_at=None).select_for_update(no_key=True).first()


def claim_check() -> LedgerCheck | None:
    """Lock the check that is not finished, unless another worker is at it."""
    return LedgerCheck.objects.filter(finished_at=None).order_by("pk").select_for_update(skip_locked=True).first()


def lock_gift_card(public_id: UUID) -> GiftCard | None:
    return GiftCard.objects.filter(public_id=public_id).select_for_update(no_key=True).first()


def lock_holds(reference: str) -> list[StoredValueHold]:
    """Lock what a reference holds of stored value, so that it is spent, freed or given back once."""
    holds = StoredValueHold.objects.filter(reference=reference).select_related("account").order_by("pk")
    return list(holds.select_for_update(no_key=True, of=("self",)))


def lock_stored_value(owners: Iterable[str], currency: str) -> list[Account]:
    """Lock accounts of stored value, so that two orders cannot hold the same money."""
    return list(
        Account.objects.filter(kind=AccountKind.STORED_VALUE, owner__in=set(owners), currency=currency)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
