"""Elect the buy box's winners for exactly what changed, and keep why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from backmarket.markets.registry import MARKETS
from catalog import locks
from catalog.enums import ProductState, SellerLevel
from catalog.models import DirtyOffer, ListingMarket, Offer, OfferPrice
from catalog.rules.buybox import Candidate, as_inputs, ranking
from catalog.rules.facets import OfferFacts, facet_values
from catalog.rules.price_history import LOOK_BACK
from catalog.rules.rating import rating_tenths

from . import alert_checks, offer_news, search_documents
from .offer_facts import SkuFacts, facts_of_skus

OfferKey = tuple[str, int, str]
KEPT_CANDIDATES = 20


def keys_of_listing(listing_id: int) -> list[OfferKey]:
    """Return the market, SKU and grade that a listing competes for."""
    rows = ListingMarket.objects.filter(listing_id=listing_id)
    return list(rows.values_list("market", "listing__sku_id", "listing__grade"))


def mark_dirty(keys: Iterable[OfferKey]) -> None:
    """Note keys for the next election, each once, in one order: two that note the same keys never block each other."""
    DirtyOffer.objects.bulk_create(
        (DirtyOffer(market=market, sku_id=sku_id, grade=grade) for market, sku_id, grade in sorted(set(keys))),
        ignore_conflicts=True,
    )


@transaction.atomic
def elect_dirty(*, now: datetime, limit: int = 500) -> int:
    """Elect up to `limit` noted keys; several elections work side by side on different keys."""
    keys = locks.claim_dirty_offers(limit)
    elect(keys, now=now)
    return len(keys)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A candidate with what its offer would carry besides."""

    candidate: Candidate
    handling_hours: int
    seller: str
    rating_sum: int
    rating_count: int


COLUMNS = (
    "market",
    "price_minor",
    "listing_id",
    "listing__sku_id",
    "listing__grade",
    "listing__quantity",
    "listing__reserved",
    "listing__handling_hours",
    "listing__seller_id",
    "listing__seller__country",
    "listing__seller__markets",
    "listing__seller__quality_lower_permille",
    "listing__seller__slug",
    "listing__seller__rating_sum",
    "listing__seller__rating_count",
)


