"""The marketplace's commission on a line, frozen when the order is placed."""

from dataclasses import dataclass
from decimal import Decimal

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS


@dataclass(frozen=True, slots=True)
class Commission:
    """Commission without VAT, and its VAT, owed in `jurisdiction` (decision 8)."""

    amount: Money
    vat: Money
    jurisdiction: str


def commission_of(gross: Money, *, permille: int, seller_country: str) -> Commission:
    """Take the commission of goods and delivery, with the VAT of the seller's country on top of it."""
    amount = gross.share(Decimal(permille) / 1000)
    market = MARKETS.get(seller_country)
    vat = amount.share(market.vat_rate) if market else Money.zero(gross.currency)
    return Commission(amount, vat, seller_country)
