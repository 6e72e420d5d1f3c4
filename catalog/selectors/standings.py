"""A seller's listings with how each stands in the buy box, and what price would win."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.enums import SellerLevel
from catalog.models import ListingMarket, Offer
from catalog.rules.attributes import variant_text
from catalog.rules.buybox import Candidate, price_to_win


class Standing(StrEnum):
    """Where a listing stands in one market; `updating`: the election after its last change is under way."""

    WINNING = "winning"
    LOSING = "losing"
    UPDATING = "updating"
    SOLD_OUT = "sold_out"
    PAUSED = "paused"
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True, slots=True)
class ListingRow:
    """
    One listing in one market, true at the moment of reading.

    `gap` is by how much its score wins or loses; `winning_price` the highest price that would win, where it loses.
    """

    listing_id: int
    public_id: UUID
    seller_sku: str
    market: str
    product_name: str
    product_slug: str
    family: str
    colour_hex: str
    variant: str
    grade: str
    price: Money
    available: int
    reserved: int
    is_published: bool
    standing: Standing
    gap: Money | None
    winning_price: Money | None


_RIVAL = Offer.objects.filter(
    market=OuterRef("market"), sku=OuterRef("listing__sku"), grade=OuterRef("listing__grade"), in_stock=True
)
_IN_STOCK = Q(listing__quantity__gt=F("listing__reserved"))
_COMPETES = Q(is_published=True) & _IN_STOCK
FILTERS: dict[str, Q] = {
    "winning": _COMPETES & Q(winner_id=F("listing_id")),
    "losing": _COMPETES & Q(winner_id__isnull=False) & ~Q(winner_id=F("listing_id")),
    "sold_out": Q(is_published=True) & ~_IN_STOCK,
    "paused": Q(is_published=False),
}


def listings_of_seller(
    *, seller_id: int, market: str = "", state: str = "", search: str = ""
) -> QuerySet[ListingMarket]:
    """Return a seller's listings a market, narrowed by market, state (a key of FILTERS) and words."""
    rows = ListingMarket.objects.filter(listing__seller_id=seller_id)
    rows = rows.annotate(winner_id=Subquery(_RIVAL.values("listing_id")[:1]))
    if market:
        rows = rows.filter(market=market)
    if state in FILTERS:
        rows = rows.filter(FILTERS[state])
    for word in search.split():
        rows = rows.filter(
            Q(listing__seller_sku__icontains=word)
            | Q(listing__sku__product__name__icontains=word)
            | Q(listing__sku__product__brand__name__icontains=word)
            | Q(listing__sku__key__icontains=word)
        )
    return rows.select_related("listing__seller", "listing__sku__product__brand").order_by(
        "-listing__sku__product__popularity", "listing__sku__product_id", "listing_id", "market"
    )


def counts_of_seller(*, seller_id: int, market: str = "", search: str = "") -> dict[str, int]:
    """Count a seller's listings by state of FILTERS and in "all", in one query."""
    rows = listings_of_seller(seller_id=seller_id, market=market, search=search).order_by()
    counts = {name: Count("pk", filter=condition) for name, condition in FILTERS.items()}
    return dict(rows.aggregate(all=Count("pk"), **counts))


def markets_of_seller(seller_id: int) -> list[str]:
    """Return the markets in which a seller has listings."""
    rows = ListingMarket.objects.filter(listing__seller_id=seller_id)
    return list(rows.order_by("market").values_list("market", flat=True).distinct())


def rows_with_standing(rows: Iterable[ListingMarket]) -> list[ListingRow]:
    """Say how each of these stands, in one query more."""
    listed = list(rows)
    offers = {
        (offer.market, offer.sku_id, offer.grade): offer
        for offer in Offer.objects.filter(
            market__in={row.market for row in listed}, sku__in={row.listing.sku_id for row in listed}
        )
    }
    return [_row(row, offers.get((row.market, row.listing.sku_id, row.listing.grade))) for row in listed]


def _row(row: ListingMarket, offer: Offer | None) -> ListingRow:
    listing, sku = row.listing, row.listing.sku
    standing, gap, winning_price = _standing(row, offer)
    return ListingRow(
        listing_id=listing.pk,
        public_id=listing.public_id,
        seller_sku=listing.seller_sku,
        market=row.market,
        product_name=sku.product.full_name,
        product_slug=sku.product.slug,
        family=sku.product.family,
        colour_hex=sku.colour_hex,
        variant=variant_text(sku.attributes, sku.colour_name),
        grade=listing.grade,
        price=Money(row.price_minor, row.currency),
        available=listing.available,
        reserved=listing.reserved,
        is_published=row.is_published,
        standing=standing,
        gap=gap,
        winning_price=winning_price,
    )


def _idle(row: ListingMarket) -> Standing | None:
    """Say why a listing does not compete, or None if it does."""
    seller = row.listing.seller
    if not row.is_published:
        return Standing.PAUSED
    if row.listing.available < 1:
        return Standing.SOLD_OUT
    allowed = seller.is_active and seller.level != SellerLevel.SUSPENDED and row.market in seller.markets
    too_dear = row.price_minor > MARKETS[row.market].price_ceiling_minor
    return Standing.NOT_ELIGIBLE if not allowed or too_dear else None


def _standing(row: ListingMarket, offer: Offer | None) -> tuple[Standing, Money | None, Money | None]:
    idle = _idle(row)
    if idle is not None:
        return idle, None, None
    if offer is None or not offer.in_stock:
        return Standing.UPDATING, None, None
    ranked = [_candidate(entry) for entry in offer.inputs]
    own = next((candidate for candidate in ranked if candidate.listing_id == row.listing_id), None)
    if own is not None and own.price_minor != row.price_minor:
        return Standing.UPDATING, None, None
    others = [candidate for candidate in ranked if candidate.listing_id != row.listing_id]
    if offer.listing_id == row.listing_id:
        return Standing.WINNING, _gap(others[0], own, row) if others and own else None, None
    if own is None or not others:
        return Standing.LOSING, None, None
    wins_at = price_to_win(own, others[0])
    return Standing.LOSING, _gap(own, others[0], row), Money(wins_at, row.currency) if wins_at else None


def _gap(worse: Candidate, better: Candidate, row: ListingMarket) -> Money:
    return Money(worse.score_minor - better.score_minor, row.currency)


def _candidate(entry: dict[str, int]) -> Candidate:
    names = ("listing_id", "seller_id", "price_minor", "delivery_minor", "quality_lower_permille", "days", "available")
    return Candidate(**{name: entry[name] for name in names})
