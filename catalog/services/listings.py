"""Write a merchant's listings: price, stock, publication."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog import events, locks
from catalog.models import Listing, ListingMarket

MAX_QUANTITY = 100_000


class PriceRefusedError(InvalidInputError):
    code = "price_refused"
    message = _("This price is not possible.")


class QuantityRefusedError(InvalidInputError):
    code = "quantity_refused"
    message = _("This quantity is not possible.")


def _tell(listing_id: int, now: datetime) -> None:
    outbox.publish(events.LISTING_CHANGED, key=str(listing_id), payload={"listing_id": listing_id}, now=now)


def _locked_market(listing_id: int, market: str) -> ListingMarket:
    try:
        return locks.lock_listing_market(listing_id, market)
    except ListingMarket.DoesNotExist as error:
        raise NotFoundError from error


def check_price(price: Money, market: str) -> None:
    """
    Check a price against the market's currency and ceiling.

    :raises PriceRefusedError: with the reason in words
    """
    facts = MARKETS[market]
    if price.currency != facts.currency:
        raise PriceRefusedError(_("Prices of this market are in %(currency)s.") % {"currency": facts.currency})
    if price.amount_minor <= 0:
        raise PriceRefusedError(_("A price must be above zero."))
    if price.amount_minor > facts.price_ceiling_minor:
        ceiling = Money(facts.price_ceiling_minor, facts.currency).format(whole=True)
        raise PriceRefusedError(_("A price cannot be above %(ceiling)s.") % {"ceiling": ceiling})


@transaction.atomic
def set_price(*, listing_id: int, market: str, price: Money, actor: Actor, now: datetime) -> ListingMarket:
    """
    Change a listing's price in one market; the buy box follows through an event.

    :raises PriceRefusedError: wrong currency, not above zero, or above the market's ceiling
    :raises NotFoundError: the listing is not in that market
    """
    check_price(price, market)
    row = _locked_market(listing_id, market)
    before = row.price_minor
    if before == price.amount_minor:
        return row
    row.price_minor = price.amount_minor
    row.save(update_fields=["price_minor"])
    audit.record(actor, "price changed", row.listing, now=now, market=market, before=before, after=row.price_minor)
    _tell(listing_id, now)
    return row


@transaction.atomic
def set_quantity(*, listing_id: int, quantity: int, actor: Actor, now: datetime) -> Listing:
    """
    Set how many units are available to buy; units held for orders being paid come on top.

    :raises QuantityRefusedError: below zero or absurd
    """
    if not 0 <= quantity <= MAX_QUANTITY:
        raise QuantityRefusedError(_("A quantity is between 0 and 100,000."))
    listing = locks.lock_listing(listing_id)
    before = listing.available
    if before == quantity:
        return listing
    listing.quantity = listing.reserved + quantity
    listing.save(update_fields=["quantity"])
    audit.record(actor, "quantity changed", listing, now=now, before=before, after=quantity)
    _tell(listing_id, now)
    return listing


@transaction.atomic
def set_published(*, listing_id: int, market: str, is_published: bool, actor: Actor, now: datetime) -> ListingMarket:
    """
    Take a listing off a market's shop or put it back.

    :raises NotFoundError: the listing is not in that market
    """
    row = _locked_market(listing_id, market)
    if row.is_published == is_published:
        return row
    row.is_published = is_published
    row.save(update_fields=["is_published"])
    audit.record(actor, "published" if is_published else "unpublished", row.listing, now=now, market=market)
    _tell(listing_id, now)
    return row
