"""The buy box in plain words: who else offers this version, and by what the shown offer won."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.models import ListingMarket, Offer, Seller

from .product_rows import Candidates

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

    @property
    def verdict(self) -> str:
        """Say in one sentence why it won or lost."""
        if self.is_winner:
            return _("Lowest once its record is counted")
        if self.costs_less:
            facts = {"less": self.costs_less.format(), "more": self.lost_by.format()}
            return _("%(less)s cheaper, but its record makes it count as %(more)s more") % facts
        if self.costs_more:
            return _("Costs %(more)s more") % {"more": self.costs_more.format()}
        return (
            _("Same price, weaker record") if self.lost_by else _("Equal; the other one is quicker or was here first")
        )


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


def contest_of(*, offer: Offer, candidates: Candidates, market: Market) -> Contest | None:
    """Return the election as it was decided, without candidates that have left the market since."""
    contenders = [
        _contender(entry, row, offer, market, candidates.inputs[0]["score_minor"])
        for entry in candidates.inputs[:SHOWN]
        if (row := candidates.row_of(entry["listing_id"])) is not None and row.listing.available > 0
    ]
    return Contest(contenders=contenders, count=len(candidates.inputs)) if contenders else None


def _contender(entry: dict[str, int], row: ListingMarket, offer: Offer, market: Market, winner_score: int) -> Contender:
    def money(amount_minor: int) -> Money:
        return Money(amount_minor, market.currency)

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
