"""Lists that go on for pages: what a market has, each page found by the position where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import ReviewState
from catalog.models import Offer, ProductModel, Review, Seller

from .pages.cards import shown_offers


@dataclass(frozen=True, slots=True)
class BrandEntry:
    """A brand with what of it can be bought in a market."""

    slug: str
    name: str
    product_count: int
    low: Money


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """Which reviews: those of a product or of a seller, narrowed by what is not None."""

    product: ProductModel | None = None
    seller: Seller | None = None
    seller_slug: str | None = None
    grade: str | None = None
    rating: int | None = None
    language: str | None = None


def brands_of(market: Market, *, after: str = "", count: int) -> list[BrandEntry]:
    """Return brands in stock after this slug, in the order of slugs; one query."""
    offers = shown_offers(market.code).order_by().filter(product__brand__slug__gt=after)
    rows = offers.values_list("product__brand__slug", "product__brand__name")
    counted = rows.annotate(products=Count("product", distinct=True), low=Min("price_minor"))
    return [
        BrandEntry(slug, name, products, Money(low, market.currency))
        for slug, name, products, low in counted.order_by("product__brand__slug")[:count]
    ]


def sellers_of(market: Market, *, after: str = "", count: int) -> list[Seller]:
    """Return sellers whose offers shoppers see, after this slug, in the order of slugs; one query."""
    winners = shown_offers(market.code).order_by().values("seller_id")
    return list(Seller.objects.filter(pk__in=winners, is_active=True, slug__gt=after).order_by("slug")[:count])


def offers_of_product(
    *,
    product: ProductModel,
    market: Market,
    sku: UUID | None = None,
    grade: str | None = None,
    after: tuple[int, int] | None = None,
    count: int,
) -> list[Offer]:
    """Return what can be bought of a product, the cheapest first, after a price and key; one query."""
    offers = shown_offers(market.code).filter(product=product)
    if sku is not None:
        offers = offers.filter(sku__public_id=sku)
    if grade is not None:
        offers = offers.filter(grade=grade)
    if after is not None:
        offers = offers.filter(Q(price_minor__gt=after[0]) | Q(price_minor=after[0], pk__gt=after[1]))
    return list(offers.select_related("seller", "listing", "sku").order_by("price_minor", "pk")[:count])


def reviews(wish: ReviewWish, *, after: tuple[datetime, int] | None = None, count: int) -> list[Review]:
    """Return published reviews, the latest first, after a moment and key; one query."""
    rows = _narrowed(Review.objects.filter(state=ReviewState.PUBLISHED), wish)
    if after is not None:
        rows = rows.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], pk__lt=after[1]))
    return list(rows.select_related("sku", "seller", "product__brand").order_by("-created_at", "-pk")[:count])


def _narrowed(rows: QuerySet[Review], wish: ReviewWish) -> QuerySet[Review]:
    conditions: dict[str, Any] = {
        "product": wish.product,
        "seller": wish.seller,
        "seller__slug": wish.seller_slug,
        "grade": wish.grade,
        "rating": wish.rating,
        "language": wish.language,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None})


def product_slugs(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names in the address of these products; one query."""
    return dict(ProductModel.objects.filter(public_id__in=ids).values_list("public_id", "slug"))
