"""What finance does to the books by hand: hold back a seller's money, let it go, put a wrong entry right."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, NotFoundError
from backmarket.core.money import Money
from payments import locks
from payments.enums import AccountKind, EntryKind
from payments.models import Entry
from payments.rules import movements
from payments.rules.movements import Leg
from payments.selectors.balances import balance_of
from payments.selectors.payout_terms import rolling_reserve_of

from .ledger import post_entry
from .reasons import require_reason

# Every other movement has a row beside it (a refund, a maturity, a payout) that its own services undo.
CORRECTABLE = (EntryKind.PROVIDER_FEE,)


class AmountNotThereError(DomainError):
    code = "amount_not_there"
    message = _("The seller does not have that much there.")


class NotCorrectableError(DomainError):
    code = "not_correctable"
    message = _("This entry is undone by its own steps, or was put right already.")


@transaction.atomic
def hold_reserve(*, owner: str, amount: Money, reason: str, actor: Actor, key: str, now: datetime) -> Entry:
    """
    Hold back part of what is payable to a seller, once per key; payouts leave it alone.

    :raises AmountNotThereError: less is payable, or the amount is not above zero
    :raises ReasonMissingError: no reason is given
    """
    return _move_reserve(EntryKind.RESERVE_HELD, owner, amount, reason, actor, key, now)


@transaction.atomic
def release_reserve(*, owner: str, amount: Money, reason: str, actor: Actor, key: str, now: datetime) -> Entry:
    """
    Make money payable again that was held back by hand, once per key.

    :raises AmountNotThereError: less is held back by hand, or the amount is not above zero
    :raises ReasonMissingError: no reason is given
    """
    return _move_reserve(EntryKind.RESERVE_RELEASED, owner, amount, reason, actor, key, now)


def _move_reserve(
    kind: EntryKind, owner: str, amount: Money, reason: str, actor: Actor, key: str, now: datetime
) -> Entry:
    holds = kind == EntryKind.RESERVE_HELD
    why = require_reason(reason)
    locks.lock_payable([owner], amount.currency)
    source = AccountKind.SELLER_PAYABLE if holds else AccountKind.SELLER_RESERVE
    known = Entry.objects.filter(idempotency_key=key).exists()
    there = -balance_of(kind=source, owner=owner, currency=amount.currency)
    if not holds:
        there -= rolling_reserve_of(owner, amount.currency)
    if not known and not 0 < amount.amount_minor <= there.amount_minor:
        raise AmountNotThereError(there=str(there), wanted=str(amount))
    legs = movements.reserve_held if holds else movements.reserve_released
    entry = post_entry(
        kind=kind,
        reference=owner,
        postings=legs(owner=owner, amount=amount),
        key=key,
        occurred_at=now,
        note=why,
    )
    if not known:
        audit.record(actor, str(kind), entry, now=now, reason=why, amount_minor=amount.amount_minor)
    return entry


@transaction.atomic
def correct_entry(*, entry_id: int, reason: str, actor: Actor, now: datetime) -> Entry:
    """
    Reverse an entry that is wrong by a new one that names it; nothing is changed or deleted.

    :raises NotFoundError: there is no such entry
    :raises NotCorrectableError: its own steps undo it, or it was reversed before
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    wrong = Entry.objects.filter(pk=entry_id).first()
    if wrong is None:
        raise NotFoundError
    if wrong.kind not in CORRECTABLE or wrong.reversals.exists():
        raise NotCorrectableError(entry=entry_id)
    legs = [
        Leg(posting.account.kind, posting.account.owner, -posting.amount)
        for posting in wrong.postings.select_related("account")
    ]
    entry = post_entry(
        kind=EntryKind.CORRECTION,
        reference=wrong.reference,
        line_reference=wrong.line_reference,
        postings=legs,
        key=f"correct:{wrong.pk}",
        occurred_at=now,
        note=why,
        reverses=wrong,
    )
    audit.record(actor, "entry corrected", entry, now=now, reason=why, corrects=wrong.pk)
    return entry