def _standings(keys: list[OfferKey]) -> Mapping[OfferKey, list[_Standing]]:
    """Read every eligible listing of the keys: active seller, stock, price in bounds, a year of warranty."""
    wanted = set(keys)
    rows = (
        ListingMarket.objects.filter(
            listing__sku_id__in={sku_id for _, sku_id, _ in keys},
            market__in={market for market, _, _ in keys},
            is_published=True,
            listing__quantity__gt=F("listing__reserved"),
            listing__warranty_months__gte=12,
            listing__seller__is_active=True,
            listing__sku__product__state=ProductState.ACTIVE,
        )
        .exclude(listing__seller__level=SellerLevel.SUSPENDED)
        .values_list(*COLUMNS)
    )
    found: dict[OfferKey, list[_Standing]] = defaultdict(list)
    for code, price, listing_id, sku_id, grade, quantity, reserved, hours, seller_id, *facts in rows:
        country, served, quality, slug, rating_sum, rating_count = facts
        key, market = (code, sku_id, grade), MARKETS[code]
        if key not in wanted or price > market.price_ceiling_minor or code not in served:
            continue
        carrier = market.carriers[0]
        candidate = Candidate(
            listing_id=listing_id,
            seller_id=seller_id,
            price_minor=price,
            delivery_minor=carrier.price_minor,
            quality_lower_permille=quality,
            days=-(-hours // 24) + (carrier.days if country == code else carrier.cross_border_days),
            available=quantity - reserved,
        )
        found[key].append(_Standing(candidate, hours, slug, rating_sum, rating_count))
    return found


@dataclass(frozen=True, slots=True)
class Results:
    """Offers to write, new prices, (market, product) whose price or stock moved, and what searches see differently."""

    offers: list[Offer]
    prices: list[OfferPrice]
    moved: set[tuple[str, int]]
    changed: set[tuple[int, str]]


@transaction.atomic
def elect(keys: list[OfferKey], *, now: datetime) -> None:
    """Elect these keys again, in a fixed number of queries whatever their count."""
    if keys:
        results = results_of(keys, now=now)
        _store(results.offers)
        OfferPrice.objects.bulk_create(results.prices)
        alert_checks.note_moved(results.moved, now=now)
        search_documents.mark_offers(results.changed)


@transaction.atomic
def results_of(keys: list[OfferKey], *, now: datetime) -> Results:
    """Return what an election of these keys writes, holding their SKUs until the transaction ends."""
    sku_ids = sorted({sku_id for _, sku_id, _ in keys})
    locks.lock_skus(sku_ids)
    standings = _standings(keys)
    skus = facts_of_skus(sku_ids)
    present = {
        (offer.market, offer.sku_id, offer.grade): offer
        for offer in Offer.objects.filter(sku_id__in=sku_ids, market__in={market for market, _, _ in keys})
    }
    written: list[Offer] = []
    prices: list[OfferPrice] = []
    for key in dict.fromkeys(keys):
        before = present.get(key)
        competing = standings.get(key, [])
        if not competing and before is None:
            continue
        offer = _offer(key, before, competing, skus[key[1]], now)
        written.append(offer)
        if competing and (before is None or before.price_minor != offer.price_minor):
            prices.append(
                OfferPrice(market=key[0], sku_id=key[1], grade=key[2], price_minor=offer.price_minor, from_at=now)
            )
    offer_news.note_news(written, present, now=now)
    moved = alert_checks.moved_products(written, present)
    return Results(written, prices, moved, search_documents.changed_documents(written, present))


def _offer(key: OfferKey, before: Offer | None, competing: list[_Standing], sku: SkuFacts, now: datetime) -> Offer:
    market, sku_id, grade = key
    offer = Offer(market=market, sku_id=sku_id, grade=grade, product_id=sku.product_id, elected_at=now)
    if competing:
        ranked = ranking(standing.candidate for standing in competing)
        best = ranked[0]
        winner = next(standing for standing in competing if standing.candidate is best)
        offer.listing_id, offer.seller_id = best.listing_id, best.seller_id
        offer.price_minor, offer.currency = best.price_minor, MARKETS[market].currency
        offer.handling_hours, offer.in_stock = winner.handling_hours, True
        offer.facets = facet_values(_facts(sku, grade, winner))
        offer.value_permille = best.price_minor * 1000 // sku.new_price_minor if sku.new_price_minor else None
        offer.inputs = as_inputs(ranked[:KEPT_CANDIDATES])
        offer.reason = "only_offer" if len(ranked) == 1 else "best_score"
    elif before is not None:
        offer.listing_id, offer.seller_id = before.listing_id, before.seller_id
        offer.price_minor, offer.currency = before.price_minor, before.currency
        offer.handling_hours, offer.in_stock = before.handling_hours, False
        offer.facets, offer.value_permille = before.facets, before.value_permille
        offer.inputs, offer.reason = [], "nobody_eligible"
    return offer


def _facts(sku: SkuFacts, grade: str, winner: _Standing) -> OfferFacts:
    return replace(
        sku.facets,
        seller=winner.seller,
        grade=grade,
        price_minor=winner.candidate.price_minor,
        days=winner.candidate.days,
        rating_tenths=rating_tenths(winner.rating_sum, winner.rating_count),
        rating_count=winner.rating_count,
    )


def mark_worn_reductions(*, now: datetime, limit: int = 500) -> int:
    """Note offers for election whose reduction is 30 days old: from then on the price is simply the price."""
    worn = Offer.objects.filter(reduced_at__lte=now - LOOK_BACK).order_by("reduced_at")
    keys = list(worn.values_list("market", "sku_id", "grade")[:limit])
    mark_dirty(keys)
    return len(keys)


def _store(offers: list[Offer]) -> None:
    Offer.objects.bulk_create(
        offers,
        update_conflicts=True,
        unique_fields=["market", "sku", "grade"],
        update_fields=[
            "product",
            "listing",
            "seller",
            "price_minor",
            "currency",
            "handling_hours",
            "in_stock",
            "facets",
            "value_permille",
            "inputs",
            "reason",
            "elected_at",
            "reduced_at",
            "low_before_minor",
            "restocked_at",
        ],
        batch_size=1000,
    )
