"""Payouts: built from the postings that no payout has settled, so that the statement is the payout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from payments import events, locks
from payments.enums import AccountKind, EntryKind, PayoutOutcome, PayoutState
from payments.models import PAYOUT_STATES, Payout, Posting
from payments.providers.base import ProviderTransfer, Truth
from payments.providers.registry import DEFAULT
from payments.rules import movements
from payments.rules.payout_terms import PayoutPlan, Terms, plan_payout
from payments.selectors.payables import Payable, payables
from payments.selectors.payout_terms import held_because, holds_of, terms_of

from .freezes import require_not_frozen
from .ledger import post_entry
from .payments import PROVIDER
from .reserves import keep_reserve


class NothingToPayError(DomainError):
    code = "nothing_to_pay"
    message = _("There is nothing to pay out: a balance at or below zero is carried over.")


class PayoutHeldError(DomainError):
    code = "payout_held"
    message = _("Payouts to this seller are held.")


# Postings that are settled twice are refused by the database (`PayoutLine.posting`).
_SETTLE = "INSERT INTO payments_payoutline (payout_id, posting_id) SELECT %s, unnest(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class PayoutResult:
    """What became of a seller: the plan, the payout if it pays, and why it is held if it is."""

    plan: PayoutPlan
    payout: Payout | None = None
    reason: str = ""


@transaction.atomic
def create_payout(*, owner: str, currency: str, actor: Actor, now: datetime) -> Payout:
    """
    Take all that is payable to a seller into a payout by hand, whatever its day and minimum are.

    A negative balance carries over and is never paid; a reserve stays. Run again it finds nothing left, so a job may
    be killed at any moment.

    :raises NothingToPayError: the payable balance is not above zero, or all of it stays as reserve
    :raises PayoutHeldError: payouts to the seller are held
    :raises PayoutsFrozenError: payouts are frozen
    """
    result = pay_out(owner=owner, currency=currency, minimum=False, actor=actor, now=now)
    if result.plan.outcome == PayoutOutcome.HELD:
        raise PayoutHeldError(owner=owner, reason=result.reason)
    if result.payout is None:
        raise NothingToPayError(owner=owner, outcome=str(result.plan.outcome))
    return result.payout


@transaction.atomic
def pay_out(*, owner: str, currency: str, minimum: bool, actor: Actor, now: datetime) -> PayoutResult:
    """
    Do with a seller what its terms and holds say; `minimum` says whether a small balance waits.

    :raises PayoutsFrozenError: payouts are frozen
    """
    require_not_frozen()
    accounts = locks.lock_payable([owner], currency)
    zero = Money.zero(currency)
    found = next(iter(payables((account.pk for account in accounts), with_postings=True)), Payable(owner, zero, zero))
    holds = holds_of([owner]).get(owner, [])
    terms = terms_of(owner, currency)
    plan = plan_payout(payable=found.payable, earned=found.earned, terms=terms, held=bool(holds), minimum=minimum)
    if plan.outcome != PayoutOutcome.PAID_OUT:
        return PayoutResult(plan, reason=held_because(holds) if plan.outcome == PayoutOutcome.HELD else "")
    payout = _created(owner, plan, terms, found.postings, now)
    audit.record(actor, "payout created", payout, now=now, amount_minor=plan.amount.amount_minor)
    return PayoutResult(plan, payout)


def _created(owner: str, plan: PayoutPlan, terms: Terms, postings: Sequence[int], now: datetime) -> Payout:
    payout = Payout.objects.create(
        owner=owner,
        amount_minor=plan.amount.amount_minor,
        currency=plan.amount.currency,
        provider=DEFAULT,
        created_at=now,
    )
    if plan.reserve:
        kept = keep_reserve(payout=payout, amount=plan.reserve, days=terms.reserve_days, now=now)
        line = Posting.objects.get(entry=kept, account__kind=AccountKind.SELLER_PAYABLE)
        postings = [*postings, line.pk]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [payout.pk, list(postings)])
    post_entry(
        kind=EntryKind.PAYOUT_CREATED,
        reference=payout.reference,
        postings=movements.payout_created(owner=owner, amount=plan.amount),
        key=payout.reference,
        occurred_at=now,
    )
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
