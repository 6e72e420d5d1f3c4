import pytest

from catalog.enums import ReviewState
from catalog.models import Review
from catalog.tests.factories import NOW
from checkout.selectors import orders
from checkout.services import lines

from .factories import ACTOR, shipped_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered():
    line = shipped_line()
    return lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=NOW)


def url_of(line):
    return f"/en-fr/orders/{line.order.public_id}/lines/{line.public_id}/review/"


def open_order(client, line):
    client.get(f"/en-fr/orders/{line.order.public_id}/?key={orders.signed_key(line.order)}")


def test_a_buyer_reviews_a_delivered_device_once(client, delivered):
    open_order(client, delivered)

    for text in ("Battery at 91 %, as new.", "Changed my mind."):
        response = client.post(url_of(delivered), {"rating": "5", "text": text})
        assert response.status_code == 302

    review = Review.objects.get()
    assert (review.rating, review.text, review.state) == (5, "Battery at 91 %, as new.", ReviewState.HELD)
    assert (review.author_name, review.language, review.market) == ("Ada L.", "en", "FR")
    assert review.line_reference == delivered.reference


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
