"""Write baskets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.markets.registry import MARKETS
from catalog.selectors.offers import listing_quotes
from checkout import locks
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.rules.protection import protection_price
from checkout.selectors.baskets import Shown

MAX_QUANTITY = 10
MAX_LINES = 50
# Looking counts as touching, once a day.
TOUCHED_FOR = timedelta(days=1)
MAX_CODES = 3


class QuantityRefusedError(InvalidInputError):
    code = "basket_quantity_refused"
    message = _("Choose a quantity from 1 to 10.")


class BasketClosedError(DomainError):
    code = "basket_closed"
    message = _("This basket was ordered or merged meanwhile. Please look at your basket again.")


class ProtectionNotOfferedError(InvalidInputError):
    code = "protection_not_offered"
    message = _("There is no protection plan for this item: it has no number that tells it from others.")


class BasketFullError(DomainError):
    code = "basket_full"
    message = _("Your basket is full: it holds 50 different offers. Take one out first.")


class LineMissingError(NotFoundError):
    code = "basket_line_missing"
    message = _("This item is no longer in your basket, so nothing was changed.")


class NotForSaleError(DomainError):
    code = "not_for_sale"
    message = _("This offer has just been sold or withdrawn. Please choose another one.")


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that was taken out, for the way back."""

    listing_id: int
    quantity: int
    price_seen_minor: int
    has_protection: bool
    is_saved: bool


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

    What was saved for later is to be bought again.

    :raises QuantityRefusedError: not from 1 to 10
    :raises BasketClosedError: ordered or merged meanwhile
    :raises BasketFullError: 50 lines are there
    :raises NotForSaleError: the listing is not on sale in the basket's market, or sold out
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityRefusedError
    basket = locked_basket(basket_id)
    quote = listing_quotes(listing_ids=[listing_id], market=basket.market).get(listing_id)
    if quote is None or not quote.is_for_sale:
        raise NotForSaleError
    line = BasketLine.objects.filter(basket=basket, listing_id=listing_id).first()
    if line is None:
        _check_room(basket)
        line = BasketLine(basket=basket, listing_id=listing_id, quantity=0)
    present = 0 if line.saved_at or line.is_gone else line.quantity
    line.quantity = min(present + quantity, quote.available, MAX_QUANTITY)
    line.price_seen_minor = quote.price.amount_minor
    line.saved_at, line.is_gone = None, False
    line.save()
    _touch(basket, now)
    return line


@transaction.atomic
def add_listings(*, basket_id: int, wanted: Iterable[tuple[int, int]], now: datetime) -> int:
    """
    Put several (listing, quantity) into a basket; return how many of them could be had.

    What is there already in this number stays as it is: pressing twice adds nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises BasketFullError: they do not all fit
    """
    basket = locked_basket(basket_id)
    added = 0
    for listing_id, quantity in wanted:
        line = BasketLine.objects.filter(basket=basket, listing_id=listing_id, saved_at=None, is_gone=False).first()
        missing = quantity - (line.quantity if line else 0)
        try:
            if missing > 0:
                add_listing(basket_id=basket_id, listing_id=listing_id, quantity=missing, now=now)
            added += 1
        except NotForSaleError:
            continue
    return added


