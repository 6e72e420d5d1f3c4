"""Reviews: one a line, words wait for moderation, stars count for the seller while they are shown."""

import pytest

from backmarket.core.actors import Actor
from backmarket.core.errors import NotFoundError
from backmarket.core.models import AuditEntry
from catalog.enums import Grade, ReviewState
from catalog.models import Review, Seller
from catalog.services.reviews import ReviewRefusedError, ReviewText, moderate_review, record_review

from .factories import NOW, make_listing

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def record(listing, reference="line:1", **said):
    return record_review(
        line_reference=reference,
        sku_id=listing.sku_id,
        seller_id=listing.seller_id,
        grade=Grade.GOOD,
        market="FR",
        said=ReviewText(**{"rating": 5, **said}),
        now=NOW,
    )


def rating():
    return Seller.objects.values_list("rating_sum", "rating_count").get()


def moderate(review, state):
    return moderate_review(review_id=review.pk, state=state, actor=ACTOR, now=NOW)


def test_stars_alone_are_published_at_once():
    review = record(make_listing(), rating=4)

    assert (review.state, review.product_id) == (ReviewState.PUBLISHED, review.sku.product_id)
    assert rating() == (4, 1)


def test_words_wait_for_moderation():
    review = record(make_listing(), text="As new.")

    assert review.state == ReviewState.HELD
    assert rating() == (0, 0)


def test_a_line_is_reviewed_once():
    listing = make_listing()
    first = record(listing, rating=4)

    again = record(listing, rating=1)

    assert (again.pk, again.rating) == (first.pk, 4)
    assert rating() == (4, 1)


@pytest.mark.parametrize(
    "said",
    [{"rating": 0}, {"rating": 6}, {"title": "x" * 121}, {"text": "x" * 4_001}],
    ids=lambda said: next(iter(said)),
)
def test_absurd_reviews_are_refused(said):
    listing = make_listing()

    with pytest.raises(ReviewRefusedError):
        record(listing, **said)

    assert not Review.objects.exists()
    assert rating() == (0, 0)


def test_stars_count_while_they_are_shown():
    listing = make_listing()
    review = record(listing, rating=3, text="Well packed.")

    moderate(review, ReviewState.PUBLISHED)
    moderate(review, ReviewState.PUBLISHED)
    assert rating() == (3, 1)
    moderate(review, ReviewState.REJECTED)
    assert rating() == (0, 0)

    entries = AuditEntry.objects.order_by("pk").values_list("data", flat=True)
    assert list(entries) == [{"before": "held", "after": "published"}, {"before": "published", "after": "rejected"}]


def test_a_review_that_does_not_exist_cannot_be_moderated():
    with pytest.raises(NotFoundError):
        moderate_review(review_id=4_711, state=ReviewState.PUBLISHED, actor=ACTOR, now=NOW)

    assert not AuditEntry.objects.exists()
