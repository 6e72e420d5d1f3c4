"""Buy again: the same listing, or the best offer of the same version, and what differs from then."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from catalog.selectors.offers import ListingQuote, best_listing_of, listing_quotes
from checkout.models import Basket, OrderLine
from checkout.services import baskets


class NothingLikeItError(DomainError):
    code = "nothing_like_it"
    message = _("Nobody offers this version at the moment.")


@dataclass(frozen=True, slots=True)
class Reorder:
    """What went into the basket, beside what was bought then."""

    line: OrderLine
    quote: ListingQuote

    @property
    def unit_price_then(self) -> Money:
        return Money(self.line.price_minor // self.line.quantity, self.line.currency)

    @property
    def has_other_seller(self) -> bool:
        return self.quote.seller_id != self.line.seller_id

    @property
    def has_other_grade(self) -> bool:
        return self.quote.grade != self.line.grade

    @property
    def has_other_price(self) -> bool:
        return self.quote.price != self.unit_price_then


@transaction.atomic
def put_again(*, line: OrderLine, basket: Basket, now: datetime) -> Reorder:
    """
    Put what an order line was into a basket: one unit of a device, as many as then of anything else.

    :raises NothingLikeItError: the version is not on sale in the basket's market
    :raises DomainError: see `services.baskets.add_listing`
    """
    quote = _quote(line.listing_id, basket.market)
    if quote is None:
        best = best_listing_of(sku_id=line.sku_id, market=basket.market, grade=line.grade)
        quote = _quote(best, basket.market) if best else None
    if quote is None:
        raise NothingLikeItError
    quantity = min(line.quantity, quote.available, baskets.MAX_QUANTITY)
    baskets.add_listing(basket_id=basket.pk, listing_id=quote.listing_id, quantity=quantity, now=now)
    return Reorder(line, quote)


def _quote(listing_id: int, market: str) -> ListingQuote | None:
    quote = listing_quotes(listing_ids=[listing_id], market=market).get(listing_id)
    return quote if quote is not None and quote.is_for_sale else None
