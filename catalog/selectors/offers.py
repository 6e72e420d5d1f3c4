"""What others may know of listings and offers, as frozen facts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language

from backmarket.core.money import Money
from backmarket.markets.registry import translated
from catalog.enums import SellerLevel, TaxScheme
from catalog.models import Listing, ListingMarket, Offer
from catalog.models.product import full_name
from catalog.rules.attributes import variant_text
from catalog.rules.price_history import LOOK_BACK

IMEI_CATEGORIES = frozenset({"smartphones"})
SERIAL_CATEGORIES = frozenset(
    {"tablets", "laptops", "desktops", "consoles", "watches", "cameras", "e-readers", "headphones"}
)


@dataclass(frozen=True, slots=True)
class ListingQuote:
    """
    A listing as the basket needs it, true at the moment of reading.

    `identifier_kind` is "imei", "serial" or "" for things without one; a device that has one is an order line alone.
    """

    listing_id: int
    listing_public_id: UUID
    seller_id: int
    seller_name: str
    seller_slug: str
    seller_country: str
    sku_id: int
    product_id: int
    product_name: str
    product_slug: str
    category_key: str
    family: str
    colour_hex: str
    variant: str
    grade: str
    price: Money
    available: int
    is_published: bool
    handling_hours: int
    warranty_months: int
    identifier_kind: str
    commission_permille: int
    is_margin_seller: bool = True
    parent_category_key: str = ""
    reduced_at: datetime | None = None
    low_before: Money | None = None

    def announced_low(self, now: datetime) -> Money | None:
        """Return the lowest price of the 30 days before, while the price is announced as reduced."""
        is_fresh = self.reduced_at is not None and self.reduced_at > now - LOOK_BACK
        return self.low_before if is_fresh else None

    @property
    def categories(self) -> frozenset[str]:
        """Its category and the one above."""
        return frozenset({self.category_key, self.parent_category_key} - {""})

    @property
    def is_for_sale(self) -> bool:
        return self.is_published and self.available > 0


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What a listing is, wherever it is sold or no longer sold."""

    listing_public_id: UUID
    product_name: str
    product_slug: str
    seller_name: str
    seller_slug: str
    variant: str
    grade: str
    family: str
    colour_hex: str


def identifier_kind_of(category_key: str, parent_key: str | None) -> str:
    """Say which number a device of this category carries; accessories have none."""
    keys = {category_key, parent_key}
    if keys & IMEI_CATEGORIES:
        return "imei"
    return "serial" if keys & SERIAL_CATEGORIES else ""


def listing_quotes(*, listing_ids: Iterable[int], market: str) -> dict[int, ListingQuote]:
    """
    Read listings' price, stock and facts in one market, in one query; a listing not sold there is absent.

    A reduction is one of the offer that shoppers see, while this listing and this price are that offer.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUOTES, {"market": market, "ids": list(listing_ids), "suspended": SellerLevel.SUSPENDED.value})
        return {row[0]: _quote(*row) for row in cursor.fetchall()}


# Asked four times a purchase: as a statement of its own it takes a third of the time that the models take. What is
# asked for beside the joins halves the time in which PostgreSQL plans it.
QUOTES = """
    SELECT price.listing_id, listing.public_id, seller.id, seller.name, seller.slug, seller.country,
        listing.sku_id, product.id, product.name, (SELECT name FROM catalog_brand WHERE id = product.brand_id),
        product.slug, (SELECT key FROM catalog_category WHERE id = product.category_id),
        (
            SELECT parent.key FROM catalog_category category
            JOIN catalog_category parent ON parent.id = category.parent_id WHERE category.id = product.category_id
        ),
        product.family,
        sku.colour_hex, sku.attributes, sku.colour_names, listing.grade, price.price_minor, price.currency,
        listing.quantity - listing.reserved,
        price.is_published AND seller.is_active AND seller.level <> %(suspended)s
            AND seller.markets ? price.market,
        listing.handling_hours, listing.warranty_months, seller.commission_permille, seller.tax_scheme,
        offer.reduced_at, offer.low_before_minor
    FROM catalog_listingmarket price
    JOIN catalog_listing listing ON listing.id = price.listing_id
    JOIN catalog_seller seller ON seller.id = listing.seller_id
    JOIN catalog_sku sku ON sku.id = listing.sku_id
    JOIN catalog_productmodel product ON product.id = sku.product_id
    LEFT JOIN LATERAL (
        SELECT reduced_at, low_before_minor FROM catalog_offer
        WHERE market = price.market AND listing_id = price.listing_id AND price_minor = price.price_minor LIMIT 1
    ) AS offer ON TRUE
    WHERE price.market = %(market)s AND price.listing_id = ANY(%(ids)s)
