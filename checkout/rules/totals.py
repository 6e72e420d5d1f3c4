"""One function computes a basket's total; its lines explain every cent (no database, integer money)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingQuote


@dataclass(frozen=True, slots=True)
class LineTotal:
    """What one order line costs: goods, its share of the parcel's delivery, the buyer service fee."""

    quote: ListingQuote
    quantity: int
    price: Money
    shipping: Money
    service_fee: Money

    @property
    def total(self) -> Money:
        return self.price + self.shipping + self.service_fee


@dataclass(frozen=True, slots=True)
class ParcelTotal:
    """What one seller sends at once, by one carrier."""

    seller_id: int
    seller_name: str
    carrier_key: str
    shipping: Money
    lines: tuple[LineTotal, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    goods: Money
    shipping: Money
    service_fee: Money
    total: Money
    parcels: tuple[ParcelTotal, ...]

    @property
    def lines(self) -> list[LineTotal]:
        return [line for parcel in self.parcels for line in parcel.lines]


def _order_lines(quote: ListingQuote, quantity: int) -> list[int]:
    """Cut a basket line into order lines: each device with an identifier stands alone (domain.md, "Order")."""
    return [1] * quantity if quote.identifier_kind else [quantity]


def compute_totals(items: Sequence[tuple[ListingQuote, int]], *, market: Market, carriers: Mapping[int, str]) -> Totals:
    """
    Compute parcels, lines and sums of (quote, quantity) items.

    `carriers` maps a seller to the key of the chosen carrier; without one the market's first is taken. Delivery is
    paid once a parcel and shared over its lines by price; the service fee is a unit's, by the market's price bands.

    :raises KeyError: a carrier is not one of the market's
    """
    currency = market.currency
    by_seller: dict[int, list[tuple[ListingQuote, int]]] = {}
    for quote, quantity in items:
        by_seller.setdefault(quote.seller_id, []).extend((quote, units) for units in _order_lines(quote, quantity))
    parcels = []
    for seller_id, lines in by_seller.items():
        carrier = market.carrier(carriers.get(seller_id, market.carriers[0].key))
        shipping = Money(carrier.price_minor, currency)
        prices = [quote.price * units for quote, units in lines]
        shares = shipping.split([max(1, price.amount_minor) for price in prices])
        parcels.append(
            ParcelTotal(
                seller_id=seller_id,
                seller_name=lines[0][0].seller_name,
                carrier_key=carrier.key,
                shipping=shipping,
                lines=tuple(
                    LineTotal(
                        quote=quote,
                        quantity=units,
                        price=price,
                        shipping=share,
                        service_fee=Money(market.service_fee_minor(quote.price.amount_minor), currency) * units,
                    )
                    for (quote, units), price, share in zip(lines, prices, shares, strict=True)
                ),
            )
        )
    all_lines = [line for parcel in parcels for line in parcel.lines]
    return Totals(
        goods=Money.total((line.price for line in all_lines), currency),
        shipping=Money.total((parcel.shipping for parcel in parcels), currency),
        service_fee=Money.total((line.service_fee for line in all_lines), currency),
        total=Money.total((line.total for line in all_lines), currency),
        parcels=tuple(parcels),
    )
