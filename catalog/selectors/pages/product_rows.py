"""The product page's rows, read in three queries: the product with its versions and voices, offers, candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, JSONField, OuterRef, QuerySet, When
from django.db.models.expressions import RawSQL

from catalog.enums import ProductState, RelatedKind, ReviewState
from catalog.models import ListingMarket, Offer, ProductModel, Review, Seller, Sku
from catalog.rules.price_history import PricePoint
from catalog.rules.rating import Rating

from .reviews import ON_PRODUCT, Reviews, spread_of

POINTS = 60
# More than a rail shows, because some of them are not on sale everywhere.
RELATED = 10
# Statements inside the product's. Written by hand, because composing them from querysets takes several times what
# PostgreSQL needs to answer.
SKUS = """
    SELECT id, public_id, product_id, key, attributes, storage_gb, memory_gb, colour, colour_names, colour_hex,
        new_price_minor
    FROM catalog_sku WHERE product_id = catalog_productmodel.id ORDER BY storage_gb, id
"""
MOST_HELPFUL = """
    SELECT review.id, review.public_id, review.product_id, review.sku_id, review.seller_id, review.grade,
        review.rating, review.title, review.text, review.language, review.market, review.author_name,
        review.created_at, review.edited_at, review.helpful_count, review.votes_count, review.answer,
        review.answer_language, review.answer_state, review.answered_at, seller.name AS seller_name, seller.slug
        AS seller_slug
    FROM catalog_review review JOIN catalog_seller seller ON seller.id = review.seller_id
    WHERE review.product_id = catalog_productmodel.id AND review.state = %s AND text <> ''
    ORDER BY helpful_count DESC, created_at DESC, review.id DESC LIMIT %s
"""
STARS = """
    SELECT rating AS stars, count(*) AS n FROM catalog_review
    WHERE product_id = catalog_productmodel.id AND state = %s GROUP BY rating
"""
RELATED_PRODUCTS = """
    SELECT market, other_id AS other FROM catalog_relatedproduct
    WHERE product_id = catalog_productmodel.id AND kind = %s AND rank < %s ORDER BY market, rank
"""
QUESTIONS = """
    SELECT count(*) AS n FROM catalog_question WHERE product_id = catalog_productmodel.id AND state = %s
"""
LATEST_PRICES = """
    SELECT price_minor AS price, from_at AS at FROM catalog_offerprice
    WHERE market = %s AND sku_id = %s AND grade = %s ORDER BY from_at DESC, id DESC LIMIT %s
"""
INPUTS = "SELECT inputs FROM catalog_offer WHERE id = %s"
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
    published = ReviewState.PUBLISHED
    found = (
        visible_products(name)
        .annotate(
            sku_rows=_rows(SKUS),
            review_rows=_rows(MOST_HELPFUL, published, ON_PRODUCT),
            star_rows=_rows(STARS, published),
            related_rows=_rows(RELATED_PRODUCTS, RelatedKind.BOUGHT_WITH, RELATED),
            question_rows=_rows(QUESTIONS, published),
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
        question_count=read.question_rows[0]["n"],
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
    points = _rows(LATEST_PRICES, offer.market, offer.sku_id, offer.grade, POINTS)
    is_winner = {"listing_id": offer.listing_id}
    rows = list(
        ListingMarket.objects.filter(
            market=offer.market, listing__sku_id=offer.sku_id, listing__grade=offer.grade, is_published=True
        )
        .select_related("listing__seller")
        .annotate(
            points=Case(When(**is_winner, then=points)), decided=Case(When(**is_winner, then=_rows(INPUTS, offer.pk)))
        )
    )
    winner: Any = next((row for row in rows if row.listing_id == offer.listing_id), None)
    if winner is None:
        return Candidates(rows, [], [])
    offer.listing, offer.seller = winner.listing, winner.listing.seller
    history = [PricePoint(point["price"], datetime.fromisoformat(point["at"])) for point in reversed(winner.points)]
    return Candidates(rows, winner.decided[0]["inputs"], history)


def _related(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, list[int]]:
    related: dict[str, list[int]] = {}
    for row in rows:
        related.setdefault(row["market"], []).append(row["other"])
    return related


def _rows(statement: str, *values: object) -> RawSQL:
    """Return the rows of a statement as one list of dictionaries."""
    return RawSQL(  # noqa: S611 — constants of this module, values go separately
        f"(SELECT coalesce(jsonb_agg(a_row), '[]') FROM ({statement}) AS a_row)",  # noqa: S608
        values,
        output_field=JSONField(),
    )


def _sku(row: Mapping[str, Any]) -> Sku:
    return Sku(**{**row, "public_id": UUID(row["public_id"])})


def _reviews(stars: Sequence[Mapping[str, int]], latest: list[Review]) -> Reviews:
    counts = {row["stars"]: row["n"] for row in stars}
    total = sum(value * count for value, count in counts.items())
    return Reviews(Rating(total, sum(counts.values())), spread_of(counts), latest)


def _review(row: Mapping[str, Any], product: ProductModel, skus: Sequence[Sku]) -> Review:
    facts = dict(row)
    seller = Seller(pk=facts["seller_id"], name=facts.pop("seller_name"), slug=facts.pop("seller_slug"))
    review = Review(**{**facts, "public_id": UUID(facts["public_id"])})
    for name in ("created_at", "edited_at", "answered_at"):
        setattr(review, name, datetime.fromisoformat(row[name]) if row[name] else None)
    review.product, review.sku = product, next(sku for sku in skus if sku.pk == review.sku_id)
    review.seller = seller
    return review
