"""Every way in which one offer can be delivered, and when it arrives."""

from dataclasses import dataclass
from datetime import datetime

from backmarket.core.money import Money
from backmarket.markets.carriers import Carrier
from backmarket.markets.delivery import DeliveryWindow, delivery_window
from backmarket.markets.registry import Market
from catalog.models import Offer


@dataclass(frozen=True, slots=True)
class Delivery:
    carrier: Carrier
    price: Money
    window: DeliveryWindow


def deliveries_of(*, offer: Offer, market: Market, now: datetime, postcode: str = "") -> list[Delivery]:
    """Return the market's carriers in their order; with a postcode, far regions get the days that they need more."""
    return [
        Delivery(
            carrier=carrier,
            price=Money(carrier.price_minor, market.currency),
            window=delivery_window(
                now=now,
                handling_hours=offer.handling_hours,
                seller_country=offer.seller.country,
                market=market,
                carrier=carrier,
                postcode=postcode,
            ),
        )
        for carrier in market.carriers
    ]
