"""Change a merchant's own listings; what is another's does not exist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.errors import NotFoundError
from backmarket.core.money import Money
from catalog.selectors import standings
from catalog.selectors.standings import ListingRow
from catalog.services import listings


@dataclass(frozen=True, slots=True)
class ListingChange:
    """What to change of a listing in one market; None leaves it as it is."""

    price: Money | None = None
    quantity: int | None = None
    is_published: bool | None = None


def own_listing(*, seller_id: int, public_id: UUID, market: str) -> ListingRow:
    """
    Read one of the seller's listings in a market.

    :raises NotFoundError: there is none of this seller
    """
    rows = standings.listings_of_seller(seller_id=seller_id, market=market)
    found = rows.filter(listing__public_id=public_id)[:1] if market else ()
    for row in standings.rows_with_standing(found):
        return row
    raise NotFoundError


@transaction.atomic
def change_listing(
    *, seller_id: int, public_id: UUID, market: str, change: ListingChange, actor: Actor, now: datetime
) -> ListingRow:
    """
    Change price, quantity and publication together, or nothing.

    :raises NotFoundError: the listing is not the seller's, or not in this market
    :raises InvalidInputError: a value is refused, with the reason in words
    """
    row = own_listing(seller_id=seller_id, public_id=public_id, market=market)
    if change.quantity is not None:
        listings.set_quantity(listing_id=row.listing_id, quantity=change.quantity, actor=actor, now=now)
    if change.price is not None:
        listings.set_price(listing_id=row.listing_id, market=market, price=change.price, actor=actor, now=now)
    if change.is_published is not None:
        listings.set_published(
            listing_id=row.listing_id, market=market, is_published=change.is_published, actor=actor, now=now
        )
    return own_listing(seller_id=seller_id, public_id=public_id, market=market)
