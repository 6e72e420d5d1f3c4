"""Elect the buy box's winners for exactly what changed, and keep why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    """Note keys for the next election, each once."""
    DirtyOffer.objects.bulk_create(
        (DirtyOffer(market=market, sku_id=sku_id, grade=grade) for market, sku_id, grade in keys), ignore_conflicts=True
    )


@transaction.atomic
def elect_dirty(*, now: datetime, limit: int = 500) -> int:
    """Elect up to `limit` noted keys; several elections work side by side on different keys."""
    dirty = locks.claim_dirty_offers(limit)
    elect([(row.market, row.sku_id, row.grade) for row in dirty], now=now)
    DirtyOffer.objects.filter(pk__in=[row.pk for row in dirty]).delete()
    return len(dirty)


def _candidates(keys: list[OfferKey]) -> Mapping[OfferKey, list[Candidate]]:
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
        .select_related("listing__seller")
    )
    found: dict[OfferKey, list[Candidate]] = defaultdict(list)
    for row in rows:
        listing, market = row.listing, MARKETS[row.market]
        key = (row.market, listing.sku_id, listing.grade)
        if (
            key not in wanted
            or row.price_minor > market.price_ceiling_minor
            or row.market not in listing.seller.markets
        ):
            continue
        carrier = market.carriers[0]
        transit = carrier.days if listing.seller.country == row.market else carrier.cross_border_days
        found[key].append(
            Candidate(
                listing_id=listing.pk,
                seller_id=listing.seller_id,
                price_minor=row.price_minor,
                delivery_minor=carrier.price_minor,
                quality_lower_permille=listing.seller.quality_lower_permille,
                days=-(-listing.handling_hours // 24) + transit,
                available=listing.available,
            )
        )
    return found


@transaction.atomic
def elect(keys: list[OfferKey], *, now: datetime) -> None:
    """Elect these keys again, in a fixed number of queries whatever their count."""
    if not keys:
        return
    sku_ids = sorted({sku_id for _, sku_id, _ in keys})
    locks.lock_skus(sku_ids)
    candidates = _candidates(keys)
    products = dict(Sku.objects.filter(pk__in=sku_ids).values_list("pk", "product_id"))
    present = {
        (offer.market, offer.sku_id, offer.grade): offer
        for offer in Offer.objects.filter(sku_id__in=sku_ids, market__in={market for market, _, _ in keys})
    }
    handling = _handling_hours(candidates)
    written: list[Offer] = []
    prices: list[OfferPrice] = []
    for key in dict.fromkeys(keys):
        before = present.get(key)
        ranked = ranking(candidates.get(key, []))
        if not ranked and before is None:
            continue
        after = _offer(key, before, ranked, products[key[1]], handling, now)
        written.append(after)
        if ranked and (before is None or before.price_minor != ranked[0].price_minor):
            prices.append(
                OfferPrice(market=key[0], sku_id=key[1], grade=key[2], price_minor=ranked[0].price_minor, from_at=now)
            )
    _store(written)
    OfferPrice.objects.bulk_create(prices)


def _handling_hours(candidates: Mapping[OfferKey, list[Candidate]]) -> dict[int, int]:
    ids = {candidate.listing_id for group in candidates.values() for candidate in group}
    return dict(ListingMarket.objects.filter(listing_id__in=ids).values_list("listing_id", "listing__handling_hours"))


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
