"""Stored value at checkout: held with the order, spent when it is paid, else free again; given back by refunds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from payments import locks
from payments.enums import EntryKind, HoldState
from payments.models import Account, GiftCard, Refund, StoredValueHold
from payments.rules import movements
from payments.selectors.refunds import credited_minor
from payments.selectors.stored_value import available

from .ledger import post_entry

ANOTHER_YEAR = timedelta(days=365)
# For so long at least a card can be used after money came back to it.
OF_USE = timedelta(days=90)


class StoredValueGoneError(DomainError):
    """Somebody else was faster, or the card was blocked or expired meanwhile."""

    code = "stored_value_gone"
    message = _("A gift card or your credit is worth less than a moment ago. Please look at what is left to pay.")


@transaction.atomic
def hold(*, reference: str, wants: Sequence[tuple[str, Money]], now: datetime) -> None:
    """
    Set stored value aside for an order: all that is wanted of each owner (`gift:…`, `user:…`), or nothing.

    The accounts are locked while what is left is counted, so that two orders never hold the same money.

    :raises StoredValueGoneError: one has less, or is a card that is blocked or expired
    """
    for currency in sorted({amount.currency for _owner, amount in wants}):
        wanted = {owner: amount for owner, amount in wants if amount.currency == currency}
        accounts = {account.owner: account for account in locks.lock_stored_value(wanted, currency)}
        _require(wanted, accounts, now)
        StoredValueHold.objects.bulk_create(
            StoredValueHold(reference=reference, account=accounts[owner], amount_minor=amount.amount_minor, held_at=now)
            for owner, amount in wanted.items()
        )


def _require(wanted: dict[str, Money], accounts: dict[str, Account], now: datetime) -> None:
    """:raises StoredValueGoneError: see `hold`; the caller holds the accounts' locks"""
    if wanted.keys() - accounts.keys():
        raise StoredValueGoneError
    left = available(wanted, next(iter(wanted.values())).currency)
    if any(left[owner] < amount for owner, amount in wanted.items()):
        raise StoredValueGoneError
    if any(card.is_blocked or card.is_expired(now) for card in GiftCard.objects.of_owners(wanted)):
        raise StoredValueGoneError


@transaction.atomic
def spend(*, reference: str, now: datetime) -> None:
    """
    Spend what a reference holds, once; what was freed meanwhile is taken again, if it is still there.

    :raises StoredValueGoneError: it is not; nothing is spent
    """
    holds = locks.lock_holds(reference)
    freed = {one.account.owner: one.amount for one in holds if one.state == HoldState.VOIDED}
    if freed:
        accounts = locks.lock_stored_value(freed, holds[0].account.currency)
        _require(freed, {account.owner: account for account in accounts}, now)
    for one in holds:
        if one.state != HoldState.POSTED:
            _move(one, HoldState.POSTED)
            post_entry(
                kind=EntryKind.STORED_VALUE_SPENT,
                reference=reference,
                postings=movements.stored_value_spent(owner=one.account.owner, amount=one.amount),
                key=f"spend:{reference}:{one.account_id}",
                occurred_at=now,
            )


@transaction.atomic
def free(*, reference: str) -> None:
    """Free what a reference holds and has not spent; repeating it changes nothing."""
    for one in locks.lock_holds(reference):
        if one.state == HoldState.HELD:
            _move(one, HoldState.VOIDED)


def _move(one: StoredValueHold, state: HoldState) -> None:
    one.state = state
    one.save(update_fields=["state"])


def left_to_return(reference: str, currency: str) -> Money:
    """Return what a reference spent that no refund gives back, locking it until the transaction ends."""
    holds = [one for one in locks.lock_holds(reference) if one.state == HoldState.POSTED]
    spent = sum(one.amount_minor for one in holds if one.account.currency == currency)
    return Money(spent - credited_minor(reference) if spent else 0, currency)


def give_back(*, refund: Refund, now: datetime) -> None:
    """
    Credit a refund's part to what paid for it, what was taken last first; the caller settles the refund.

    A card that has expired, or will within 90 days, gets another year: money that comes back must be of use.
    """
    rest = refund.credit
    for one in reversed(locks.lock_holds(refund.reference)):
        part = min(rest, one.amount - Money(one.returned_minor, rest.currency))
        if one.state != HoldState.POSTED or not part:
            continue
        rest -= part
        one.returned_minor += part.amount_minor
        one.save(update_fields=["returned_minor"])
        ending = GiftCard.objects.of_owners([one.account.owner]).filter(expires_at__lt=now + OF_USE)
        ending.update(expires_at=now + ANOTHER_YEAR)
        post_entry(
            kind=EntryKind.REFUND_CREDITED,
            reference=refund.reference,
            line_reference=refund.line_reference,
            postings=movements.refund_credited(owner=one.account.owner, amount=part),
            key=f"refund-credited:{refund.public_id}:{one.account_id}",
            occurred_at=now,
        )
