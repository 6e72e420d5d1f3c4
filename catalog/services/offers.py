"""Elect the buy box's winners for exactly what changed, and keep why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from backmarket.markets.registry import MARKETS
from catalog import locks
from catalog.enums import SellerLevel
from catalog.models import DirtyOffer, ListingMarket, Offer, OfferPrice, Sku
from catalog.rules.buybox import Candidate, as_inputs, ranking

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
        )
        .exclude(listing__seller__level=SellerLevel.SUSPENDED)
        .values_list(*COLUMNS)
    )
    found: dict[OfferKey, list[_Standing]] = defaultdict(list)
    for code, price, listing_id, sku_id, grade, quantity, reserved, hours, seller_id, country, served, quality in rows:
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
        found[key].append(_Standing(candidate, hours))
    return found


@transaction.atomic
def elect(keys: list[OfferKey], *, now: datetime) -> None:
    """Elect these keys again, in a fixed number of queries whatever their count."""
    if not keys:
        return
    sku_ids = sorted({sku_id for _, sku_id, _ in keys})
    locks.lock_skus(sku_ids)
    standings = _standings(keys)
    products = dict(Sku.objects.filter(pk__in=sku_ids).values_list("pk", "product_id"))
    present = {
        (offer.market, offer.sku_id, offer.grade): offer
        for offer in Offer.objects.filter(sku_id__in=sku_ids, market__in={market for market, _, _ in keys})
    }
    written: list[Offer] = []
    prices: list[OfferPrice] = []
    for key in dict.fromkeys(keys):
        before = present.get(key)
        competing = standings.get(key, [])
        ranked = ranking(standing.candidate for standing in competing)
        if not ranked and before is None:
            continue
        handling = {standing.candidate.listing_id: standing.handling_hours for standing in competing}
        after = _offer(key, before, ranked, products[key[1]], handling, now)
        written.append(after)
        if ranked and (before is None or before.price_minor != ranked[0].price_minor):
            prices.append(
                OfferPrice(market=key[0], sku_id=key[1], grade=key[2], price_minor=ranked[0].price_minor, from_at=now)
            )
    _store(written)
    OfferPrice.objects.bulk_create(prices)


def _offer(
    key: OfferKey,
    before: Offer | None,
    ranked: list[Candidate],
    product_id: int,
    handling: Mapping[int, int],
    now: datetime,
) -> Offer:
    market, sku_id, grade = key
    offer = Offer(market=market, sku_id=sku_id, grade=grade, product_id=product_id, elected_at=now)
    if ranked:
        winner = ranked[0]
        offer.listing_id, offer.seller_id = winner.listing_id, winner.seller_id
        offer.price_minor, offer.currency = winner.price_minor, MARKETS[market].currency
        offer.handling_hours, offer.in_stock = handling[winner.listing_id], True
        offer.inputs = as_inputs(ranked[:KEPT_CANDIDATES])
        offer.reason = "only_offer" if len(ranked) == 1 else "best_score"
    elif before is not None:
        offer.listing_id, offer.seller_id = before.listing_id, before.seller_id
        offer.price_minor, offer.currency = before.price_minor, before.currency
        offer.handling_hours, offer.in_stock = before.handling_hours, False
        offer.inputs, offer.reason = [], "nobody_eligible"
    return offer


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
            "inputs",
            "reason",
            "elected_at",
        ],
        batch_size=1000,
    )
