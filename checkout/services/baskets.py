"""Write baskets."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError, InvalidInputError
from backmarket.markets.registry import MARKETS
from catalog.selectors.offers import listing_quotes
from checkout import locks
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.rules.protection import protection_price

MAX_QUANTITY = 10


class QuantityRefusedError(InvalidInputError):
    code = "basket_quantity_refused"
    message = _("Choose a quantity from 1 to 10.")


class BasketClosedError(DomainError):
    code = "basket_closed"
    message = _("This basket was ordered or merged meanwhile. Please look at your basket again.")


class ProtectionNotOfferedError(InvalidInputError):
    code = "protection_not_offered"
    message = _("There is no protection plan for this item: it has no number that tells it from others.")


class NotForSaleError(DomainError):
    code = "not_for_sale"
    message = _("This offer has just been sold or withdrawn. Please choose another one.")


@transaction.atomic
def create_basket(*, user_id: int | None, market: str, now: datetime) -> Basket:
    """Open a basket; a user has one a market, which is returned if it is there."""
    if user_id is not None:
        basket, _created = Basket.objects.get_or_create(
            user_id=user_id,
            market=market,
            state=BasketState.OPEN,
            defaults={"created_at": now, "touched_at": now},
        )
        return basket
    return Basket.objects.create(market=market, created_at=now, touched_at=now)


@transaction.atomic
def add_listing(*, basket_id: int, listing_id: int, quantity: int, now: datetime) -> BasketLine:
    """
    Put units of a listing into a basket, on top of what is there, up to what is left and 10.

    :raises QuantityRefusedError: not from 1 to 10
    :raises BasketClosedError: ordered or merged meanwhile
    :raises NotForSaleError: the listing is not on sale in the basket's market, or sold out
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityRefusedError
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        raise BasketClosedError
    quote = listing_quotes(listing_ids=[listing_id], market=basket.market).get(listing_id)
    if quote is None or not quote.is_published or quote.available < 1:
        raise NotForSaleError
    line = BasketLine.objects.filter(basket=basket, listing_id=listing_id).first()
    if line is None:
        line = BasketLine(basket=basket, listing_id=listing_id, quantity=0)
    line.quantity = min(line.quantity + quantity, quote.available, MAX_QUANTITY)
    line.price_seen_minor = quote.price.amount_minor
    line.save()
    _touch(basket, now)
    return line


@transaction.atomic
def set_quantity(*, basket_id: int, line_id: int, quantity: int, now: datetime) -> None:
    """
    Change a line's quantity; zero takes it out.

    :raises QuantityRefusedError: not from 0 to 10
    :raises BasketClosedError: ordered or merged meanwhile
    """
    if not 0 <= quantity <= MAX_QUANTITY:
        raise QuantityRefusedError
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        raise BasketClosedError
    lines = BasketLine.objects.filter(basket=basket, pk=line_id)
    if quantity == 0:
        lines.delete()
    else:
        lines.update(quantity=quantity)
    _touch(basket, now)


@transaction.atomic
def set_protection(*, basket_id: int, line_id: int, wanted: bool, now: datetime) -> None:
    """
    Choose a protection plan for every unit of a line, or none; repeating it changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises NotForSaleError: the line is gone, or its listing is not sold in the basket's market any more
    :raises ProtectionNotOfferedError: wanted for something that has no identifier
    """
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        raise BasketClosedError
    line = BasketLine.objects.filter(basket=basket, pk=line_id).first()
    if line is None:
        raise NotForSaleError
    quote = listing_quotes(listing_ids=[line.listing_id], market=basket.market).get(line.listing_id)
    if quote is None:
        raise NotForSaleError
    if wanted and protection_price(quote, MARKETS[basket.market]) is None:
        raise ProtectionNotOfferedError
    line.has_protection = wanted
    line.save(update_fields=["has_protection"])
    _touch(basket, now)


@transaction.atomic
def accept_changes(*, basket_id: int, now: datetime) -> None:
    """Take over what changed since it was last shown: today's prices, what is left, without what is gone."""
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        return
    lines = list(BasketLine.objects.filter(basket=basket))
    quotes = listing_quotes(listing_ids=[line.listing_id for line in lines], market=basket.market)
    for line in lines:
        quote = quotes.get(line.listing_id)
        if quote is None or not quote.is_published or quote.available < 1:
            line.delete()
            continue
        line.quantity = min(line.quantity, quote.available)
        line.price_seen_minor = quote.price.amount_minor
        line.save(update_fields=["quantity", "price_seen_minor"])
    _touch(basket, now)


@transaction.atomic
def merge_guest_basket(*, token: UUID, user_id: int, market: str, now: datetime) -> None:
    """Move what a guest chose into the basket of the account they signed in to."""
    guest = locks.lock_guest_basket(token=token, market=market)
    if guest is None:
        return
    own = create_basket(user_id=user_id, market=market, now=now)
    present = {line.listing_id: line for line in own.lines.all()}
    for line in guest.lines.all():
        if line.listing_id in present:
            kept = present[line.listing_id]
            kept.quantity = min(MAX_QUANTITY, max(kept.quantity, line.quantity))
            kept.has_protection = kept.has_protection or line.has_protection
            kept.save(update_fields=["quantity", "has_protection"])
        else:
            line.basket = own
            line.save(update_fields=["basket"])
    guest.delete()
    _touch(own, now)


def _touch(basket: Basket, now: datetime) -> None:
    Basket.objects.filter(pk=basket.pk).update(touched_at=now)
