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
from catalog.enums import Finding, Grade, RejectReason, ReviewState
from catalog.models import ProductModel, Review, Seller, Sku
from catalog.rules.moderation import findings

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

    Stars alone are published at once; words wait for moderation, with what a program found in them.

    :raises ReviewRefusedError: not one to five stars, or far too many words
    """
    words = _words(said)
    review, is_new = Review.objects.get_or_create(
        line_reference=line_reference,
        defaults={
            "product_id": Sku.objects.values_list("product_id", flat=True).get(pk=sku_id),
            "sku_id": sku_id,
            "seller_id": seller_id,
            "grade": grade,
            "market": market,
            "author_name": said.author_name.strip()[:60],
            "created_at": now,
            **words,
        },
    )
    if is_new and review.state == ReviewState.PUBLISHED:
        _count(review, 1)
    return review


@transaction.atomic
def change_review(*, line_reference: str, said: ReviewText, now: datetime) -> Review:
    """
    Replace what a buyer said; changed words wait for moderation again, and the same words change nothing.

    A review that was withdrawn comes back this way.

    :raises NotFoundError: the line has no review
    :raises ReviewRefusedError: not one to five stars, or far too many words
    """
    words = _words(said)
    review = _locked(line_reference)
    is_same = (review.rating, review.title, review.text) == (said.rating, words["title"], words["text"])
    if is_same and review.state != ReviewState.WITHDRAWN:
        return review
    was_counted = review.state == ReviewState.PUBLISHED
    if was_counted:
        _count(review, -1)
    for name, value in words.items():
        setattr(review, name, value)
    review.edited_at, review.reason = now, ""
    review.save(update_fields=[*words, "edited_at", "reason"])
    if review.state == ReviewState.PUBLISHED:
        _count(review, 1)
    return review


@transaction.atomic
def withdraw_review(*, line_reference: str, actor: Actor, now: datetime) -> Review:
    """
    Take a review off the shop as its author; repeating it changes nothing.

    :raises NotFoundError: the line has no review
    """
    return _move(_locked(line_reference), ReviewState.WITHDRAWN, actor=actor, now=now, reason="")


@transaction.atomic
def moderate_review(
    *, review_id: int, state: ReviewState, actor: Actor, now: datetime, reason: RejectReason | str = ""
) -> Review:
    """
    Publish, hold or reject a review; its stars count for its product and its seller while it is published.

    :raises NotFoundError: there is none, or its author has withdrawn it
    """
    try:
        review = locks.lock_review(review_id)
    except Review.DoesNotExist as error:
        raise NotFoundError from error
    if review.state == ReviewState.WITHDRAWN:
        raise NotFoundError
    return _move(review, state, actor=actor, now=now, reason=reason if state == ReviewState.REJECTED else "")


def _move(review: Review, state: ReviewState, *, actor: Actor, now: datetime, reason: str) -> Review:
    before = review.state
    if before == state:
        return review
    review.state, review.reason = state, reason
    review.save(update_fields=["state", "reason"])
    _count(review, (state == ReviewState.PUBLISHED) - (before == ReviewState.PUBLISHED))
    audit.record(actor, "review moderated", review, now=now, reason=reason, before=before, after=state)
    return review


def _locked(line_reference: str) -> Review:
    try:
        return locks.lock_review_of_line(line_reference)
    except Review.DoesNotExist as error:
        raise NotFoundError from error


def _words(said: ReviewText) -> dict[str, int | str | list[Finding]]:
    """Return the columns that hold what was said, with the state that follows from it."""
    title, text = said.title.strip(), said.text.strip()
    if not 1 <= said.rating <= 5 or len(title) > MAX_TITLE or len(text) > MAX_TEXT:
        raise ReviewRefusedError
    return {
        "rating": said.rating,
        "title": title,
        "text": text,
        "language": said.language,
        "findings": findings(title, text),
        "state": ReviewState.HELD if title or text else ReviewState.PUBLISHED,
    }


def _count(review: Review, sign: int) -> None:
    """Let a review count for its product and its seller, or no longer."""
    if not sign:
        return
    change = {"rating_sum": F("rating_sum") + sign * review.rating, "rating_count": F("rating_count") + sign}
    ProductModel.objects.filter(pk=review.product_id).update(**change)
    Seller.objects.filter(pk=review.seller_id).update(**change)
