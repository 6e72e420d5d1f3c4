"""What the home page shows, all of it read from the catalogue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Sum

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import SellerLevel
from catalog.models import Category, Offer, Seller

from .cards import ProductCard, cards, shown_offers

CARDS = 8
RECENT_YEARS = 5
A_CATEGORY = 2


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A top category with what stands below it; `low` is its cheapest offer."""

    key: str
    name: str
    family: str
    low: Money
    offer_count: int
    url: str


@dataclass(frozen=True, slots=True)
class HomePage:
    tiles: list[CategoryTile]
    best_value: list[ProductCard]
    most_wanted: list[ProductCard]
    offer_count: int
    low: Money | None
    seller_count: int
    rating: float | None
    rating_count: int


def home_page(*, market: Market, year: int) -> HomePage:
    """Read the home page of a market in seven queries."""
    offers = shown_offers(market.code)
    tops = {category.pk: category for category in Category.objects.all()}
    tiles = _tiles(offers, tops, market)
    wanted_ids = _most_wanted(offers)
    value_ids = _best_value(offers, year, tops)
    shown = {card.product_id: card for card in cards(product_ids=[*wanted_ids, *value_ids], offers=offers)}
    sellers = _sellers(market)
    return HomePage(
        tiles=tiles,
        best_value=[shown[key] for key in value_ids if key in shown],
        most_wanted=[shown[key] for key in wanted_ids if key in shown],
        offer_count=sum(tile.offer_count for tile in tiles),
        low=min((tile.low for tile in tiles), default=None),
        seller_count=sellers["count"] or 0,
        rating=round(sellers["stars"] / sellers["ratings"], 1) if sellers["ratings"] else None,
        rating_count=sellers["ratings"] or 0,
    )


def most_wanted(*, market: Market, count: int = 4) -> list[ProductCard]:
    """Return the most wanted products of a market; three queries."""
    offers = shown_offers(market.code)
    return cards(product_ids=_most_wanted(offers)[:count], offers=offers)


def top_of(category_id: int, categories: dict[int, Category]) -> Category:
    """Return the category at the top of the branch."""
    category = categories[category_id]
    while category.parent_id is not None:
        category = categories[category.parent_id]
    return category


def _tiles(offers: QuerySet[Offer], categories: dict[int, Category], market: Market) -> list[CategoryTile]:
    lows: dict[int, list[int]] = defaultdict(list)
    counts: dict[int, int] = defaultdict(int)
    rows = offers.order_by().values_list("product__category_id").annotate(low=Min("price_minor"), count=Count("pk"))
    for category_id, low, count in rows:
        top = top_of(category_id, categories)
        lows[top.pk].append(low)
        counts[top.pk] += count
    return [
        CategoryTile(
            key=category.key,
            name=category.name,
            family=category.family,
            low=Money(min(lows[pk]), market.currency),
            offer_count=counts[pk],
            url=category.get_absolute_url(),
        )
        for pk, category in categories.items()
        if pk in lows
    ]


def _most_wanted(offers: QuerySet[Offer]) -> list[int]:
    products = offers.order_by().values("product_id").annotate(place=Min("product__popularity"))
    return list(products.order_by("-place", "product_id").values_list("product_id", flat=True)[:CARDS])


def _best_value(offers: QuerySet[Offer], year: int, categories: dict[int, Category]) -> list[int]:
    """
    Choose the products that cost least of what they did new, at most two a top category.

    Only models of the last years from sellers in good standing; nobody can pay to be here.
    """
    ratio = F("price_minor") * 1.0 / F("sku__new_price_minor")
    rows = (
        offers.filter(
            product__launch_year__gte=year - RECENT_YEARS,
            sku__new_price_minor__gt=F("price_minor"),
            seller__level__in=(SellerLevel.EXCELLENT, SellerLevel.GOOD),
        )
        .order_by()
        .values("product_id", "product__category_id")
        .annotate(place=Min(ratio))
        .order_by("place", "product_id")
        .values_list("product_id", "product__category_id")[: CARDS * 12]
    )
    return _spread(list(rows), categories)


def _spread(rows: Sequence[tuple[int, int]], categories: dict[int, Category]) -> list[int]:
    taken: dict[int, int] = defaultdict(int)
    chosen: list[int] = []
    for product_id, category_id in rows:
        top = top_of(category_id, categories).pk
        if taken[top] < A_CATEGORY and len(chosen) < CARDS:
            taken[top] += 1
            chosen.append(product_id)
    return chosen


def _sellers(market: Market) -> dict[str, int]:
    offering = Exists(Offer.objects.filter(seller=OuterRef("pk"), market=market.code, in_stock=True))
    figures: dict[str, int] = Seller.objects.filter(offering).aggregate(
        count=Count("pk"), stars=Sum("rating_sum"), ratings=Sum("rating_count")
    )
    return figures
