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
from catalog.api.serializers.reviews import (
    QuestionSerializer,
    RatingSerializer,
    ReviewFiltersSerializer,
    ReviewSerializer,
)
from catalog.enums import Grade, ReviewSort
from catalog.models import Question
from catalog.selectors.lists import REVIEW_ORDERS, ReviewWish, questions, reviews
from catalog.selectors.pages.reviews import ReviewQuery, review_filters
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
    sort = serializers.ChoiceField(
        choices=ReviewSort.choices,
        required=False,
        default=ReviewSort.NEWEST,
        help_text="The latest, those that helped most, or the worst ratings first.",
    )


class SellerReviewParams(ReviewParams):
    """Which reviews of a seller."""

    seller = None  # type: ignore[assignment]  # of this one


class ReviewsMixin(PagedApiView):
    """A page of reviews."""

    tag = "Reviews"
    shape = ReviewSerializer
    refuses: ClassVar[tuple[int, ...]] = (404,)

    def reviews(self, *, more: dict[str, Any] | None = None, **whose: Any) -> Response:
        given = {name: self.params.get(name) for name in ("grade", "rating", "language")}
        sort = ReviewSort(self.params["sort"])
        wish = ReviewWish(**whose, seller_slug=self.params.get("seller"), sort=sort, **given)
        rows = reviews(wish, after=_values(sort, self.position), count=self.page_size + 1)
        return self.page(rows, lambda review: [_plain(getattr(review, name)) for name in REVIEW_ORDERS[sort]], more)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _values(sort: ReviewSort, position: list[Any] | None) -> list[Any] | None:
    if position is None:
        return None
    names = REVIEW_ORDERS[sort]
    return [
        datetime.fromisoformat(value) if name == "created_at" else value
        for name, value in zip(names, position, strict=True)
    ]


@policy(PUBLIC)
class ProductReviewsView(ProductMixin, ReviewsMixin):
    """
    Published reviews of a product by people who had it delivered; `summary` is of all of them, `filters` count what
    each further choice leaves. A review is named by its `id`.
    """

    summary = "Reviews of a product"
    list_name = "ProductReviewList"
    params_class = ReviewParams
    refuses = (404, 410)
    more: ClassVar[dict[str, Any]] = {"summary": RatingSerializer, "filters": ReviewFiltersSerializer}

    def get(self, request: Request, name: str) -> Response:
        product = self.product(name)
        found = review_filters(product=product, query=self._query())
        more = {"summary": RatingSerializer(found.summary).data, "filters": ReviewFiltersSerializer(found).data}
        return self.reviews(product=product, more=more)

    def _query(self) -> ReviewQuery:
        given = self.params
        texts = {name: given.get(name, "") for name in ("grade", "seller", "language")}
        return ReviewQuery(stars=given.get("rating"), **texts)


@policy(PUBLIC)
class SellerReviewsView(ReviewsMixin):
    """Published reviews of devices from a seller."""

    summary = "Reviews of a seller"
    params_class = SellerReviewParams

    def get(self, request: Request, slug: str) -> Response:
        seller = find_seller(slug)
        if seller is None:
            raise NoSuchThingError
        return self.reviews(seller=seller)


@policy(PUBLIC)
class QuestionsView(ProductMixin, PagedApiView):
    """What shoppers asked about a product, the latest first, each with the answers of sellers, buyers and the house."""

    tag, summary = "Reviews", "Questions about a product"
    shape = QuestionSerializer
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        position = self.position
        after = (datetime.fromisoformat(position[0]), position[1]) if position else None
        rows = questions(self.product(name), after=after, count=self.page_size + 1)
        return self.page(rows, _place_of)


def _place_of(question: Question) -> list[Any]:
    return [question.created_at.isoformat(), question.pk]
