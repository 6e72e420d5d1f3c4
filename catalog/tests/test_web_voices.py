"""The pages of reviews and questions: filters, votes, asking, answering, and what hostile visitors get."""

import pytest
from django.core.cache import cache
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.models import User
from catalog.enums import ReviewState
from catalog.models import Answer, PurchasedLine, Question, Review, ReviewVote

from .factories import NOW, ProductModelFactory, SellerFactory, SkuFactory

pytestmark = pytest.mark.django_db
URL = "/en-fr/p/apple-iphone-13/"
ASK = f"{URL}questions/"
ASKED = {"text": "Is a charger in the box?", "name": "Ada"}


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def product():
    return ProductModelFactory(name="iPhone 13")


@pytest.fixture
def sku(product):
    return SkuFactory(product=product)


def review(sku, seller, n, **fields):
    values = {
        "product": sku.product, "sku": sku, "seller": seller, "grade": "good", "line_reference": f"line:{n}",
        "rating": 5, "text": f"Text {n}", "language": "en", "market": "FR", "author_name": "Ada L.",
        "created_at": NOW, "state": ReviewState.PUBLISHED,
    }  # fmt: skip
    return Review.objects.create(**values | fields)


def question(product, **fields):
    values = {
        "product": product, "market": "FR", "author_name": "Ada", "text": "Is a charger in the box?",
        "language": "en", "created_at": NOW, "state": ReviewState.PUBLISHED,
    }  # fmt: skip
    return Question.objects.create(**values | fields)


@pytest.mark.parametrize("count", [1, 25])
def test_reviews_take_as_many_queries_for_one_as_for_many(client, sku, django_assert_max_num_queries, count):
    for n in range(count):
        review(sku, SellerFactory(), n)
    client.get(f"{URL}reviews/")

    with django_assert_max_num_queries(3):
        response = client.get(f"{URL}reviews/")

    assert response.context["shown"].page.paginator.count == count


def test_reviews_are_narrowed_and_every_filter_knows_what_it_leaves(client, sku):
    repousse, bazar = SellerFactory(name="Repousse"), SellerFactory(name="Bazar")
    review(sku, repousse, 1, grade="good", rating=5)
    review(sku, repousse, 2, grade="fair", rating=2, language="fr")
    review(sku, bazar, 3, grade="fair", rating=1)
    review(sku, bazar, 4, state=ReviewState.HELD)

    shown = client.get(f"{URL}reviews/?seller=repousse&grade=fair").context["shown"]

    assert [row.text for row in shown.page] == ["Text 2"]
    assert [(choice.value, choice.count, choice.is_chosen) for choice in shown.grades] == [
        ("good", 1, False),
        ("fair", 1, True),
    ]
    assert [(choice.label, choice.count) for choice in shown.sellers] == [("Bazar", 1), ("Repousse", 1)]
    assert shown.summary.count == 3


@pytest.mark.parametrize(("sort", "order"), [("newest", [3, 2, 1]), ("helpful", [1, 3, 2]), ("lowest", [2, 3, 1])])
def test_reviews_come_in_the_order_that_is_asked_for(client, sku, sort, order):
    seller = SellerFactory()
    review(sku, seller, 1, rating=5, helpful_count=4, votes_count=4, created_at=NOW.replace(day=1))
    review(sku, seller, 2, rating=1, created_at=NOW.replace(day=2))
    review(sku, seller, 3, rating=3, created_at=NOW.replace(day=3))

    shown = client.get(f"{URL}reviews/?sort={sort}").context["shown"]

    assert [int(row.text[-1]) for row in shown.page] == order


@pytest.mark.parametrize(
    "query", ["stars=9", "stars=%00", "grade=zz", "seller=<b>", "language=klingon", "sort=x", "page=999999", "page=-1"]
)
def test_senseless_filters_are_left_out(client, sku, query):
    review(sku, SellerFactory(), 1)

    response = client.get(f"{URL}reviews/?{query}")

    assert response.status_code == 200
    assert response.context["shown"].page.paginator.count == 1


@pytest.mark.parametrize("path", ["reviews/", "questions/"])
@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_voices_of_what_is_not_on_sale_do_not_exist(client, product, path, state):
    product.state = state
    product.save(update_fields=["state"])

    assert client.get(f"{URL}{path}").status_code == 404


def test_a_review_in_another_language_is_marked_as_original(client, sku):
    review(sku, SellerFactory(), 1, language="de", text="Sehr gut")

    assertContains(client.get(f"{URL}reviews/"), "Original in German")
    assertNotContains(client.get("/de-de/p/apple-iphone-13/reviews/"), "Original in German")


