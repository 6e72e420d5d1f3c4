"""Count whom a review helped: one vote a visitor, that can be changed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from backmarket.core.errors import NotFoundError
from catalog.enums import ReviewState
from catalog.models import Review, ReviewVote


@transaction.atomic
def vote(*, public_id: UUID, product_id: int, voter: str, is_helpful: bool, now: datetime) -> Review:
    """
    Record whether a published review helped a visitor; the same vote again changes nothing.

    The unique constraint lets one of two first votes in, and a changed vote is counted only by whoever changed it.

    :raises NotFoundError: the product has no such review that is shown
    """
    named = {"public_id": public_id, "product_id": product_id}
    review_id = Review.objects.filter(**named, state=ReviewState.PUBLISHED).values_list("pk", flat=True).first()
    if review_id is None:
        raise NotFoundError
    review = Review.objects.filter(pk=review_id)
    _vote, is_new = ReviewVote.objects.get_or_create(
        review_id=review_id, voter=voter, defaults={"is_helpful": is_helpful, "created_at": now}
    )
    if is_new:
        review.update(votes_count=F("votes_count") + 1, helpful_count=F("helpful_count") + int(is_helpful))
    else:
        opposite = ReviewVote.objects.filter(review_id=review_id, voter=voter, is_helpful=not is_helpful)
        if opposite.update(is_helpful=is_helpful):
            review.update(helpful_count=F("helpful_count") + (1 if is_helpful else -1))
    return review.get()
