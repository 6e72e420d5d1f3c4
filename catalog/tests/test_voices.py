"""Votes, answers, questions: who may say what, and what the shop shows of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.errors import NotFoundError
from backmarket.core.models import OutboxEvent
from catalog import locks
from catalog.enums import AnswererKind, Finding, Grade, RejectReason, ReviewState
from catalog.models import Answer, ProductModel, PurchasedLine, Question, Review, ReviewVote, Seller
from catalog.services import questions, ratings, review_answers, review_votes, reviews
from catalog.services.reviews import ReviewText

from .factories import NOW, SellerFactory, make_listing

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
ASKED = "Is a charger in the box?"


def review_of(listing, reference="line:1", **said):
    return reviews.record_review(
        line_reference=reference,
        sku_id=listing.sku_id,
        seller_id=listing.seller_id,
        grade=Grade.GOOD,
        market="FR",
        said=ReviewText(**{"rating": 5, **said}),
        now=NOW,
    )


def vote(review, voter="a", *, is_helpful=True):
    named = {"public_id": review.public_id, "product_id": review.product_id}
    review_votes.vote(**named, voter=voter, is_helpful=is_helpful, now=NOW)
    return Review.objects.values_list("helpful_count", "votes_count").get(pk=review.pk)


def said(text=ASKED, **fields):
    return questions.Said(**{"text": text, "language": "en", "author_name": "Ada", **fields})


def asked(listing, state=ReviewState.PUBLISHED):
    question = questions.ask(product_id=listing.sku.product_id, market="FR", said=said(), now=NOW)
    return questions.moderate_question(question_id=question.pk, state=state, actor=ACTOR, now=NOW)


def bought(listing, user, *, is_delivered=True):
    PurchasedLine.objects.create(
        order_reference="order:1", line_reference="line:1", product=listing.sku.product, sku=listing.sku,
        seller=listing.seller, user=user, market="FR", paid_at=NOW, delivered_at=NOW if is_delivered else None,
    )  # fmt: skip


def together(count, work):
    def one(number):
        try:
            with transaction.atomic():
                work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.exception() for future in [pool.submit(one, number) for number in range(count)]]


def test_a_visitor_votes_once_and_may_change_it():
    review = review_of(make_listing())

    assert vote(review) == (1, 1)
    assert vote(review) == (1, 1)
    assert vote(review, "b", is_helpful=False) == (1, 2)
    assert vote(review, is_helpful=False) == (0, 2)
    assert vote(review, is_helpful=True) == (1, 2)
    assert ReviewVote.objects.count() == 2


@pytest.mark.parametrize("state", [ReviewState.HELD, ReviewState.REJECTED, ReviewState.WITHDRAWN])
def test_what_is_not_shown_takes_no_votes(state):
    review = review_of(make_listing())
    Review.objects.update(state=state)

    with pytest.raises(NotFoundError):
        vote(review)

    assert not ReviewVote.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_votes_at_once_are_counted_once_each():
    review = review_of(make_listing())

    errors = together(8, lambda number: vote(review, f"voter-{number % 4}"))

    assert [error for error in errors if error] == []
    assert Review.objects.values_list("helpful_count", "votes_count").get() == (4, 4)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reading_the_counter_and_writing_it_later_loses_votes():
    """Twin: with the sum made in Python instead of in the database, all but one vote are lost."""
    review = review_of(make_listing())
    looked = threading.Barrier(4, timeout=20)

    def read_then_write(number):
        seen = Review.objects.get(pk=review.pk).votes_count
        looked.wait()
        ReviewVote.objects.create(review=review, voter=str(number), is_helpful=True, created_at=NOW)
        Review.objects.filter(pk=review.pk).update(votes_count=seen + 1)

    assert together(4, read_then_write) == [None] * 4
    assert Review.objects.get().votes_count == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_count_a_review_once():
    listing = make_listing()
    review = review_of(listing, text="Good.")

    together(4, lambda _number: publish(review))

    assert Seller.objects.values_list("rating_sum", "rating_count").get() == (5, 1)
    assert ProductModel.objects.values_list("rating_sum", "rating_count").get() == (5, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_reviews_lock_moderators_count_it_twice():
    """Twin: unlocked, all see it held and each counts its stars."""
    listing = make_listing()
    review = review_of(listing, text="Good.")
    looked = threading.Barrier(2, timeout=20)

    def unlocked(review_id):
        seen = Review.objects.get(pk=review_id)
        looked.wait()
        return seen

    with mock.patch.object(locks, "lock_review", unlocked):
        together(2, lambda _number: publish(review))

    assert Seller.objects.get().rating_count == 2


def publish(review):
    return reviews.moderate_review(review_id=review.pk, state=ReviewState.PUBLISHED, actor=ACTOR, now=NOW)


def test_words_wait_with_what_a_program_found_in_them():
    review = review_of(make_listing(), text="Mail me: ada@example.org")

    assert (review.state, review.findings) == (ReviewState.HELD, [Finding.EMAIL])


def test_changed_stars_replace_the_old_ones():
    listing = make_listing()
    review_of(listing, rating=5)

    for _turn in range(2):
        reviews.change_review(line_reference="line:1", said=ReviewText(rating=2), now=NOW + timedelta(days=1))

    assert Seller.objects.values_list("rating_sum", "rating_count").get() == (2, 1)
    assert ProductModel.objects.values_list("rating_sum", "rating_count").get() == (2, 1)
    assert Review.objects.get().edited_at == NOW + timedelta(days=1)


def test_changed_words_are_read_again_and_do_not_count_until_then():
    review = review_of(make_listing(), text="Good.")
    publish(review)

    reviews.change_review(line_reference="line:1", said=ReviewText(rating=4, text="Better."), now=NOW)

    assert Review.objects.get().state == ReviewState.HELD
    assert Seller.objects.get().rating_count == 0


def test_a_withdrawn_review_cannot_be_published_by_staff_but_comes_back_with_its_author():
    review = review_of(make_listing())
    reviews.withdraw_review(line_reference="line:1", actor=ACTOR, now=NOW)
    assert Seller.objects.get().rating_count == 0

    with pytest.raises(NotFoundError):
        publish(review)
    assert Seller.objects.get().rating_count == 0
    reviews.change_review(line_reference="line:1", said=ReviewText(rating=5), now=NOW)

    assert Seller.objects.values_list("rating_sum", "rating_count").get() == (5, 1)


def test_a_rejected_review_keeps_its_reason_until_it_is_changed():
    review = review_of(make_listing(), text="Buy at mine.")
    reviews.moderate_review(
        review_id=review.pk, state=ReviewState.REJECTED, reason=RejectReason.ADVERTISING, actor=ACTOR, now=NOW
    )
    assert Review.objects.get().reason == RejectReason.ADVERTISING

    reviews.change_review(line_reference="line:1", said=ReviewText(rating=5, text="Good."), now=NOW)

    assert (Review.objects.get().reason, Review.objects.get().state) == ("", ReviewState.HELD)


def test_ratings_that_drifted_are_found_and_mended(capsys):
    listing = make_listing()
    review_of(listing, rating=4)
    call_command("check_ratings")
    Seller.objects.update(rating_sum=50, rating_count=10)
    ProductModel.objects.update(rating_count=0)

    with pytest.raises(CommandError, match="2 ratings are wrong"):
        call_command("check_ratings")
    call_command("check_ratings", "--mend")

    assert "All ratings are true." in capsys.readouterr().out
    assert ratings.wrong_ratings() == []
    assert Seller.objects.values_list("rating_sum", "rating_count").get() == (4, 1)
    assert ProductModel.objects.values_list("rating_sum", "rating_count").get() == (4, 1)


def answer(review, text="Thank you.", seller_id=None):
    return review_answers.answer_review(
        review_id=review.pk, seller_id=seller_id or review.seller_id, text=text, language="en", actor=ACTOR, now=NOW
    )


def test_a_sellers_answer_is_shown_and_told_once():
    review = review_of(make_listing())

    answer(review)
    answer(review)

    review.refresh_from_db()
    assert (review.shown_answer, review.answer_state) == ("Thank you.", ReviewState.PUBLISHED)
    assert OutboxEvent.objects.filter(type="catalog.review.answered.v1").count() == 1


def test_an_answer_with_an_address_waits_for_a_person():
    review = review_of(make_listing())

    answer(review, "Write to us: shop@example.org")

    review.refresh_from_db()
    assert (review.shown_answer, review.answer_findings) == ("", [Finding.EMAIL])
    assert not OutboxEvent.objects.filter(type="catalog.review.answered.v1").exists()
    review_answers.moderate_answer(review_id=review.pk, state=ReviewState.PUBLISHED, actor=ACTOR, now=NOW)
    assert Review.objects.get().shown_answer == "Write to us: shop@example.org"


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001])
def test_no_words_or_far_too_many_are_no_answer(text):
    review = review_of(make_listing())

    with pytest.raises(review_answers.AnswerRefusedError):
        answer(review, text)

    assert Review.objects.get().answer == ""


def test_another_seller_cannot_answer():
    review = review_of(make_listing())

    with pytest.raises(NotFoundError):
        answer(review, seller_id=SellerFactory.create().pk)

    assert Review.objects.get().answer == ""


def test_a_question_is_read_first_and_asked_once():
    listing = make_listing()

    first = questions.ask(product_id=listing.sku.product_id, market="FR", said=said(), now=NOW)
    again = questions.ask(product_id=listing.sku.product_id, market="FR", said=said(), now=NOW)

    assert (first.state, first.pk) == (ReviewState.HELD, again.pk)


@pytest.mark.parametrize(
    "fields", [{"text": "short"}, {"text": "x" * 501}, {"author_name": " "}, {"author_name": "x" * 61}]
)
def test_absurd_questions_are_refused(fields):
    listing = make_listing()

    with pytest.raises(questions.QuestionRefusedError):
        questions.ask(product_id=listing.sku.product_id, market="FR", said=said(**fields), now=NOW)

    assert not Question.objects.exists()


def test_a_seller_who_offers_the_product_answers_once():
    listing = make_listing()
    question = asked(listing)

    def reply():
        return questions.answer_as_seller(
            question_id=question.pk, seller_id=listing.seller_id, said=said("Only the cable."), actor=ACTOR, now=NOW
        )

    assert reply().state == ReviewState.PUBLISHED
    with pytest.raises(questions.AnsweredAlreadyError):
        reply()
    assert Answer.objects.count() == 1


def test_a_seller_without_the_product_does_not_answer():
    question = asked(make_listing())

    with pytest.raises(questions.AnswererRefusedError):
        questions.answer_as_seller(
            question_id=question.pk, seller_id=SellerFactory.create().pk, said=said("Yes."), actor=ACTOR, now=NOW
        )

    assert not Answer.objects.exists()


@pytest.mark.parametrize("is_delivered", [True, False])
def test_only_who_has_received_one_answers_as_a_buyer(is_delivered):
    listing, user = make_listing(), User.objects.create_user("ada@example.org", "x")
    question = asked(listing)
    bought(listing, user, is_delivered=is_delivered)

    def reply():
        return questions.answer_as_buyer(
            question_id=question.pk, said=said("Mine came with one.", user_id=user.pk), actor=ACTOR, now=NOW
        )

    if is_delivered:
        assert (reply().kind, Answer.objects.get().state) == (AnswererKind.BUYER, ReviewState.HELD)
    else:
        with pytest.raises(questions.AnswererRefusedError):
            reply()
        assert not Answer.objects.exists()


def test_the_house_answers_and_publishes_the_question_with_it():
    question = asked(make_listing(), ReviewState.HELD)

    questions.answer_as_staff(question_id=question.pk, said=said("The cable only."), actor=ACTOR, now=NOW)

    question.refresh_from_db()
    assert (question.state, question.answers.get().state) == (ReviewState.PUBLISHED, ReviewState.PUBLISHED)


def test_questions_that_are_not_shown_are_not_answered():
    listing = make_listing()
    question = asked(listing, ReviewState.REJECTED)

    with pytest.raises(NotFoundError):
        questions.answer_as_seller(
            question_id=question.pk, seller_id=listing.seller_id, said=said("Yes."), actor=ACTOR, now=NOW
        )

    assert not Answer.objects.exists()
