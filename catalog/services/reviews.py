"""Record what buyers say of delivered order lines, and decide what the shop shows of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from catalog import locks
from catalog.enums import Grade, ReviewState
from catalog.models import ProductModel, Review, Seller, Sku

MAX_TITLE = 120
MAX_TEXT = 4000


class ReviewRefusedError(InvalidInputError):
    code = "review_refused"
    message = _("Please give one to five stars and keep the text short.")


@dataclass(frozen=True, slots=True)
class ReviewText:
    """What the buyer wrote, in `language`; an opinion without words is only stars."""

    rating: int
    title: str = ""
    text: str = ""
    language: str = "en"
    author_name: str = ""


@transaction.atomic
def record_review(
    *, line_reference: str, sku_id: int, seller_id: int, grade: Grade, market: str, said: ReviewText, now: datetime
) -> Review:
    """
    Record one review of one order line; repeating it returns the first.

    Stars alone are published at once; words wait for moderation.

    :raises ReviewRefusedError: not one to five stars, or far too many words
    """
    title, text = said.title.strip(), said.text.strip()
    if not 1 <= said.rating <= 5 or len(title) > MAX_TITLE or len(text) > MAX_TEXT:
        raise ReviewRefusedError
    has_words = bool(title or text)
    review, is_new = Review.objects.get_or_create(
        line_reference=line_reference,
        defaults={
            "product_id": Sku.objects.values_list("product_id", flat=True).get(pk=sku_id),
            "sku_id": sku_id,
            "seller_id": seller_id,
            "grade": grade,
            "rating": said.rating,
            "title": title,
            "text": text,
            "language": said.language,
            "market": market,
            "author_name": said.author_name.strip()[:60],
            "created_at": now,
            "state": ReviewState.HELD if has_words else ReviewState.PUBLISHED,
        },
    )
    if is_new and review.state == ReviewState.PUBLISHED:
        _count(review, 1)
    return review


@transaction.atomic
def moderate_review(*, review_id: int, state: ReviewState, actor: Actor, now: datetime, reason: str = "") -> Review:
    """
    Publish, hold or reject a review; its stars count for the seller while it is published.

    :raises NotFoundError: there is none
    """
    try:
        review = locks.lock_review(review_id)
    except Review.DoesNotExist as error:
        raise NotFoundError from error
    before = review.state
    if before == state:
        return review
    review.state = state
    review.save(update_fields=["state"])
    _count(review, (state == ReviewState.PUBLISHED) - (before == ReviewState.PUBLISHED))
    audit.record(actor, "review moderated", review, now=now, reason=reason, before=before, after=state)
    return review


def _count(review: Review, sign: int) -> None:
    """Let a review count for its product and its seller, or no longer."""
    if not sign:
        return
    change = {"rating_sum": F("rating_sum") + sign * review.rating, "rating_count": F("rating_count") + sign}
    ProductModel.objects.filter(pk=review.product_id).update(**change)
    Seller.objects.filter(pk=review.seller_id).update(**change)
