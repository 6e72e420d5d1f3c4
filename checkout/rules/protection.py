"""The optional protection plan of a device: what it costs and how long it lasts."""

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingQuote


def protection_price(quote: ListingQuote, market: Market) -> Money | None:
    """Return what the plan of one unit costs; None for things without an identifier, which cannot be insured."""
    if not quote.identifier_kind:
        return None
    return Money(market.protection_minor(quote.price.amount_minor), market.currency)
