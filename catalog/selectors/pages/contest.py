"""The buy box in plain words: who else offers this version, and by what the shown offer won."""

from dataclasses import dataclass

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.models import ListingMarket, Offer, Seller

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contender:
    """One candidate of the election; `lost_by` is how much more it counts as than the winner."""

    seller: Seller
    price: Money
    delivery: Money
    bonus: Money
    score: Money
    days: int
    listing_public_id: str
    available: int
    warranty_months: int
    is_winner: bool
    lost_by: Money
    costs_more: Money | None
    costs_less: Money | None


@dataclass(frozen=True, slots=True)
class Contest:
    """The best candidates, the winner first; `count` is how many took part."""

    contenders: list[Contender]
    count: int

    @property
    def others(self) -> list[Contender]:
        return [contender for contender in self.contenders if not contender.is_winner]

    @property
    def cheaper(self) -> "Contender | None":
        """Return the cheapest candidate that asked less and still lost, if there is one."""
        asked_less = [contender for contender in self.others if contender.costs_less]
        return min(asked_less, key=lambda contender: contender.price.amount_minor, default=None)


def contest_of(*, offer: Offer, market: Market) -> Contest:
    """Return the election as it was decided, without candidates that have left the market since; one query."""
    inputs = offer.inputs[:SHOWN]
    rows = ListingMarket.objects.filter(
        listing_id__in=[entry["listing_id"] for entry in inputs], market=market.code, is_published=True
    ).select_related("listing__seller")
    listings = {row.listing_id: row for row in rows}
    contenders = [
        _contender(entry, listings[entry["listing_id"]], offer, market)
        for entry in inputs
        if entry["listing_id"] in listings
    ]
    return Contest(contenders=contenders, count=len(offer.inputs))


def _contender(entry: dict[str, int], row: ListingMarket, offer: Offer, market: Market) -> Contender:
    def money(amount_minor: int) -> Money:
        return Money(amount_minor, market.currency)

    winner_score = offer.inputs[0]["score_minor"]
    more = entry["price_minor"] - offer.price_minor
    return Contender(
        seller=row.listing.seller,
        price=money(entry["price_minor"]),
        delivery=money(entry["delivery_minor"]),
        bonus=money(entry["bonus_minor"]),
        score=money(entry["score_minor"]),
        days=entry["days"],
        listing_public_id=str(row.listing.public_id),
        available=row.listing.available,
        warranty_months=row.listing.warranty_months,
        is_winner=entry["listing_id"] == offer.listing_id,
        lost_by=money(entry["score_minor"] - winner_score),
        costs_more=money(more) if more > 0 else None,
        costs_less=money(-more) if more < 0 else None,
    )
