"""What others may know of listings and offers, as frozen facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from backmarket.core.money import Money
from catalog.enums import SellerLevel, TaxScheme
from catalog.models import Listing, ListingMarket, Offer
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
    offers = Offer.objects.filter(
        market=OuterRef("market"), listing_id=OuterRef("listing_id"), price_minor=OuterRef("price_minor")
    )
    rows = (
        ListingMarket.objects.filter(market=market, listing_id__in=list(listing_ids))
        .select_related("listing__seller", "listing__sku__product__brand", "listing__sku__product__category__parent")
        .annotate(
            reduced_at=Subquery(offers.values("reduced_at")[:1]),
            low_before_minor=Subquery(offers.values("low_before_minor")[:1]),
        )
    )
    return {row.listing_id: _quote(row) for row in rows}


def _quote(row: Any) -> ListingQuote:
    listing = row.listing
    seller, sku, product = listing.seller, listing.sku, listing.sku.product
    on_sale = seller.is_active and seller.level != SellerLevel.SUSPENDED and row.market in seller.markets
    parent = product.category.parent
    return ListingQuote(
        listing_id=listing.pk,
        listing_public_id=listing.public_id,
        seller_id=seller.pk,
        seller_name=seller.name,
        seller_slug=seller.slug,
        seller_country=seller.country,
        sku_id=sku.pk,
        product_id=product.pk,
        product_name=product.full_name,
        product_slug=product.slug,
        category_key=product.category.key,
        family=product.family,
        colour_hex=sku.colour_hex,
        variant=variant_text(sku.attributes, sku.colour_name),
        grade=listing.grade,
        price=Money(row.price_minor, row.currency),
        available=listing.available,
        is_published=row.is_published and on_sale,
        handling_hours=listing.handling_hours,
        warranty_months=listing.warranty_months,
        identifier_kind=identifier_kind_of(product.category.key, parent.key if parent else None),
        commission_permille=seller.commission_permille,
        is_margin_seller=seller.tax_scheme == TaxScheme.MARGIN,
        parent_category_key=parent.key if parent else "",
        reduced_at=row.reduced_at,
        low_before=None if row.low_before_minor is None else Money(row.low_before_minor, row.currency),
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
