"""Record what shoppers ask about products, and the answers of sellers, buyers and staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from catalog import locks
from catalog.enums import AnswererKind, ProductState, RejectReason, ReviewState
from catalog.models import Answer, Listing, ProductModel, PurchasedLine, Question
from catalog.rules.moderation import findings

MIN_QUESTION, MAX_QUESTION = 10, 500
MAX_ANSWER = 2000
MAX_NAME = 60


class QuestionRefusedError(InvalidInputError):
    code = "question_refused"
    message = _("Please ask in 10 to 500 characters and give a name.")


class AnswerRefusedError(InvalidInputError):
    code = "answer_refused"
    message = _("Please write an answer of at most 2,000 characters.")


class AnswererRefusedError(DomainError):
    code = "answerer_refused"
    http_status = 403
    message = _("Only sellers who offer this product and people who bought it here can answer.")


class AnsweredAlreadyError(DomainError):
    code = "answered_already"
    message = _("You have answered this question already.")


@dataclass(frozen=True, slots=True)
class Said:
    """Words in `language` under the name that is shown; `user_id` is None for guests."""

    text: str
    language: str
    author_name: str
    user_id: int | None = None

    @property
    def clean_text(self) -> str:
        return self.text.replace("\0", "").strip()

    @property
    def clean_name(self) -> str:
        return " ".join(self.author_name.replace("\0", "").split())


@transaction.atomic
def ask(*, product_id: int, market: str, said: Said, now: datetime) -> Question:
    """
    Record a question, to be read before it is shown; the same words again return the first.

    :raises NotFoundError: the product is not on sale
    :raises QuestionRefusedError: too short, too long, or nameless
    """
    if not ProductModel.objects.filter(pk=product_id, state=ProductState.ACTIVE).exists():
        raise NotFoundError
    text, name = said.clean_text, said.clean_name
    if not MIN_QUESTION <= len(text) <= MAX_QUESTION or not 0 < len(name) <= MAX_NAME:
        raise QuestionRefusedError
    same = Question.objects.filter(product_id=product_id, text=text).exclude(state=ReviewState.REJECTED).first()
    return same or Question.objects.create(
        product_id=product_id,
        market=market,
        author_name=name,
        user_id=said.user_id,
        text=text,
        language=said.language,
        created_at=now,
        findings=findings(name, text),
    )


def answer_as_seller(*, question_id: int, seller_id: int, said: Said, actor: Actor, now: datetime) -> Answer:
    """
    Answer as a seller who offers the product; shown at once unless a program found something.

    :raises NotFoundError: no such question is shown
    :raises AnswererRefusedError: the seller does not offer the product
    :raises AnswerRefusedError: nothing, or far too much, was written
    :raises AnsweredAlreadyError: the seller has answered
    """
    question = _shown(question_id)
    if not Listing.objects.filter(seller_id=seller_id, sku__product_id=question.product_id, quantity__gt=0).exists():
        raise AnswererRefusedError
    answer = _answer(question, AnswererKind.SELLER, said, now, is_trusted=True)
    answer.seller_id = seller_id
    return _store(answer, actor, now)


def answer_as_buyer(*, question_id: int, said: Said, actor: Actor, now: datetime) -> Answer:
    """
    Answer as somebody whose device of this model has arrived; read before it is shown.

    :raises NotFoundError: no such question is shown
    :raises AnswererRefusedError: nothing of this model has arrived for this account
    :raises AnswerRefusedError: nothing, or far too much, was written
    :raises AnsweredAlreadyError: this account has answered
    """
    question = _shown(question_id)
    if said.user_id is None or not has_received(user_id=said.user_id, product_id=question.product_id):
        raise AnswererRefusedError
    return _store(_answer(question, AnswererKind.BUYER, said, now, is_trusted=False), actor, now)


@transaction.atomic
def answer_as_staff(*, question_id: int, said: Said, actor: Actor, now: datetime) -> Answer:
    """
    Answer as the house, and publish the question if it still waits.

    :raises NotFoundError: there is no such question
    :raises AnswerRefusedError: nothing, or far too much, was written
    """
    question = moderate_question(question_id=question_id, state=ReviewState.PUBLISHED, actor=actor, now=now)
    answer = _answer(question, AnswererKind.STAFF, said, now, is_trusted=True)
    answer.state = ReviewState.PUBLISHED
    return _store(answer, actor, now)


def has_received(*, user_id: int, product_id: int) -> bool:
    """Tell whether a device of this model has arrived for an account."""
    lines = PurchasedLine.objects.filter(user_id=user_id, product_id=product_id, delivered_at__isnull=False)
    return bool(lines.exists())


@transaction.atomic
def moderate_question(
    *, question_id: int, state: ReviewState, actor: Actor, now: datetime, reason: RejectReason | str = ""
) -> Question:
    """:raises NotFoundError: there is none"""
    try:
        question = locks.lock_question(question_id)
    except Question.DoesNotExist as error:
        raise NotFoundError from error
    _moderate(question, state, reason, actor, now)
    return question


@transaction.atomic
def moderate_answer(
    *, answer_id: int, state: ReviewState, actor: Actor, now: datetime, reason: RejectReason | str = ""
) -> Answer:
    """:raises NotFoundError: there is none"""
    try:
        answer = locks.lock_answer(answer_id)
    except Answer.DoesNotExist as error:
        raise NotFoundError from error
    _moderate(answer, state, reason, actor, now)
    return answer


def _moderate(words: Question | Answer, state: ReviewState, reason: str, actor: Actor, now: datetime) -> None:
    before = words.state
    if before == state:
        return
    words.state, words.reason = state, reason if state == ReviewState.REJECTED else ""
    words.save(update_fields=["state", "reason"])
    audit.record(actor, "words moderated", words, now=now, reason=words.reason, before=before, after=state)


def _shown(question_id: int) -> Question:
    question = Question.objects.filter(pk=question_id, state=ReviewState.PUBLISHED).first()
    if question is None:
        raise NotFoundError
    return question


def _answer(question: Question, kind: AnswererKind, said: Said, now: datetime, *, is_trusted: bool) -> Answer:
    text = said.clean_text
    if not text or len(text) > MAX_ANSWER:
        raise AnswerRefusedError
    found = findings(text)
    return Answer(
        question=question,
        kind=kind,
        author_name=said.clean_name[:MAX_NAME],
        user_id=said.user_id,
        text=text,
        language=said.language,
        created_at=now,
        findings=found,
        state=ReviewState.PUBLISHED if is_trusted and not found else ReviewState.HELD,
    )


@transaction.atomic
def _store(answer: Answer, actor: Actor, now: datetime) -> Answer:
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError as error:
        raise AnsweredAlreadyError from error
    audit.record(actor, "question answered", answer, now=now, kind=answer.kind, state=answer.state)
    return answer
