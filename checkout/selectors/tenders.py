"""What pays for a basket besides a card: the gift cards put into it, then the account's credit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backmarket.core.money import Money
from checkout.models import Basket, Order
from checkout.rules.tenders import share_out
from checkout.selectors.orders import public_id_of
from checkout.selectors.saved import payments_owner
from payments.selectors.stored_value import GiftCardView, available, gift_cards, statement_of


@dataclass(frozen=True, slots=True)
class CardTender:
    """A gift card of a basket: what it pays, and what is left on it then."""

    card: GiftCardView
    amount: Money

    @property
    def rest(self) -> Money:
        return self.card.left - self.amount


@dataclass(frozen=True, slots=True)
class Tenders:
    """`credit` is what the account's credit pays, `owner` whose it is; `due` is left to be paid by card."""

    cards: tuple[CardTender, ...]
    credit: Money
    owner: str
    due: Money

    @property
    def wants(self) -> list[tuple[str, Money]]:
        """What an order takes of whom."""
        wants = [(tender.card.owner, tender.amount) for tender in self.cards]
        return [want for want in [*wants, (self.owner, self.credit)] if want[1]]

    @property
    def taken(self) -> Money:
        return Money.total((amount for _owner, amount in self.wants), self.due.currency)


def own_credit(user_id: int | None, currency: str) -> Money:
    """Return what an account's credit can pay; nothing of a guest."""
    if user_id is None:
        return Money.zero(currency)
    owner = payments_owner(user_id)
    return available([owner], currency)[owner]


def tenders_for(basket: Basket, total: Money, *, user_id: int | None, now: datetime) -> Tenders:
    """Say what pays for a basket; no query where nothing but a card does."""
    cards: list[GiftCardView] = gift_cards(basket.gift_cards, now=now) if basket.gift_cards else []
    nothing = Money.zero(total.currency)
    credit = own_credit(user_id, total.currency) if basket.uses_credit else nothing
    pays = [card.left if card.is_usable and card.left.currency == total.currency else nothing for card in cards]
    *of_cards, of_credit = share_out(total, [*pays, credit])
    return Tenders(
        cards=tuple(CardTender(card, amount) for card, amount in zip(cards, of_cards, strict=True)),
        credit=of_credit,
        owner=payments_owner(user_id) if user_id is not None else "",
        due=total - Money.total([*of_cards, of_credit], total.currency),
    )


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A movement of credit for people: what raised it is positive; `url` leads to the order."""

    at: datetime
    text: str
    url: str
    amount: Money


def credit_rows(owner: str) -> list[CreditRow]:
    """Return the latest movements of an account's credit, the newest first; two queries."""
    rows = statement_of(owner)
    ids = {row.reference: public_id_of(row.reference) for row in rows}
    found = Order.objects.filter(public_id__in=[public_id for public_id in ids.values() if public_id])
    known = {order.reference: order for order in found}
    return [
        CreditRow(row.occurred_at, _text(row.kind, known.get(row.reference)), _url(row.reference, known), row.amount)
        for row in rows
    ]


def _text(kind: str, order: Order | None) -> str:
    if order is None:
        return _("From a gift card") if kind == "stored_value_moved" else _("From us")
    text = _("Refund of order %(number)s") if kind == "refund_credited" else _("Order %(number)s")
    return text % {"number": order.number_text}


def _url(reference: str, known: Mapping[str, Order]) -> str:
    return known[reference].get_absolute_url() if reference in known else ""
