"""Let a seller answer a review of what it sold."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from catalog import events, locks
from catalog.enums import ReviewState
from catalog.models import Review
from catalog.rules.moderation import findings

MAX_ANSWER = 2000


class AnswerRefusedError(InvalidInputError):
    code = "review_answer_refused"
    message = _("Please write an answer of at most 2,000 characters.")


@transaction.atomic
def answer_review(*, review_id: int, seller_id: int, text: str, language: str, actor: Actor, now: datetime) -> Review:
    """
    Write or replace the seller's answer; it is shown at once unless a program found something in it.

    :raises NotFoundError: no published review of this seller
    :raises AnswerRefusedError: nothing, or far too much, was written
    """
    answer = text.replace("\0", "").strip()
    if not answer or len(answer) > MAX_ANSWER:
        raise AnswerRefusedError
    review = _locked(review_id)
    if review.seller_id != seller_id or review.state != ReviewState.PUBLISHED:
        raise NotFoundError
    if review.answer == answer:
        return review
    review.answer, review.answer_language, review.answered_at = answer, language, now
    review.answer_findings = findings(answer)
    review.answer_state = ReviewState.HELD if review.answer_findings else ReviewState.PUBLISHED
    _store(review)
    audit.record(actor, "review answered", review, now=now, state=review.answer_state)
    if review.answer_state == ReviewState.PUBLISHED:
        _tell(review, now)
    return review


@transaction.atomic
def moderate_answer(*, review_id: int, state: ReviewState, actor: Actor, now: datetime) -> Review:
    """
    Publish or reject a seller's answer to a review.

    :raises NotFoundError: there is no answer
    """
    review = _locked(review_id)
    if not review.answer:
        raise NotFoundError
    before = review.answer_state
    if before != state:
        review.answer_state = state
        _store(review)
        audit.record(actor, "answer moderated", review, now=now, before=before, after=state)
        if state == ReviewState.PUBLISHED:
            _tell(review, now)
    return review


def _locked(review_id: int) -> Review:
    try:
        return locks.lock_review(review_id)
    except Review.DoesNotExist as error:
        raise NotFoundError from error


def _store(review: Review) -> None:
    review.save(
        update_fields=["answer", "answer_language", "answered_at", "answer_findings", "answer_state"],
    )


def _tell(review: Review, now: datetime) -> None:
    payload = {"review_id": review.pk, "line_reference": review.line_reference}
    outbox.publish(events.REVIEW_ANSWERED, key=str(review.pk), payload=payload, now=now)
