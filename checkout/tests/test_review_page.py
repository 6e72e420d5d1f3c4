import pytest
from pytest_django.asserts import assertContains

from backmarket.core.events import Event
from backmarket.notify.models import Message
from catalog.enums import RejectReason, ReviewState
from catalog.models import Review, Seller
from catalog.services.review_answers import answer_review
from catalog.services.reviews import moderate_review
from catalog.tests.factories import NOW
from checkout import handlers
from checkout.selectors import orders
from checkout.services import lines

from .factories import ACTOR, paid_order, shipped_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered():
    line = shipped_line()
    return lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=NOW)


def url_of(line):
    return f"/en-fr/orders/{line.order.public_id}/lines/{line.public_id}/review/"


def open_order(client, line):
    client.get(f"/en-fr/orders/{line.order.public_id}/?key={orders.signed_key(line.order)}")


def test_a_buyer_reviews_a_delivered_device_once_and_may_change_it(client, delivered):
    open_order(client, delivered)

    for rating, text in (("5", "Battery at 91 %, as new."), ("4", "Changed my mind.")):
        response = client.post(url_of(delivered), {"rating": rating, "text": text})
        assert response.status_code == 302

    review = Review.objects.get()
    assert (review.rating, review.text, review.state) == (4, "Changed my mind.", ReviewState.HELD)
    assert (review.author_name, review.language, review.market) == ("Ada L.", "en", "FR")
    assert review.line_reference == delivered.reference
    assert review.edited_at is not None


def test_a_review_is_taken_back_and_its_stars_with_it(client, delivered):
    open_order(client, delivered)
    client.post(url_of(delivered), {"rating": "4", "text": ""})
    assert Seller.objects.get().rating_count == 1

    response = client.post(url_of(delivered), {"withdraw": "1"})

    assert response.status_code == 302
    assert Review.objects.get().state == ReviewState.WITHDRAWN
    assert Seller.objects.get().rating_count == 0
    assertContains(client.get(url_of(delivered)), "You took your review back.")


def test_its_author_reads_why_a_review_is_not_shown(client, delivered):
    open_order(client, delivered)
    client.post(url_of(delivered), {"rating": "4", "text": "Call me: 06 12 34 56 78."})
    review = Review.objects.get()
    moderate_review(review_id=review.pk, state=ReviewState.REJECTED, reason=RejectReason.PERSONAL, actor=ACTOR, now=NOW)

    page = client.get(url_of(delivered))

    assertContains(page, "It contains personal data.")
    assertContains(page, "Call me: 06 12 34 56 78.")


def test_a_line_of_another_order_cannot_be_reviewed_through_ones_own(client, delivered):
    open_order(client, delivered)
    other = paid_order().lines.get()

    response = client.post(
        f"/en-fr/orders/{delivered.order.public_id}/lines/{other.public_id}/review/", {"rating": "1"}
    )

    assert response.status_code == 404
    assert not Review.objects.exists()


def test_a_buyer_is_told_once_that_the_seller_has_answered(client, delivered):
    open_order(client, delivered)
    client.post(url_of(delivered), {"rating": "4", "text": ""})
    review = Review.objects.get()
    answer_review(
        review_id=review.pk, seller_id=review.seller_id, text="Thank you.", language="en", actor=ACTOR, now=NOW
    )

    for _delivery in range(2):
        event = Event(id=1, type="", key="", payload={"line_reference": review.line_reference}, occurred_at=NOW)
        handlers.tell_review_answered(event, NOW)

    mail = Message.objects.get(kind="review_answered")
    assert mail.to == "ada@example.org"
    assert "Thank you." in mail.text


def test_stars_alone_are_shown_at_once(client, delivered):
    open_order(client, delivered)

    client.post(url_of(delivered), {"rating": "4", "text": ""})

    assert Review.objects.get().state == ReviewState.PUBLISHED


@pytest.mark.parametrize(
    "form", [{}, {"rating": "0"}, {"rating": "6"}, {"rating": "x"}, {"rating": "5", "text": "x" * 4001}]
)
def test_a_wrong_review_is_refused_in_words(client, delivered, form):
    open_order(client, delivered)

    response = client.post(url_of(delivered), form)

    assert response.status_code == 422
    assert not Review.objects.exists()


def test_a_stranger_reviews_nothing(client, delivered):
    response = client.post(url_of(delivered), {"rating": "1"})

    assert response.status_code == 404
    assert not Review.objects.exists()


def test_a_device_on_its_way_cannot_be_reviewed(client):
    line = shipped_line()
    open_order(client, line)

    assert client.get(url_of(line)).status_code == 404
    assert client.post(url_of(line), {"rating": "5"}).status_code == 404
    assert not Review.objects.exists()
