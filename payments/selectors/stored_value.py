"""Gift cards and credit: what is left of them, what an order took, and where it all went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from payments.enums import AccountKind, HoldState
from payments.models import Account, GiftCard, Posting, StoredValueHold
from payments.rules.gift_codes import digest_of, plain_code


@dataclass(frozen=True, slots=True)
class GiftCardView:
    """A gift card as its holder knows it; `left` is what can be spent now."""

    public_id: UUID
    owner: str
    last4: str
    left: Money
    expires_at: datetime | None
    is_blocked: bool
    is_expired: bool

    @property
    def is_usable(self) -> bool:
        return bool(self.left) and not self.is_blocked and not self.is_expired


@dataclass(frozen=True, slots=True)
class Tender:
    """What an order took of a gift card (`last4`) or of the account's credit (`last4` empty), and got back to it."""

    last4: str
    amount: Money
    returned: Money

    @property
    def name(self) -> str:
        return _("Gift card •••• %(last4)s") % {"last4": self.last4} if self.last4 else _("Your credit")


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement of stored value from its holder's side: what raises it is positive."""

    occurred_at: datetime
    kind: str
    reference: str
    amount: Money


def available(owners: Iterable[str], currency: str) -> dict[str, Money]:
    """
    Return what each owner can spend: the balance less what orders hold.

    One query, so that both are of one instant: spending moves money from the one to the other.
    """
    left = dict.fromkeys(owners, 0)
    accounts = Account.objects.filter(kind=AccountKind.STORED_VALUE, owner__in=list(left), currency=currency)
    held = StoredValueHold.objects.filter(state=HoldState.HELD)
    rows = accounts.annotate(balance=_sum_of(Posting.objects.all()), held=_sum_of(held))
    for owner, balance, taken in rows.values_list("owner", "balance", "held"):
        left[owner] = max(0, -balance - taken)
    return {owner: Money(minor, currency) for owner, minor in left.items()}


def _sum_of(rows: QuerySet[Any]) -> Coalesce:
    """Sum the rows of an account, in the statement that reads the account."""
    sums = rows.filter(account=OuterRef("pk")).order_by().values("account").annotate(total=Sum("amount_minor"))
    return Coalesce(Subquery(sums.values("total")), 0, output_field=BigIntegerField())


def gift_cards(ids: Iterable[UUID], *, now: datetime) -> list[GiftCardView]:
    """Return these gift cards, the one that expires first in front."""
    cards = list(GiftCard.objects.filter(public_id__in=list(ids)))
    left: dict[str, Money] = {}
    for currency in {card.currency for card in cards}:
        left |= available([card.owner for card in cards if card.currency == currency], currency)
    views = [_view(card, left[card.owner], now) for card in cards]
    return sorted(views, key=lambda view: (view.expires_at is None, view.expires_at or now, view.last4))


def gift_card_by_code(text: str, *, now: datetime) -> GiftCardView | None:
    """Return the gift card of a typed code; None for one that never was."""
    if not plain_code(text):
        return None
    card = GiftCard.objects.filter(code_digest=digest_of(text)).first()
    return gift_cards([card.public_id], now=now)[0] if card else None


def _view(card: GiftCard, left: Money, now: datetime) -> GiftCardView:
    return GiftCardView(
        public_id=card.public_id,
        owner=card.owner,
        last4=card.last4,
        left=left,
        expires_at=card.expires_at,
        is_blocked=card.is_blocked,
        is_expired=card.is_expired(now),
    )


def tenders_of(reference: str) -> list[Tender]:
    """Return what of a reference was or is to be paid by stored value, in the order in which it was taken."""
    holds = StoredValueHold.objects.filter(reference=reference).exclude(state=HoldState.VOIDED)
    rows = list(holds.select_related("account").order_by("pk"))
    names = {card.owner: card.last4 for card in GiftCard.objects.of_owners(row.account.owner for row in rows)}
    return [
        Tender(names.get(row.account.owner, ""), row.amount, Money(row.returned_minor, row.account.currency))
        for row in rows
    ]


def credit_of(owner: str) -> list[Money]:
    """Return what an owner can spend, in each currency that there is any of or was."""
    currencies = Account.objects.filter(kind=AccountKind.STORED_VALUE, owner=owner).values_list("currency", flat=True)
    return [available([owner], currency)[owner] for currency in sorted(currencies)]


def statement_of(owner: str, *, limit: int = 100) -> Sequence[StatementRow]:
    """Return the latest movements of an owner's stored value, the newest first."""
    rows = Posting.objects.filter(account__kind=AccountKind.STORED_VALUE, account__owner=owner)
    latest = rows.select_related("entry", "account").order_by("-entry__occurred_at", "-pk")[:limit]
    return [StatementRow(row.entry.occurred_at, row.entry.kind, row.entry.reference, -row.amount) for row in latest]
