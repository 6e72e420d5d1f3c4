"""What is told beside a total and changes nothing of it: the eco-contribution in it, and the total in parts."""

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingQuote


def eco_contribution(quote: ListingQuote, market: Market) -> Money:
    """Return what of one unit's price pays for recycling: by its category, else by the one above, else nothing."""
    scale = dict(market.eco_minor)
    minor = scale.get(quote.category_key, scale.get(quote.parent_category_key, 0))
    return Money(minor, market.currency)


def instalments(total: Money, market: Market) -> tuple[tuple[Money, ...], ...]:
    """Return the ways to pay in parts that the total is high enough for; the parts of each sum to it."""
    return tuple(
        tuple(total.split([1] * offer.times)) for offer in market.instalments if total.amount_minor >= offer.from_minor
    )
