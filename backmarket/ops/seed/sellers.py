"""The demo's sellers, and what each of them has in stock at which price."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from backmarket.markets.registry import MARKETS
from backmarket.ops.seed.catalogue import Stocked
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.prices import PriceInputs, price_tag_minor, typical_price_minor
from catalog.demo.facts import DemoSeller, load_sellers
from catalog.enums import Grade, SellerLevel
from catalog.models import Listing, ListingMarket, Seller

LISTINGS = 28_500
GRADE_WEIGHTS = (12, 30, 36, 22)
OTHER_MARKET_CHANCE = 0.45
QUANTITIES = (1, 1, 1, 2, 2, 3, 4, 5, 8, 12, 20)


def load_the_sellers(now: datetime) -> list[tuple[DemoSeller, Seller]]:
    """Write the 40 sellers; a short history means a wide confidence interval, so a low lower bound."""
    facts = load_sellers()
    sellers = copy_rows([seller_of(seller, now) for seller in facts])
    return list(zip(facts, sellers, strict=True))


def seller_of(facts: DemoSeller, now: datetime) -> Seller:
    """Return a demo seller as a row, not yet written."""
    permille = round(facts.quality * 1000)
    margin = max(15, round(900 / max(9, facts.history_days) ** 0.5))
    lower = max(0, permille - margin)
    level = SellerLevel.EXCELLENT if lower >= 900 else SellerLevel.GOOD if lower >= 700 else SellerLevel.AT_RISK
    return Seller(
        name=facts.name,
        slug=facts.slug,
        legal_name=facts.legal_name,
        legal_form=facts.legal_form,
        street=facts.street,
        city=facts.city,
        postcode=facts.postcode,
        country=facts.country,
        register_number=facts.register_number,
        vat_number=facts.vat_number,
        tax_scheme=facts.tax_scheme,
        home_market=facts.home_market,
        markets=list(facts.markets),
        handling_hours=facts.handling_hours,
        level=level,
        quality_permille=permille,
        quality_lower_permille=lower,
        created_at=now - timedelta(days=facts.history_days),
    )


def load_listings(
    catalogue: Sequence[Stocked], sellers: Sequence[tuple[DemoSeller, Seller]], *, now: datetime, random: Random
) -> list[Listing]:
    """Write some 26,000 listings, most of them of what people look for, with a price in each market they serve."""
    weights = [stocked.facts.popularity**1.4 * len(stocked.skus) ** 0.5 for stocked in catalogue]
    scale = LISTINGS / sum(weights)
    listings: list[Listing] = []
    prices: list[tuple[Listing, float, float]] = []
    for stocked, weight in zip(catalogue, weights, strict=True):
        keepers = _keepers(stocked, sellers)
        for _ in range(max(4, round(weight * scale))):
            listing, typical = _listing(stocked, keepers, now=now, random=random)
            listings.append(listing)
            prices.append((listing, typical, random.gauss(1.0, 0.035)))
    _drop_doubles(listings, prices)
    copy_rows(listings)
    copy_rows([row for listing, typical, hand in prices for row in _markets(listing, typical, hand, random)])
    return listings


def _keepers(stocked: Stocked, sellers: Sequence[tuple[DemoSeller, Seller]]) -> list[Seller]:
    """Return the sellers who deal in this kind of device."""
    kinds = {stocked.facts.category, stocked.parent_category}
    return [seller for facts, seller in sellers if kinds & set(facts.specialities)] or [seller for _, seller in sellers]


def _listing(stocked: Stocked, keepers: list[Seller], *, now: datetime, random: Random) -> tuple[Listing, float]:
    sku = stocked.skus[random.randrange(len(stocked.skus))]
    seller = keepers[random.randrange(len(keepers))]
    grade = random.choices(Grade.values, GRADE_WEIGHTS)[0]
    inputs = PriceInputs(
        category=stocked.facts.category,
        parent=stocked.parent_category,
        launched=stocked.launched,
        new_price_minor=sku.new_price_minor or 10_000,
        grade=grade,
    )
    warranty = random.choices((12, 24, 36), (78, 18, 4))[0]
    listing = Listing(
        seller=seller,
        sku=sku,
        seller_sku=f"{seller.slug[:3].upper()}-{sku.pk}-{grade[0].upper()}",
        grade=grade,
        quantity=random.choice(QUANTITIES),
        handling_hours=seller.handling_hours,
        warranty_months=warranty,
        created_at=now - timedelta(days=random.randrange(1, 200)),
    )
    return listing, typical_price_minor(inputs, _today(now)) * (1 + (warranty - 12) / 600)


def _today(now: datetime) -> date:
    return now.date()


def _drop_doubles(listings: list[Listing], prices: list[tuple[Listing, float, float]]) -> None:
    """Keep the first of a seller's listings of one SKU and grade."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for index, listing in enumerate(listings):
        key = (listing.seller_id, listing.seller_sku)
        if key not in seen:
            seen.add(key)
            kept.append(index)
    listings[:] = [listings[index] for index in kept]
    prices[:] = [prices[index] for index in kept]


def _markets(listing: Listing, typical: float, hand: float, random: Random) -> list[ListingMarket]:
    seller = listing.seller
    served = [
        market for market in seller.markets if market == seller.home_market or random.random() < OTHER_MARKET_CHANCE
    ]
    return [
        ListingMarket(
            listing=listing,
            market=market,
            price_minor=price_tag_minor(typical, hand=hand, currency=MARKETS[market].currency),
            currency=MARKETS[market].currency,
        )
        for market in served
    ]
