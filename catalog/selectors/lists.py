"""Lists that go on for pages: what a market has, each page found by the position where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import ReviewSort, ReviewState
from catalog.models import Offer, ProductModel, Question, Review, Seller

from .pages.cards import ProductCard, cards, shown_offers
from .pages.questions import questions_of
from .pages.reviews import SORTS

# By which values reviews come in each order, the last of them told apart by their keys; ratings rise, the rest falls.
REVIEW_ORDERS = {
    ReviewSort.NEWEST: ("created_at", "pk"),
    ReviewSort.HELPFUL: ("helpful_count", "created_at", "pk"),
    ReviewSort.LOWEST: ("rating", "created_at", "pk"),
}


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
    sort: ReviewSort = ReviewSort.NEWEST


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


def reviews(wish: ReviewWish, *, after: Sequence[Any] | None = None, count: int) -> list[Review]:
    """Return published reviews in the order wished for, after these values of `REVIEW_ORDERS`; one query."""
    rows = _narrowed(Review.objects.filter(state=ReviewState.PUBLISHED), wish)
    if after is not None:
        rows = rows.filter(_beyond(REVIEW_ORDERS[wish.sort], after))
    return list(rows.select_related("sku", "seller", "product__brand").order_by(*SORTS[wish.sort])[:count])


def _beyond(names: Sequence[str], values: Sequence[Any]) -> Q:
    """Return what comes after these values: beyond the first of them, or equal there and beyond the next."""
    found = Q()
    for place, name in enumerate(names):
        same = dict(zip(names[:place], values, strict=False))
        found |= Q(**same, **{f"{name}__{'gt' if name == 'rating' else 'lt'}": values[place]})
    return found


def questions(product: ProductModel, *, after: tuple[datetime, int] | None = None, count: int) -> list[Question]:
    """Return published questions with their answers, the latest first, after a moment and key; two queries."""
    rows = questions_of(product)
    if after is not None:
        rows = rows.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], pk__lt=after[1]))
    return list(rows[:count])


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


def cards_of(slugs: Sequence[str], market: Market) -> list[ProductCard]:
    """Return the cards of these products in this order, without what nobody sells here now; two queries."""
    known = dict(ProductModel.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    return cards(product_ids=[known[slug] for slug in slugs if slug in known], offers=shown_offers(market.code))


def product_slugs(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names in the address of these products; one query."""
    return dict(ProductModel.objects.filter(public_id__in=ids).values_list("public_id", "slug"))