@transaction.atomic
def set_quantity(*, basket_id: int, line_id: int, quantity: int, now: datetime) -> None:
    """
    Change a line's quantity.

    :raises QuantityRefusedError: not from 1 to 10
    :raises BasketClosedError: ordered or merged meanwhile
    :raises LineMissingError: not a line of this basket
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityRefusedError
    basket = locked_basket(basket_id)
    line = _line(basket, line_id)
    line.quantity = quantity
    line.save(update_fields=["quantity"])
    _touch(basket, now)


@transaction.atomic
def remove_line(*, basket_id: int, line_id: int, now: datetime) -> Removed:
    """
    Take a line out and return what it was, for the way back.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises LineMissingError: not a line of this basket
    """
    basket = locked_basket(basket_id)
    line = _line(basket, line_id)
    BasketLine.objects.filter(pk=line.pk).delete()
    _touch(basket, now)
    return Removed(
        listing_id=line.listing_id,
        quantity=line.quantity,
        price_seen_minor=line.price_seen_minor,
        has_protection=line.has_protection,
        is_saved=line.saved_at is not None,
    )


@transaction.atomic
def restore_line(*, basket_id: int, removed: Removed, now: datetime) -> None:
    """
    Put back what was taken out, at the price that was seen then; what is there again meanwhile stays as it is.

    Even what is sold out comes back, and the page says so: whoever presses "Undo" wants to see it.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises BasketFullError: other lines took its place
    """
    basket = locked_basket(basket_id)
    if BasketLine.objects.filter(basket=basket, listing_id=removed.listing_id).exists():
        return
    _check_room(basket)
    BasketLine.objects.create(
        basket=basket,
        listing_id=removed.listing_id,
        quantity=removed.quantity,
        price_seen_minor=removed.price_seen_minor,
        has_protection=removed.has_protection,
        saved_at=now if removed.is_saved else None,
    )
    _touch(basket, now)


@transaction.atomic
def save_for_later(*, basket_id: int, line_id: int, now: datetime) -> None:
    """
    Keep a line without buying it; repeating it changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises LineMissingError: not a line of this basket
    """
    basket = locked_basket(basket_id)
    line = _line(basket, line_id)
    line.saved_at = line.saved_at or now
    line.save(update_fields=["saved_at"])
    _touch(basket, now)


@transaction.atomic
def move_to_basket(*, basket_id: int, line_id: int, now: datetime) -> None:
    """
    Make a saved line one to be bought; the page says what its price did since it was saved.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises LineMissingError: not a line of this basket
    :raises NotForSaleError: sold out or withdrawn; it stays saved
    """
    basket = locked_basket(basket_id)
    line = _line(basket, line_id)
    quote = listing_quotes(listing_ids=[line.listing_id], market=basket.market).get(line.listing_id)
    if quote is None or not quote.is_for_sale:
        raise NotForSaleError
    line.saved_at, line.is_gone = None, False
    line.save(update_fields=["saved_at", "is_gone"])
    _touch(basket, now)


@transaction.atomic
def set_protection(*, basket_id: int, line_id: int, wanted: bool, now: datetime) -> None:
    """
    Choose a protection plan for every unit of a line, or none; repeating it changes nothing.

    :raises BasketClosedError: ordered or merged meanwhile
    :raises LineMissingError: not a line of this basket
    :raises NotForSaleError: its listing is not sold in the basket's market any more
    :raises ProtectionNotOfferedError: wanted for something that has no identifier
    """
    basket = locked_basket(basket_id)
    line = _line(basket, line_id)
    quote = listing_quotes(listing_ids=[line.listing_id], market=basket.market).get(line.listing_id)
    if quote is None:
        raise NotForSaleError
    if wanted and protection_price(quote, MARKETS[basket.market]) is None:
        raise ProtectionNotOfferedError
    line.has_protection = wanted
    line.save(update_fields=["has_protection"])
    _touch(basket, now)


@transaction.atomic
def note_shown(*, basket_id: int, shown: Iterable[Shown], now: datetime) -> None:
    """
    Take over what the shopper was shown, so that it is not said again; exactly that, not what is true by now.

    A line of which fewer are left is cut to them. One that is gone stays until the shopper takes it out.
    """
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        return
    lines = {line.pk: line for line in BasketLine.objects.filter(basket=basket, saved_at=None)}
    noted = [_noted(lines[fact.line_id], fact) for fact in shown if fact.line_id in lines]
    BasketLine.objects.bulk_update(
        noted, ["quantity", "price_seen_minor", "is_gone", "arrival_seen_date", "carrier_seen"]
    )
    if basket.touched_at <= now - TOUCHED_FOR:
        _touch(basket, now)


def _noted(line: BasketLine, fact: Shown) -> BasketLine:
    line.is_gone = fact.buyable == 0
    if fact.buyable:
        line.quantity = min(line.quantity, fact.buyable)
    if fact.price_minor is not None:
        line.price_seen_minor = fact.price_minor
    line.arrival_seen_date, line.carrier_seen = fact.arrival_date, fact.carrier
    return line


def locked_basket(basket_id: int) -> Basket:
    """:raises BasketClosedError: ordered or merged meanwhile"""
    basket = locks.lock_open_basket(basket_id)
    if basket is None:
        raise BasketClosedError
    return basket


def _line(basket: Basket, line_id: int) -> BasketLine:
    line = BasketLine.objects.filter(basket=basket, pk=line_id).first()
    if line is None:
        raise LineMissingError
    return line


def _check_room(basket: Basket) -> None:
    if basket.lines.count() >= MAX_LINES:
        raise BasketFullError


def _touch(basket: Basket, now: datetime) -> None:
    Basket.objects.filter(pk=basket.pk).update(touched_at=now)
