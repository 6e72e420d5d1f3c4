"""What finance gives away: gift cards and credit; blocking a card, and moving one to its holder's account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.core.money import Money
from payments import locks
from payments.enums import EntryKind
from payments.models import Entry, GiftCard
from payments.rules import movements
from payments.rules.gift_codes import digest_of, new_code, plain_code
from payments.selectors.stored_value import available, gift_card_by_code

from .ledger import post_entry
from .reasons import require_reason

MOST_MINOR = 100_000


class GrantTooHighError(InvalidInputError):
    code = "grant_too_high"
    message = _("Give between 0.01 and 1,000.00 at once.")


class GiftCardIssuedError(DomainError):
    code = "gift_card_issued"
    message = _("This gift card was issued already; its code was shown then and cannot be shown again.")


class GiftCardUnknownError(DomainError):
    """One answer for codes that never were and cards that are blocked: neither tells which codes exist."""

    code = "gift_card_unknown"
    http_status = 422
    message = _("We do not know this gift card. Please check its 16 characters.")


class GiftCardExpiredError(DomainError):
    code = "gift_card_expired"
    http_status = 422
    message = _("This gift card has expired.")


class GiftCardEmptyError(DomainError):
    code = "gift_card_empty"
    http_status = 422
    message = _("Nothing is left on this gift card.")


def _checked(amount: Money, reason: str) -> str:
    if not 0 < amount.amount_minor <= MOST_MINOR:
        raise GrantTooHighError
    return require_reason(reason)


@transaction.atomic
def issue_gift_card(
    *, amount: Money, reason: str, expires_at: datetime | None, actor: Actor, key: str, now: datetime, code: str = ""
) -> tuple[GiftCard, str]:
    """
    Issue a gift card that the house pays for; return it with its code, which is stored nowhere.

    `code` is drawn where none is given.

    :raises GrantTooHighError: not between one minor unit and MOST_MINOR
    :raises ReasonMissingError: no reason is given
    :raises GiftCardIssuedError: the key was used before
    """
    why = _checked(amount, reason)
    if GiftCard.objects.filter(key=key).exists():
        raise GiftCardIssuedError
    code = code or new_code()
    card = GiftCard.objects.create(
        code_digest=digest_of(code),
        last4=plain_code(code)[-4:],
        currency=amount.currency,
        amount_minor=amount.amount_minor,
        reason=why,
        key=key,
        issued_at=now,
        expires_at=expires_at,
    )
    _grant(owner=card.owner, amount=amount, reason=why, key=f"gift-card:{card.public_id}", now=now)
    audit.record(actor, "gift card issued", card, now=now, reason=why, amount_minor=amount.amount_minor)
    return card, code


@transaction.atomic
def grant_credit(*, owner: str, amount: Money, reason: str, actor: Actor, key: str, now: datetime) -> Entry:
    """
    Give credit to an account (`user:17`), once per key; the house pays for it.

    :raises GrantTooHighError: not between one minor unit and MOST_MINOR
    :raises ReasonMissingError: no reason is given
    """
    why = _checked(amount, reason)
    known = Entry.objects.filter(idempotency_key=key).exists()
    entry = _grant(owner=owner, amount=amount, reason=why, key=key, now=now)
    if not known:
        audit.record(actor, "credit granted", entry, now=now, reason=why, amount_minor=amount.amount_minor)
    return entry


def _grant(*, owner: str, amount: Money, reason: str, key: str, now: datetime) -> Entry:
    return post_entry(
        kind=EntryKind.STORED_VALUE_GRANTED,
        reference=owner,
        postings=movements.stored_value_granted(owner=owner, amount=amount),
        key=key,
        occurred_at=now,
        note=reason,
    )


@transaction.atomic
def set_blocked(*, card_id: UUID, is_blocked: bool, reason: str, actor: Actor, now: datetime) -> GiftCard:
    """
    Block a card, or let it be used again; what orders hold of it already stays theirs.

    :raises NotFoundError: there is no such card
    :raises ReasonMissingError: no reason is given
    """
    why = require_reason(reason)
    card = locks.lock_gift_card(card_id)
    if card is None:
        raise NotFoundError
    if card.is_blocked != is_blocked:
        card.blocked_at = now if is_blocked else None
        card.save(update_fields=["blocked_at"])
        action = "gift card blocked" if is_blocked else "gift card unblocked"
        audit.record(actor, action, card, now=now, reason=why)
    return card


def usable_card(text: str, *, currency: str, now: datetime) -> UUID:
    """
    Return the card of a typed code, if it can pay something in this currency.

    :raises GiftCardUnknownError: none has this code, it is blocked, or it is of another currency
    :raises GiftCardExpiredError: its time is over
    :raises GiftCardEmptyError: nothing is left
    """
    card = gift_card_by_code(text, now=now)
    if card is None or card.is_blocked or card.left.currency != currency:
        raise GiftCardUnknownError
    if card.is_expired:
        raise GiftCardExpiredError
    if not card.left:
        raise GiftCardEmptyError
    return card.public_id


@transaction.atomic
def move_to_credit(*, card_id: UUID, owner: str, actor: Actor, now: datetime) -> Money:
    """
    Move all that is left of a card to an account's credit; return how much that was.

    :raises GiftCardUnknownError: there is none, or it is blocked
    :raises GiftCardExpiredError: its time is over
    :raises GiftCardEmptyError: nothing is left
    """
    card = locks.lock_gift_card(card_id)
    if card is None or card.is_blocked:
        raise GiftCardUnknownError
    if card.is_expired(now):
        raise GiftCardExpiredError
    locks.lock_stored_value([card.owner], card.currency)
    amount = available([card.owner], card.currency)[card.owner]
    if not amount:
        raise GiftCardEmptyError
    entry = post_entry(
        kind=EntryKind.STORED_VALUE_MOVED,
        reference=card.owner,
        postings=movements.stored_value_moved(source=card.owner, owner=owner, amount=amount),
        key=f"move:{card.public_id}:{Entry.objects.filter(reference=card.owner).count()}",
        occurred_at=now,
    )
    audit.record(actor, "gift card moved to credit", card, now=now, entry=entry.pk, amount_minor=amount.amount_minor)
    return amount
