"""What others may know of reviews, as frozen facts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from catalog.enums import RejectReason, ReviewState
from catalog.models import Review

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A buyer's own review of one order line, and what became of it; `reason` says why it is not shown."""

    rating: int
    text: str
    state: ReviewState
    reason: "StrPromise | str"
    product_slug: str
    public_id: UUID
    seller_name: str
    answer: str

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ReviewState.WITHDRAWN


def review_of_line(line_reference: str) -> OwnReview | None:
    """Return the review of an order line, whatever became of it."""
    review = Review.objects.filter(line_reference=line_reference).select_related("product", "seller").first()
    if review is None:
        return None
    return OwnReview(
        rating=review.rating,
        text=review.text,
        state=ReviewState(review.state),
        reason=RejectReason(review.reason).label if review.reason else "",
        product_slug=review.product.slug,
        public_id=review.public_id,
        seller_name=review.seller.name,
        answer=review.shown_answer,
    )


def reviews_for_seller(seller_id: int) -> QuerySet[Review]:
    """Return a seller's published reviews, the newest first, for its back office."""
    rows = Review.objects.filter(seller_id=seller_id, state=ReviewState.PUBLISHED)
    return rows.select_related("product__brand", "sku").order_by("-created_at", "-pk")
