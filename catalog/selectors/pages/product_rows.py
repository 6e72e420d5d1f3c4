"""The product page's rows, read in three queries: the product with its versions and voices, offers, candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, JSONField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from catalog.enums import ProductState, RelatedKind, ReviewSort, ReviewState
from catalog.models import ListingMarket, Offer, OfferPrice, ProductModel, Question, RelatedProduct, Review, Seller, Sku
from catalog.rules.price_history import PricePoint
from catalog.rules.rating import Rating

from .reviews import ON_PRODUCT, SORTS, Reviews, spread_of

POINTS = 60
# More than a rail shows, because some of them are not on sale everywhere.
RELATED = 10
SKU_FIELDS = (
    *("id", "public_id", "product_id", "key", "attributes", "storage_gb", "memory_gb"),
    *("colour", "colour_names", "colour_hex", "new_price_minor"),
)
REVIEW_FIELDS = (
    *("id", "public_id", "product_id", "sku_id", "seller_id", "grade", "rating", "title", "text", "language", "market"),
    *("author_name", "created_at", "edited_at", "helpful_count", "votes_count"),
    *("answer", "answer_language", "answer_state", "answered_at"),
)
OFFER_FIELDS = (
    *("market", "sku_id", "grade", "product_id", "listing_id", "seller_id"),
    *("price_minor", "currency", "handling_hours", "in_stock", "reason", "elected_at"),
)


@dataclass(frozen=True, slots=True)
class ProductRows:
    """
    A product with all its versions, what buyers said and how many questions were asked.

    `sku_facts` are the versions as they were read, to tell whether any has changed. `related` is what is bought with
    it, the best first, by market; "" holds everywhere.
    """

    product: ProductModel
    skus: list[Sku]
    sku_facts: str
    reviews: Reviews
    question_count: int
    related: Mapping[str, list[int]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The listings of one version and grade that are on sale now, and what the shown offer was decided by."""

    rows: Sequence[ListingMarket]
    inputs: list[dict[str, int]]
    points: list[PricePoint]

    def row_of(self, listing_id: int) -> ListingMarket | None:
        return next((row for row in self.rows if row.listing_id == listing_id), None)


def visible_products(name: str) -> QuerySet[ProductModel]:
    """Return the product of a slug or id that is or was on sale, with the markets that sell it now (`sold_in`)."""
    sold = Offer.objects.filter(product=OuterRef("pk"), in_stock=True).order_by().values("market").distinct()
    rows = ProductModel.objects.exclude(state=ProductState.DRAFT).select_related("brand", "category__parent")
    return rows.annotate(sold_in=ArraySubquery(sold)).filter(**_named(name))


def _named(name: str) -> dict[str, UUID | str]:
    try:
        return {"public_id": UUID(name)}
    except ValueError:
        return {"slug": name}


def read_product(name: str) -> ProductRows | None:
    """Read a product that is or was on sale, by slug or id, in one query."""
    reviews = Review.objects.filter(product=OuterRef("pk"), state=ReviewState.PUBLISHED)
    found = (
        visible_products(name)
        .annotate(
            sku_rows=ArraySubquery(
                Sku.objects.filter(product=OuterRef("pk")).values(row=JSONObject(**{name: name for name in SKU_FIELDS}))
            ),
            review_rows=ArraySubquery(_most_helpful(reviews)),
            star_rows=ArraySubquery(
                reviews.order_by()
                .values("rating")
                .annotate(n=Count("pk"))
                .values(row=JSONObject(stars="rating", n="n"))
            ),
            related_rows=ArraySubquery(
                RelatedProduct.objects.filter(product=OuterRef("pk"), kind=RelatedKind.BOUGHT_WITH, rank__lt=RELATED)
                .order_by("market", "rank")
                .values(row=JSONObject(market="market", other="other_id"))
            ),
            question_rows=ArraySubquery(
                Question.objects.filter(product=OuterRef("pk"), state=ReviewState.PUBLISHED).order_by().values("pk")
            ),
        )
        .first()
    )
    if found is None:
        return None
    read: Any = found
    skus = [_sku(row) for row in read.sku_rows]
    return ProductRows(
        product=found,
        skus=skus,
        sku_facts=repr(read.sku_rows),
        reviews=_reviews(read.star_rows, [_review(row, found, skus) for row in read.review_rows]),
        question_count=len(read.question_rows),
        related=_related(read.related_rows),
    )


def offers_of(product: ProductModel, market: str) -> list[Offer]:
    """Return every version's offer in a market, the cheapest first, without its sellers; one query."""
    rows = Offer.objects.filter(market=market, product=product).only(*OFFER_FIELDS)
    return list(rows.order_by("price_minor", "pk"))


def candidates_of(offer: Offer) -> Candidates:
    """
    Return who sells an offer's version and grade now, with the election and the price history; one query.

    The winner's row alone carries the two lists. Where the winner has just left the market they are empty.
    """
    points = OfferPrice.objects.filter(market=offer.market, sku_id=offer.sku_id, grade=offer.grade)
    latest = points.order_by("-from_at", "-pk").values(row=JSONObject(price="price_minor", at="from_at"))[:POINTS]
    decided = Offer.objects.filter(pk=offer.pk).values("inputs")
    is_winner = {"listing_id": offer.listing_id}
    rows = list(
        ListingMarket.objects.filter(
            market=offer.market, listing__sku_id=offer.sku_id, listing__grade=offer.grade, is_published=True
        )
        .select_related("listing__seller")
        .annotate(
            points=Case(When(**is_winner, then=ArraySubquery(latest))),
            inputs=Case(When(**is_winner, then=Subquery(decided)), output_field=JSONField()),
        )
    )
    winner: Any = next((row for row in rows if row.listing_id == offer.listing_id), None)
    if winner is None:
        return Candidates(rows, [], [])
    offer.listing, offer.seller = winner.listing, winner.listing.seller
    history = [PricePoint(point["price"], datetime.fromisoformat(point["at"])) for point in reversed(winner.points)]
    return Candidates(rows, winner.inputs, history)


def _related(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, list[int]]:
    related: dict[str, list[int]] = {}
    for row in rows:
        related.setdefault(row["market"], []).append(row["other"])
    return related


def _most_helpful(reviews: QuerySet[Review]) -> QuerySet[Review, Any]:
    worded = reviews.exclude(text="").order_by(*SORTS[ReviewSort.HELPFUL])
    row = JSONObject(
        **{name: name for name in REVIEW_FIELDS},
        seller_name=F("seller__name"),
        seller_slug=F("seller__slug"),
    )
    return worded.values(row=row)[:ON_PRODUCT]


def _sku(row: Mapping[str, Any]) -> Sku:
    return Sku(**{**row, "public_id": UUID(row["public_id"])})


def _reviews(stars: Sequence[Mapping[str, int]], latest: list[Review]) -> Reviews:
    counts = {row["stars"]: row["n"] for row in stars}
    total = sum(value * count for value, count in counts.items())
    return Reviews(Rating(total, sum(counts.values())), spread_of(counts), latest)


def _review(row: Mapping[str, Any], product: ProductModel, skus: Sequence[Sku]) -> Review:
    review = Review(**{**{name: row[name] for name in REVIEW_FIELDS}, "public_id": UUID(row["public_id"])})
    for name in ("created_at", "edited_at", "answered_at"):
        setattr(review, name, datetime.fromisoformat(row[name]) if row[name] else None)
    review.product, review.sku = product, next(sku for sku in skus if sku.pk == review.sku_id)
    review.seller = Seller(pk=row["seller_id"], name=row["seller_name"], slug=row["seller_slug"])
    return review
