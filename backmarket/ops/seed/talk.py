"""What goes on around the demo's reviews: votes, sellers' answers, questions with theirs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from backmarket.ops.seed.copying import copy_rows
from catalog.demo.texts import DemoQuestion, load_people, load_voices
from catalog.enums import AnswererKind, ReviewState
from catalog.models import Answer, Offer, ProductModel, Question, Review, ReviewVote

VOTED_SHARE, ANSWERED_SHARE, HELPED_SHARE = 0.35, 0.3, 0.78
MOST_VOTES = 14
ASKED_PRODUCTS = 60
LANGUAGE_MARKETS = {"fr": "FR", "de": "DE", "es": "ES", "it": "IT", "nl": "NL", "en": "GB"}


def load_talk(*, now: datetime, random: Random) -> None:
    """Let visitors vote on reviews, sellers answer them, and shoppers ask about what is wanted most."""
    reviews = list(Review.objects.exclude(text="").order_by("pk"))
    votes = [vote for review in reviews for vote in _votes(review, now, random)]
    for review in reviews:
        _answer_review(review, now, random)
    copy_rows(votes)
    fields = ["helpful_count", "votes_count", "answer", "answer_language", "answer_state", "answered_at"]
    Review.objects.bulk_update(reviews, fields, batch_size=500)
    _load_questions(now, random)


def _votes(review: Review, now: datetime, random: Random) -> list[ReviewVote]:
    """Draw some visitors' votes on a review and count them on it."""
    if random.random() > VOTED_SHARE:
        return []
    votes = [
        ReviewVote(
            review=review,
            voter=f"{random.getrandbits(128):032x}",
            is_helpful=random.random() < HELPED_SHARE,
            created_at=_between(review.created_at, now, random),
        )
        for _ in range(random.randint(1, MOST_VOTES))
    ]
    review.votes_count, review.helpful_count = len(votes), sum(vote.is_helpful for vote in votes)
    return votes


def _answer_review(review: Review, now: datetime, random: Random) -> None:
    if random.random() > ANSWERED_SHARE:
        return
    voices = load_voices()
    texts = voices.sorry if review.rating <= 2 else voices.thanks
    review.answer, review.answer_language = random.choice(texts[review.language]), review.language
    review.answer_state = ReviewState.PUBLISHED
    review.answered_at = min(now, review.created_at + timedelta(hours=random.uniform(2, 30)))


def _load_questions(now: datetime, random: Random) -> None:
    products = list(ProductModel.objects.order_by("-popularity", "pk")[:ASKED_PRODUCTS])
    questions: list[Question] = []
    answers: list[Answer] = []
    for product in products:
        asked = [one for one in load_voices().questions if product.family.startswith("phone") or not one.phone_only]
        for facts in random.sample(asked, k=random.randint(1, len(asked))):
            question = _question(product, facts, now, random)
            questions.append(question)
            answers.extend(_answers(question, facts, now, random))
    Question.objects.bulk_create(questions)
    Answer.objects.bulk_create(answers)


def _question(product: ProductModel, facts: DemoQuestion, now: datetime, random: Random) -> Question:
    language = random.choice(list(LANGUAGE_MARKETS))
    market = LANGUAGE_MARKETS[language]
    return Question(
        product=product,
        market=market,
        author_name=random.choice(load_people()[market].first_names),
        text=facts.ask[language],
        language=language,
        created_at=now - timedelta(days=random.uniform(1, 80)),
        state=ReviewState.PUBLISHED,
    )


def _answers(question: Question, facts: DemoQuestion, now: datetime, random: Random) -> Sequence[Answer]:
    """Let one seller who offers the product answer, where there is something to say."""
    text = facts.answer[question.language]
    offer = Offer.objects.filter(product=question.product, in_stock=True).select_related("seller").first()
    if not text or offer is None:
        return []
    return [
        Answer(
            question=question,
            kind=AnswererKind.SELLER,
            seller=offer.seller,
            author_name=offer.seller.name,
            text=text,
            language=question.language,
            created_at=min(now, question.created_at + timedelta(hours=random.uniform(1, 40))),
            state=ReviewState.PUBLISHED,
        )
    ]


def _between(start: datetime, end: datetime, random: Random) -> datetime:
    return start + (end - start) * random.random()