def test_words_of_buyers_are_never_markup(client, sku):
    review(sku, SellerFactory(), 1, text="<script>alert(1)</script>", author_name="<b>x</b>")

    html = client.get(f"{URL}reviews/").content.decode()

    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


def test_a_visitor_votes_once_by_a_signed_cookie(client, sku):
    row = review(sku, SellerFactory(), 1)

    for _turn in range(2):
        response = client.post(f"{URL}reviews/{row.public_id}/vote/", {"helpful": "1", "query": "?sort=newest"})

    assert response["Location"] == f"{URL}reviews/?sort=newest#review-{row.public_id}"
    assert (ReviewVote.objects.count(), Review.objects.get().helpful_count) == (1, 1)
    assertContains(client.get(f"{URL}reviews/"), "1 of 1 found this helpful")


def test_a_forged_voter_is_somebody_new(client, sku):
    row = review(sku, SellerFactory(), 1)
    client.cookies["voter"] = "a:b:c"

    client.post(f"{URL}reviews/{row.public_id}/vote/", {"helpful": "0"})

    assert ReviewVote.objects.get().voter not in ("a", "a:b:c")


def test_votes_by_the_dozen_are_stopped(client, sku):
    row = review(sku, SellerFactory(), 1)
    for _turn in range(62):
        client.cookies.clear()
        client.post(f"{URL}reviews/{row.public_id}/vote/", {"helpful": "1"})

    assert ReviewVote.objects.count() == 60


def test_a_review_of_another_product_takes_no_vote_here(client, product):
    row = review(SkuFactory(product=ProductModelFactory(name="iPhone 14")), SellerFactory(), 1)

    assert client.post(f"{URL}reviews/{row.public_id}/vote/", {"helpful": "1"}).status_code == 404
    assert not ReviewVote.objects.exists()


def test_a_guest_asks_and_the_question_waits(client, product):
    response = client.post(ASK, ASKED)

    asked = Question.objects.get()
    assert response.status_code == 302
    assert (asked.state, asked.author_name, asked.language, asked.market) == (ReviewState.HELD, "Ada", "en", "FR")
    assertNotContains(client.get(ASK), "Is a charger in the box?")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"text": ""}, "Write your question."),
        ({"text": "Why?"}, "Please write at least 10 characters"),
        ({"text": "x" * 501}, "Please keep it to 500 characters; this has 501."),
        ({"name": ""}, "Give a name; a first name is enough."),
        ({"name": "x" * 61}, "Please keep the name to 60 characters."),
    ],
)
def test_a_wrong_question_is_refused_in_words(client, product, form, error):
    response = client.post(ASK, ASKED | form)

    assertContains(response, error, status_code=422)
    assert not Question.objects.exists()


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(client, product):
    response = client.post(ASK, ASKED | {"website": "https://spam.example"})

    assert response.status_code == 302
    assert not Question.objects.exists()


def test_many_questions_from_one_address_are_stopped(client, product):
    for n in range(6):
        response = client.post(ASK, {"text": f"Question number {n}, please?", "name": "Ada"})

    assertContains(response, "Please come back in an hour.", status_code=422)
    assert Question.objects.count() == 5


def test_an_account_asks_under_its_first_name_and_its_address_is_not_shown(client, product):
    user = User.objects.create_user("ada@example.org", "x", name="Ada Lovelace")
    client.force_login(user)
    assertContains(client.get(ASK), 'value="Ada"')

    client.post(ASK, ASKED)

    Question.objects.update(state=ReviewState.PUBLISHED)
    assertNotContains(client.get(ASK), "ada@example.org")
    assert Question.objects.get().user == user


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_buyer_whose_device_has_arrived_answers(client, sku, is_delivered):
    asked, user = question(sku.product), User.objects.create_user("ada@example.org", "x", name="Ada Lovelace")
    client.force_login(user)
    PurchasedLine.objects.create(
        order_reference="order:1", line_reference="line:1", product=sku.product, sku=sku, seller=SellerFactory.create(),
        user=user, market="FR", paid_at=NOW, delivered_at=NOW if is_delivered else None,
    )  # fmt: skip
    url = f"{ASK}{asked.public_id}/answer/"

    response = client.post(url, {"text": "Mine came with the cable."})

    if is_delivered:
        assertContains(client.get(ASK), url)
        answer = Answer.objects.get()
        assert (response.status_code, answer.state, answer.author_name) == (302, ReviewState.HELD, "Ada")
    else:
        assert response.status_code == 404
        assert not Answer.objects.exists()


def test_who_has_not_signed_in_is_asked_to(client, product):
    response = client.post(f"{ASK}{question(product).public_id}/answer/", {"text": "Yes."})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert not Answer.objects.exists()
