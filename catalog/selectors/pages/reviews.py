"""What buyers said, with the spread of their stars."""

from dataclasses import dataclass

from django.db.models import Count

from catalog.enums import ReviewState
from catalog.models import ProductModel, Review, Seller

SHOWN = 6
STARS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class StarShare:
    stars: int
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Reviews:
    count: int
    mean: float | None
    spread: list[StarShare]
    latest: list[Review]


def reviews_of(product: ProductModel) -> Reviews:
    """Return a product's published reviews; two queries."""
    published = Review.objects.filter(product=product, state=ReviewState.PUBLISHED)
    rows = published.order_by().values_list("rating").annotate(count=Count("pk"))
    counts: dict[int, int] = dict(rows)
    total = sum(counts.values())
    return Reviews(
        count=total,
        mean=round(sum(stars * count for stars, count in counts.items()) / total, 1) if total else None,
        spread=[_share(stars, counts.get(stars, 0), total) for stars in STARS],
        latest=list(published.exclude(text="").select_related("sku")[:SHOWN]) if total else [],
    )


def latest_of_seller(seller: Seller, count: int = SHOWN) -> list[Review]:
    """Return a seller's latest published reviews with words."""
    published = Review.objects.filter(seller=seller, state=ReviewState.PUBLISHED).exclude(text="")
    return list(published.select_related("sku", "product__brand")[:count])


def _share(stars: int, count: int, total: int) -> StarShare:
    return StarShare(stars, count, round(100 * count / total) if total else 0)
