"""Payouts: built from the postings that no payout has settled, so that the statement is the payout."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from payments import events, locks
from payments.enums import EntryKind, PayoutState
from payments.models import PAYOUT_STATES, Payout, PayoutLine, Posting
from payments.providers.base import ProviderTransfer, Truth
from payments.providers.registry import DEFAULT
from payments.rules import movements

from .freezes import require_not_frozen
from .ledger import post_entry
from .payments import PROVIDER


class NothingToPayError(DomainError):
    code = "nothing_to_pay"
    message = _("There is nothing to pay out: a balance at or below zero is carried over.")


@transaction.atomic
def create_payout(*, owner: str, currency: str, actor: Actor, now: datetime) -> Payout:
    """
    Take all that is payable to a seller into a payout; a negative balance carries over and is never paid.

    Run again it finds nothing left, so a job may be killed at any moment.

    :raises NothingToPayError: the payable balance is not above zero
    :raises PayoutsFrozenError: payouts are frozen
    """
    require_not_frozen()
    accounts = locks.lock_payable([owner], currency)
    unsettled = list(
        Posting.objects.filter(account__in=accounts, payout_line=None).exclude(entry__kind=EntryKind.PAYOUT_CREATED)
    )
    amount = Money(-sum(posting.amount_minor for posting in unsettled), currency)
    if amount.amount_minor <= 0:
        raise NothingToPayError(owner=owner, balance=str(amount))
    payout = Payout.objects.create(
        owner=owner, amount_minor=amount.amount_minor, currency=currency, provider=DEFAULT, created_at=now
    )
    PayoutLine.objects.bulk_create(PayoutLine(payout=payout, posting=posting) for posting in unsettled)
    post_entry(
        kind=EntryKind.PAYOUT_CREATED,
        reference=payout.reference,
        postings=movements.payout_created(owner=owner, amount=amount),
        key=payout.reference,
        occurred_at=now,
    )
    audit.record(actor, "payout created", payout, now=now, amount_minor=amount.amount_minor)
    return payout


@transaction.atomic
def record_attempt(*, payout_id: UUID, now: datetime) -> tuple[Payout, bool]:
    """Note that the provider is about to be called; say whether it may know this payout already."""
    payout = locks.lock_payout(payout_id)
    tried_before = payout.checked_at is not None
    payout.checked_at = now
    payout.save(update_fields=["checked_at"])
    return payout, tried_before


@transaction.atomic
def record_truth(*, payout_id: UUID, truth: ProviderTransfer, now: datetime) -> Payout:
    """Record what the provider's transfer says; one that came back is payable again, also days after it was paid."""
    payout = locks.lock_payout(payout_id)
    if truth.ref and payout.provider_ref != truth.ref:
        payout.provider_ref = truth.ref
        payout.save(update_fields=["provider_ref"])
    if truth.state == Truth.SUCCEEDED and PAYOUT_STATES.allows(payout, PayoutState.PAID):
        _paid(payout, now)
    elif truth.state in (Truth.FAILED, Truth.RETURNED) and PAYOUT_STATES.allows(payout, PayoutState.RETURNED):
        _returned(payout, truth.failure_code, now)
    elif truth.state == Truth.PROCESSING and payout.state == PayoutState.CREATED:
        PAYOUT_STATES.move(payout, PayoutState.SENT, actor=PROVIDER, now=now)
    return payout


def _paid(payout: Payout, now: datetime) -> None:
    PAYOUT_STATES.move(payout, PayoutState.PAID, actor=PROVIDER, now=now, paid_at=now)
    post_entry(
        kind=EntryKind.PAYOUT_PAID,
        reference=payout.reference,
        postings=movements.payout_paid(owner=payout.owner, provider=payout.provider, amount=payout.amount),
        key=f"{payout.reference}:paid",
        occurred_at=now,
    )
    payload = {"payout_id": str(payout.public_id), "owner": payout.owner}
    outbox.publish(events.PAYOUT_PAID, key=payout.owner, payload=payload, now=now)


def _returned(payout: Payout, code: str, now: datetime) -> None:
    was_paid = payout.state == PayoutState.PAID
    PAYOUT_STATES.move(payout, PayoutState.RETURNED, actor=PROVIDER, now=now, reason=code, returned_at=now)
    post_entry(
        kind=EntryKind.PAYOUT_RETURNED,
        reference=payout.reference,
        postings=movements.payout_returned(
            owner=payout.owner, provider=payout.provider, amount=payout.amount, was_paid=was_paid
        ),
        key=f"{payout.reference}:returned",
        occurred_at=now,
        note=code,
    )
