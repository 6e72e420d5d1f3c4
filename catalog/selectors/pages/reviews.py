"""What buyers said: the spread of their stars, filters with live counts, and one page of their words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from catalog.enums import GRADE_ORDER, ReviewSort, ReviewState
from catalog.models import ProductModel, Review, Seller
from catalog.rules.rating import Rating

SHOWN = 6
ON_PRODUCT = 3
PAGE_SIZE = 10
STARS = (5, 4, 3, 2, 1)
SORTS = {
    ReviewSort.HELPFUL: ("-helpful_count", "-created_at", "-pk"),
    ReviewSort.NEWEST: ("-created_at", "-pk"),
    ReviewSort.LOWEST: ("rating", "-created_at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class StarShare:
    stars: int
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """Which reviews, in which order; empty values mean all."""

    stars: int | None = None
    grade: str = ""
    seller: str = ""
    language: str = ""
    sort: ReviewSort = ReviewSort.HELPFUL
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.stars or self.grade or self.seller or self.language)


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """A value to narrow by; `count` is how many reviews it leaves with the other filters as they are."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """The rating and its spread over all published reviews; `latest` are a few with words."""

    rating: Rating
    spread: list[StarShare]
    latest: list[Review]

    @property
    def count(self) -> int:
        return self.rating.count

    @property
    def mean(self) -> float | None:
        return self.rating.value


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """What a product's reviews can be narrowed by: `summary` counts all of them, `matching` those that fit."""

    summary: Reviews
    matching: int
    stars: list[FilterChoice]
    grades: list[FilterChoice]
    sellers: list[FilterChoice]
    languages: list[FilterChoice]


@dataclass(frozen=True, slots=True)
class ReviewPage(ReviewFilters):
    """A product's reviews as filtered; `page` holds those that match."""

    product: ProductModel
    query: ReviewQuery
    page: "Page[Review]"


@dataclass(frozen=True, slots=True)
class _Group:
    """How many published reviews share these values."""

    stars: int
    grade: str
    seller: str
    seller_name: str
    language: str
    count: int


def published(product: ProductModel) -> QuerySet[Review]:
    return Review.objects.filter(product=product, state=ReviewState.PUBLISHED)


def latest_of(product: ProductModel, count: int = ON_PRODUCT) -> list[Review]:
    """Return the most helpful published reviews that have words; one query."""
    rows = published(product).exclude(text="").select_related("sku", "seller")
    return list(rows.order_by(*SORTS[ReviewSort.HELPFUL])[:count])


def spread_of(counts: Mapping[int, int]) -> list[StarShare]:
    """Return the share of each number of stars, five first."""
    total = sum(counts.values())
    return [_share(stars, counts.get(stars, 0), total) for stars in STARS]


def review_page(*, product: ProductModel, query: ReviewQuery) -> ReviewPage:
    """Return one page of a product's reviews with filters that know what they leave; two queries."""
    found = review_filters(product=product, query=query)
    paginator = Paginator(_rows(product, query), PAGE_SIZE)
    paginator.count = found.matching
    known = {field.name: getattr(found, field.name) for field in fields(found)}
    return ReviewPage(**known, product=product, query=query, page=paginator.get_page(query.page))


def review_filters(*, product: ProductModel, query: ReviewQuery) -> ReviewFilters:
    """Count a product's reviews by everything that they can be narrowed by; one query."""
    groups = _groups(product)
    names = {group.seller: group.seller_name for group in groups}
    stars = Counter[int]()
    for group in groups:
        stars[group.stars] += group.count
    total = sum(value * count for value, count in stars.items())
    return ReviewFilters(
        summary=Reviews(Rating(total, sum(stars.values())), spread_of(stars), []),
        matching=sum(group.count for group in groups if _matches(group, query)),
        stars=_choices(groups, query, "stars", map(str, STARS), lambda value: value),
        grades=_choices(groups, query, "grade", GRADE_ORDER, lambda value: value),
        sellers=_choices(groups, query, "seller", sorted(names, key=names.__getitem__), names.__getitem__),
        languages=_choices(
            groups, query, "language", sorted({group.language for group in groups}), lambda value: value
        ),
    )


def latest_of_seller(seller: Seller, count: int = SHOWN) -> list[Review]:
    """Return a seller's latest published reviews with words."""
    rows = Review.objects.filter(seller=seller, state=ReviewState.PUBLISHED).exclude(text="")
    return list(rows.select_related("sku", "product__brand", "seller")[:count])


def _groups(product: ProductModel) -> list[_Group]:
    rows = published(product).order_by().values_list("rating", "grade", "seller__slug", "seller__name", "language")
    return [_Group(*row) for row in rows.annotate(count=Count("pk"))]


def _rows(product: ProductModel, query: ReviewQuery) -> QuerySet[Review]:
    rows = published(product).select_related("sku", "seller")
    wanted = {
        "rating": query.stars,
        "grade": query.grade,
        "seller__slug": query.seller,
        "language": query.language,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by(*SORTS[query.sort])


def _matches(group: _Group, query: ReviewQuery) -> bool:
    return (
        (query.stars is None or group.stars == query.stars)
        and (not query.grade or group.grade == query.grade)
        and (not query.seller or group.seller == query.seller)
        and (not query.language or group.language == query.language)
    )


def _choices(
    groups: Sequence[_Group], query: ReviewQuery, name: str, values: Iterable[str], label: Callable[[str], str]
) -> list[FilterChoice]:
    """Count a filter's values with the other filters kept; values that nobody used are left out."""
    cleared: dict[str, Any] = {name: None if name == "stars" else ""}
    others = replace(query, **cleared)
    counts = Counter[str]()
    used = set()
    for group in groups:
        value = str(getattr(group, name))
        used.add(value)
        if _matches(group, others):
            counts[value] += group.count
    chosen = str(getattr(query, name) or "")
    return [
        FilterChoice(value, label(value), counts[value], value == chosen)
        for value in values
        if value in used or value == chosen
    ]


def _share(stars: int, count: int, total: int) -> StarShare:
    return StarShare(stars, count, round(100 * count / total) if total else 0)