"""


def _quote(
    listing_id: int,
    public_id: UUID,
    seller_id: int,
    seller_name: str,
    seller_slug: str,
    seller_country: str,
    sku_id: int,
    product_id: int,
    product_name: str,
    brand_name: str,
    product_slug: str,
    category_key: str,
    parent_key: str | None,
    family: str,
    colour_hex: str,
    attributes: str,
    colour_names: str,
    grade: str,
    price_minor: int,
    currency: str,
    available: int,
    is_published: bool,
    handling_hours: int,
    warranty_months: int,
    commission_permille: int,
    tax_scheme: str,
    reduced_at: datetime | None,
    low_before_minor: int | None,
) -> ListingQuote:
    colour = translated(json.loads(colour_names), get_language() or "en")
    return ListingQuote(
        listing_id=listing_id,
        listing_public_id=public_id,
        seller_id=seller_id,
        seller_name=seller_name,
        seller_slug=seller_slug,
        seller_country=seller_country,
        sku_id=sku_id,
        product_id=product_id,
        product_name=full_name(product_name, brand_name),
        product_slug=product_slug,
        category_key=category_key,
        family=family,
        colour_hex=colour_hex,
        variant=variant_text(json.loads(attributes), colour),
        grade=grade,
        price=Money(price_minor, currency),
        available=available,
        is_published=is_published,
        handling_hours=handling_hours,
        warranty_months=warranty_months,
        identifier_kind=identifier_kind_of(category_key, parent_key),
        commission_permille=commission_permille,
        is_margin_seller=tax_scheme == TaxScheme.MARGIN,
        parent_category_key=parent_key or "",
        reduced_at=reduced_at,
        low_before=None if low_before_minor is None else Money(low_before_minor, currency),
    )


def listing_facts(listing_ids: Iterable[int]) -> dict[int, ListingFacts]:
    """Read what listings are, in one query."""
    rows = Listing.objects.filter(pk__in=list(listing_ids)).select_related("seller", "sku__product__brand")
    return {
        row.pk: ListingFacts(
            listing_public_id=row.public_id,
            product_name=row.sku.product.full_name,
            product_slug=row.sku.product.slug,
            seller_name=row.seller.name,
            seller_slug=row.seller.slug,
            variant=variant_text(row.sku.attributes, row.sku.colour_name),
            grade=row.grade,
            family=row.sku.product.family,
            colour_hex=row.sku.colour_hex,
        )
        for row in rows
    }


def best_listing_of(*, sku_id: int, market: str, grade: str) -> int | None:
    """Return the listing that wins for a version in a grade, else the cheapest winner in another grade, or None."""
    offers = list(Offer.objects.filter(sku_id=sku_id, market=market, in_stock=True).order_by("price_minor"))
    best = next((offer for offer in offers if offer.grade == grade), offers[0] if offers else None)
    return best.listing_id if best else None


def listing_id_of(public_id: UUID) -> int | None:
    """Return a listing's key by its public id, or None."""
    return Listing.objects.filter(public_id=public_id).values_list("pk", flat=True).first()


def listing_ids_on_sale(*, market: str, category: str, seller_id: int | None, limit: int) -> list[int]:
    """Return some listings on sale in a market: of a category or those below it, and of a seller, where named."""
    rows = ListingMarket.objects.filter(market=market, is_published=True, listing__quantity__gt=0)
    if category:
        within = Q(listing__sku__product__category__key=category)
        rows = rows.filter(within | Q(listing__sku__product__category__parent__key=category))
    if seller_id is not None:
        rows = rows.filter(listing__seller_id=seller_id)
    return list(rows.order_by("-listing_id").values_list("listing_id", flat=True)[:limit])
