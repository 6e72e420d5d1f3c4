"""Reviews, votes, sellers' answers and questions over the API."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection

from backmarket.core import clock
from catalog.enums import AnswererKind, Grade, ReviewState
from catalog.models import Answer, Question, Review

from .api import API, all_pages, answer, make_phone, problem, write_reviews, wrong
from .factories import NOW

pytestmark = pytest.mark.django_db
REVIEWS = "/products/apple-iphone-13/reviews/?market=FR"
QUESTIONS = "/products/apple-iphone-13/questions/?market=FR"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def phone():
    return make_phone()


def ask(phone, text="Is a charger in the box?", **fields) -> Question:
    known = {"author_name": "Ada", "language": "en", "market": "FR", "created_at": NOW, "state": ReviewState.PUBLISHED}
    return Question.objects.create(**{"product": phone, "text": text, **known, **fields})


def reply(question, kind=AnswererKind.BUYER, **fields) -> Answer:
    known = {"author_name": "Bo", "language": "en", "created_at": NOW, "state": ReviewState.PUBLISHED, "text": "Yes."}
    return Answer.objects.create(**{"question": question, "kind": kind, **known, **fields})


def test_a_review_is_named_by_a_public_id_with_its_votes_and_answer(client, phone):
    write_reviews(
        phone,
        1,
        votes_count=3,
        helpful_count=2,
        edited_at=NOW,
        answer="Thank you.",
        answer_language="en",
        answer_state=ReviewState.PUBLISHED,
        answered_at=NOW,
    )

    (review,) = answer(client, REVIEWS)["items"]

    assert UUID(review["id"]) == Review.objects.get().public_id
    assert "pk" not in review
    assert (review["helpful_count"], review["votes_count"]) == (2, 3)
    assert review["edited_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert review["answer"]["text"] == "Thank you."


def test_an_answer_that_waits_is_not_shown(client, phone):
    write_reviews(phone, 1, answer="Buy at our shop", answer_state=ReviewState.HELD, answered_at=NOW)

    assert answer(client, REVIEWS)["items"][0]["answer"] is None


def test_a_row_that_names_no_public_id_gets_one_from_the_database(phone):
    write_reviews(phone, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_default FROM information_schema.columns WHERE column_name = 'public_id'"
                       " AND table_name = 'catalog_review'")  # fmt: skip
        (default,) = cursor.fetchone()

    assert default == "gen_random_uuid()"


def test_reviews_are_summed_up_with_what_each_filter_leaves(client, phone):
    write_reviews(phone, 2)
    write_reviews(phone, 1, grade=Grade.FAIR, rating=1, language="de")

    page = answer(client, f"{REVIEWS}&rating=4", **{"Accept-Language": "en"})

    assert (page["summary"]["count"], page["summary"]["mean"]) == (3, 3.8)
    assert [(share["stars"], share["count"]) for share in page["summary"]["spread"]][:2] == [(5, 0), (4, 2)]
    assert [(one["value"], one["count"], one["is_chosen"]) for one in page["filters"]["rating"]] == [
        ("4", 2, True),
        ("1", 1, False),
    ]
    assert [(one["label"], one["count"]) for one in page["filters"]["grade"]] == [("Good", 2), ("Fair", 0)]
    assert len(page["items"]) == 2


@pytest.mark.parametrize(
    ("sort", "texts"),
    [
        ("newest", ["Review 0", "Review 1", "Review 2", "Old and bad", "Old and liked"]),
        ("helpful", ["Old and liked", "Review 0", "Review 1", "Review 2", "Old and bad"]),
        ("lowest", ["Old and bad", "Review 0", "Review 1", "Review 2", "Old and liked"]),
    ],
)
def test_reviews_come_in_each_order_page_by_page(client, phone, sort, texts):
    write_reviews(phone, 3)
    write_reviews(phone, 1, rating=1, text="Old and bad", created_at=NOW - timedelta(days=5))
    write_reviews(
        phone, 1, helpful_count=7, votes_count=7, text="Old and liked", created_at=NOW - timedelta(days=9), rating=4
    )

    rows = all_pages(client, f"{REVIEWS}&sort={sort}", 2)

    assert [row["text"] for row in rows] == texts
    assert wrong(client.get(f"{API}{REVIEWS}&sort=best")) == [("sort", "invalid_choice")]


def test_a_cursor_of_one_order_is_refused_in_another(client, phone):
    write_reviews(phone, 3)
    cursor = answer(client, f"{REVIEWS}&sort=helpful&page_size=1")["next"]

    assert wrong(client.get(f"{API}{REVIEWS}&sort=lowest&cursor={cursor}")) == [("cursor", "invalid_cursor")]


def test_the_product_answers_its_most_helpful_reviews(client, phone):
    write_reviews(phone, 4)
    write_reviews(phone, 1, helpful_count=5, votes_count=5, text="Helpful", created_at=NOW - timedelta(days=9))

    page = answer(client, "/products/apple-iphone-13/?market=FR")

    assert [review["text"] for review in page["latest_reviews"]] == ["Helpful", "Review 0", "Review 1"]
    assert page["latest_reviews"][0]["product"] == "apple-iphone-13"
    assert UUID(page["latest_reviews"][0]["sku"]) == phone.skus.first().public_id
    assert page["reviews"]["count"] == 5


def test_questions_come_with_who_answered(client, phone):
    seller = phone.offers.first().seller
    question = ask(phone)
    reply(question, AnswererKind.SELLER, seller=seller, text="It is.")
    reply(question, AnswererKind.STAFF, author_name="Eve", created_at=NOW + timedelta(hours=1))
    reply(question, state=ReviewState.HELD, text="Not read yet")
    ask(phone, "Not read yet either?", state=ReviewState.HELD)

    (shown,) = answer(client, QUESTIONS)["items"]

    assert (UUID(shown["id"]), shown["text"]) == (question.public_id, "Is a charger in the box?")
    assert [(one["kind"], one["author_name"], one["seller"], one["text"]) for one in shown["answers"]] == [
        ("seller", seller.name, seller.slug, "It is."),
        ("staff", "backmarket", None, "Yes."),
    ]
    assert answer(client, "/products/apple-iphone-13/?market=FR")["question_count"] == 1


def test_questions_come_in_pages_that_new_ones_do_not_shift(client, phone):
    for n in range(5):
        ask(phone, f"Question {n}", created_at=NOW - timedelta(hours=n))
    first = answer(client, f"{QUESTIONS}&page_size=2")
    ask(phone, "Brand new?", created_at=NOW + timedelta(hours=1))

    second = answer(client, f"{QUESTIONS}&page_size=2&cursor={first['next']}")

    assert [row["text"] for row in first["items"]] == ["Question 0", "Question 1"]
    assert [row["text"] for row in second["items"]] == ["Question 2", "Question 3"]
    assert len(all_pages(client, QUESTIONS, 2)) == 6
    problem(client.get(f"{API}/products/nothing/questions/?market=FR"), 404, "not_found")


@pytest.mark.parametrize("count", [2, 12])
def test_questions_take_as_many_queries_for_one_as_for_many(client, phone, django_assert_num_queries, count):
    for n in range(count):
        reply(ask(phone, f"Question {n}"), AnswererKind.SELLER, seller=phone.offers.first().seller)

    with django_assert_num_queries(3):
        assert len(answer(client, QUESTIONS)["items"]) == count
