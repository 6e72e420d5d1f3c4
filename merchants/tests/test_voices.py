"""Reviews and questions in the back office: who answers, where it is shown, and that strangers change nothing."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core.actors import Actor
from catalog.enums import Grade, ReviewState
from catalog.models import Answer, Review
from catalog.services import questions, reviews
from catalog.services.reviews import ReviewText
from catalog.tests.factories import NOW, make_listing
from merchants.enums import Role

from .factories import office_of

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def review_of(listing, text="Battery as promised."):
    review = reviews.record_review(
        line_reference=f"line:{listing.pk}",
        sku_id=listing.sku_id,
        seller_id=listing.seller_id,
        grade=Grade.GOOD,
        market="FR",
        said=ReviewText(rating=4, text=text, language="en", author_name="Ada L."),
        now=NOW,
    )
    return reviews.moderate_review(review_id=review.pk, state=ReviewState.PUBLISHED, actor=ACTOR, now=NOW)


def question_about(listing):
    said = questions.Said(text="Is a charger in the box?", language="en", author_name="Ada")
    question = questions.ask(product_id=listing.sku.product_id, market="FR", said=said, now=NOW)
    return questions.moderate_question(question_id=question.pk, state=ReviewState.PUBLISHED, actor=ACTOR, now=NOW)


def answer_url(review):
    return reverse("office:answer_review", args=[review.public_id])


@pytest.mark.parametrize("role", [Role.OWNER, Role.CARE, Role.ORDERS])
def test_the_team_answers_a_review_and_the_shop_shows_it(client, role):
    listing = make_listing()
    review = review_of(listing)
    office = office_of(listing.seller, role)
    assertContains(office.get(reverse("office:reviews")), "Battery as promised.")

    response = office.post(answer_url(review), {"text": "Thank you, Ada."})

    assert (response.status_code, response["Location"]) == (302, reverse("office:reviews"))
    assertNotContains(office.get(reverse("office:reviews")), "Battery as promised.")
    assertContains(office.get(reverse("office:reviews") + "?tab=all"), "Thank you, Ada.")
    assertContains(client.get(f"/en-fr/p/{review.product.slug}/reviews/"), "Thank you, Ada.")


@pytest.mark.parametrize("role", [Role.CATALOGUE, Role.FINANCE, Role.READ_ONLY])
def test_others_of_the_team_may_read_and_not_answer(role):
    listing = make_listing()
    review = review_of(listing)
    office = office_of(listing.seller, role)

    assertNotContains(office.get(reverse("office:reviews")), "<textarea")
    assert office.post(answer_url(review), {"text": "Thank you."}).status_code == 404
    assert Review.objects.get().answer == ""


def test_another_seller_reads_and_answers_nothing():
    review = review_of(make_listing())
    office = office_of(make_listing().seller)

    assertNotContains(office.get(reverse("office:reviews")), "Battery as promised.")
    office.post(answer_url(review), {"text": "Buy from us."})

    assert Review.objects.get().answer == ""


@pytest.mark.parametrize("text", ["", "x" * 2_001])
def test_an_empty_or_endless_answer_is_refused_in_words(text):
    listing = make_listing()
    review = review_of(listing)

    office_of(listing.seller).post(answer_url(review), {"text": text})

    assert Review.objects.get().answer == ""


def test_a_question_about_what_is_offered_is_answered_once(client):
    listing = make_listing()
    question = question_about(listing)
    office = office_of(listing.seller, Role.CARE)
    url = reverse("office:answer_question", args=[question.public_id])
    assertContains(office.get(reverse("office:questions")), "Is a charger in the box?")

    for _turn in range(2):
        office.post(url, {"text": "Only the cable."})

    assert Answer.objects.get().seller == listing.seller
    assertNotContains(office.get(reverse("office:questions")), "Is a charger in the box?")
    assertContains(client.get(f"/en-fr/p/{listing.sku.product.slug}/questions/"), "Only the cable.")


def test_a_question_about_anothers_products_does_not_exist():
    question = question_about(make_listing())
    office = office_of(make_listing().seller)

    response = office.post(reverse("office:answer_question", args=[question.public_id]), {"text": "Yes."})

    assert response.status_code == 404
    assert not Answer.objects.exists()
