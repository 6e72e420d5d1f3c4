"""What buyers said of a product or a seller."""

from datetime import datetime
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.policies import PUBLIC, policy
from catalog.api.base import PagedApiView
from catalog.api.errors import NoSuchThingError
from catalog.api.params import PagedParams
from catalog.api.serializers.reviews import ReviewSerializer
from catalog.enums import Grade
from catalog.models import Review
from catalog.selectors.lists import ReviewWish, reviews
from catalog.selectors.pages.sellers import find_seller

from .products import ProductMixin


class ReviewParams(PagedParams):
    """Which reviews; they are of all markets, because a device is the same everywhere."""

    grade = serializers.ChoiceField(choices=Grade.choices, required=False, help_text="Of devices of this grade.")
    seller = serializers.SlugField(required=False, max_length=120, help_text="Of devices from this seller.")
    rating = serializers.IntegerField(required=False, min_value=1, max_value=5, help_text="With so many stars.")
    language = serializers.ChoiceField(
        choices=["en", "fr", "de", "es", "it", "nl"], required=False, help_text="Written in this language."
    )


class SellerReviewParams(ReviewParams):
    """Which reviews of a seller."""

    seller = None  # type: ignore[assignment]  # of this one


class ReviewsMixin(PagedApiView):
    """A page of reviews, the latest first."""

    tag = "Reviews"
    shape = ReviewSerializer
    refuses: ClassVar[tuple[int, ...]] = (404,)

    def reviews(self, **whose: Any) -> Response:
        given = {name: self.params.get(name) for name in ("grade", "rating", "language")}
        wish = ReviewWish(**whose, seller_slug=self.params.get("seller"), **given)
        position = self.position
        after = (datetime.fromisoformat(position[0]), position[1]) if position else None
        return self.page(reviews(wish, after=after, count=self.page_size + 1), _position_of)


def _position_of(review: Review) -> list[Any]:
    return [review.created_at.isoformat(), review.pk]


@policy(PUBLIC)
class ProductReviewsView(ProductMixin, ReviewsMixin):
    """Published reviews of a product by people who had it delivered, the latest first."""

    summary = "Reviews of a product"
    params_class = ReviewParams
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        return self.reviews(product=self.product(name))


@policy(PUBLIC)
class SellerReviewsView(ReviewsMixin):
    """Published reviews of devices from a seller, the latest first."""

    summary = "Reviews of a seller"
    params_class = SellerReviewParams

    def get(self, request: Request, slug: str) -> Response:
        seller = find_seller(slug)
        if seller is None:
            raise NoSuchThingError
        return self.reviews(seller=seller)
