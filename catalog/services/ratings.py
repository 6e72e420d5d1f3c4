"""Keep the ratings on products and sellers true to the reviews behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog import locks
from catalog.enums import ReviewState
from catalog.models import ProductModel, Review, Seller


@dataclass(frozen=True, slots=True)
class WrongRating:
    """`kept` and `true` are the sum of stars and their count."""

    kind: str
    pk: int
    kept: tuple[int, int]
    true: tuple[int, int]


def wrong_ratings() -> list[WrongRating]:
    """Return every product and seller whose kept rating is not that of its published reviews."""
    return [
        WrongRating(kind, pk, (kept_sum, kept_count), (true_sum, true_count))
        for kind, rows in (("product", _wrong(ProductModel, "product")), ("seller", _wrong(Seller, "seller")))
        for pk, kept_sum, kept_count, true_sum, true_count in _values(rows)
    ]


@transaction.atomic
def mend_ratings() -> int:
    """
    Write what the reviews say; return how many were wrong.

    Rows are locked before they are counted again, so that a review that is published meanwhile is counted once.
    """
    mended = 0
    for kind, pk in [(row.kind, row.pk) for row in wrong_ratings()]:
        rated = locks.lock_product(pk) if kind == "product" else locks.lock_seller(pk)
        rows = Review.objects.filter(state=ReviewState.PUBLISHED, **{kind: rated})
        true = rows.aggregate(total=Coalesce(Sum("rating"), 0), count=Count("pk"))
        rated.rating_sum, rated.rating_count = true["total"], true["count"]
        rated.save(update_fields=["rating_sum", "rating_count"])
        mended += 1
    return mended


def _wrong(model: type[Any], name: str) -> QuerySet[Any]:
    reviews = Review.objects.filter(state=ReviewState.PUBLISHED, **{name: OuterRef("pk")}).order_by().values(name)
    rows = model.objects.order_by("pk").annotate(
        true_sum=Coalesce(Subquery(reviews.annotate(n=Sum("rating")).values("n"), output_field=IntegerField()), 0),
        true_count=Coalesce(Subquery(reviews.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )
    wrong: QuerySet[Any] = rows.filter(~Q(rating_sum=F("true_sum")) | ~Q(rating_count=F("true_count")))
    return wrong


def _values(rows: QuerySet[Any]) -> Iterable[tuple[int, int, int, int, int]]:
    return rows.values_list("pk", "rating_sum", "rating_count", "true_sum", "true_count")
