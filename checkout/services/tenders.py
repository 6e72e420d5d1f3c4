"""Put gift cards and credit to use in a basket, or leave them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from backmarket.markets.registry import MARKETS
from checkout.models import Basket
from payments.services.gift_cards import usable_card

from .baskets import locked_basket

MAX_CARDS = 5


class TooManyGiftCardsError(DomainError):
    code = "too_many_gift_cards"
    message = _("An order takes five gift cards at most.")


class DueDiffersError(DomainError):
    code = "due_differs"
    message = _("A gift card or your credit is worth less than a moment ago. Please look at what is left to pay.")


@transaction.atomic
def enter_gift_card(*, basket_id: int, text: str, now: datetime) -> None:
    """
    Put a gift card into a basket by its code; entering it again changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises TooManyGiftCardsError: it has MAX_CARDS
    :raises DomainError: see `payments.services.gift_cards.usable_card`
    """
    basket = locked_basket(basket_id)
    card_id = usable_card(text, currency=MARKETS[basket.market].currency, now=now)
    if card_id in basket.gift_cards:
        return
    if len(basket.gift_cards) >= MAX_CARDS:
        raise TooManyGiftCardsError
    _keep(basket, [*basket.gift_cards, card_id], now)


@transaction.atomic
def remove_gift_card(*, basket_id: int, card_id: UUID, now: datetime) -> None:
    """
    Take a gift card out of a basket; one that is not in it changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    """
    basket = locked_basket(basket_id)
    _keep(basket, [kept for kept in basket.gift_cards if kept != card_id], now)


@transaction.atomic
def set_credit_used(*, basket_id: int, wanted: bool, now: datetime) -> None:
    """
    Pay with the account's credit, or not.

    :raises BasketClosedError: ordered or merged meanwhile
    """
    basket = locked_basket(basket_id)
    basket.uses_credit, basket.touched_at = wanted, now
    basket.save(update_fields=["uses_credit", "touched_at"])


def _keep(basket: Basket, cards: list[UUID], now: datetime) -> None:
    basket.gift_cards, basket.touched_at = cards, now
    basket.save(update_fields=["gift_cards", "touched_at"])
