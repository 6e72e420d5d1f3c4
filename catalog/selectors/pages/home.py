"""What the home page shows: the market's own sections, kept until an election changes it, and the visitor's."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, Min, OuterRef, QuerySet, Sum
from django.utils.translation import get_language

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import RelatedKind, SellerLevel
from catalog.models import Category, Offer, RelatedProduct, Seller
from catalog.rules.price_history import LOOK_BACK
from catalog.search.browsing import market_version

from .cards import ProductCard, cards, shown_offers

CARDS = 8
RECENT_YEARS = 5
A_CATEGORY = 2
BACK_FOR = timedelta(days=14)
ALIKE = 12
# Elections end what is kept at once; reviews and new sellers show within the minute.
CACHE_S = 60
GOOD_LEVELS = (SellerLevel.EXCELLENT, SellerLevel.GOOD)


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
    """The market's own sections; `version` says which elections they show."""

    tiles: list[CategoryTile]
    best_value: list[ProductCard]
    most_wanted: list[ProductCard]
    price_drops: list[ProductCard]
    back_in_stock: list[ProductCard]
    offer_count: int
    low: Money | None
    seller_count: int
    rating: float | None
    rating_count: int
    version: str


@dataclass(frozen=True, slots=True)
class VisitorSections:
    """What one visitor looked at, the latest first, and what is like the latest of them."""

    seen: list[ProductCard]
    because: ProductCard | None = None
    alike: tuple[ProductCard, ...] = ()


def home_page(*, market: Market, now: datetime) -> HomePage:
    """Return the market's own sections: one query while nothing was elected since."""
    version = market_version(market.code)
    page: HomePage = _kept(market, version, "home", partial(_read, market, version, now))
    return page


def visitor_sections(*, market: Market, seen_ids: Sequence[int], version: str) -> VisitorSections:
    """
    Return the sections that only this visitor sees, empty ones for a new one.

    One query; what is like a product is kept like the page's own sections.
    """
    seen = cards(product_ids=seen_ids[:CARDS], offers=shown_offers(market.code)) if seen_ids else []
    for card in seen:
        near = _kept(market, version, f"near:{card.product_id}", partial(_near, market, card))
        alike = tuple(other for other in near if other.product_id not in seen_ids)[: CARDS // 2]
        if alike:
            return VisitorSections(seen, card, alike)
    return VisitorSections(seen)


def _kept(market: Market, version: str, name: str, read: Callable[[], Any]) -> Any:
    """Keep what was read, in the active language, until the market's next election or for a minute."""
    key = f"catalog:{name}:{market.code}:{get_language()}"
    kept = cache.get(key)
    if kept is not None and kept[0] == version:
        return kept[1]
    found = read()
    cache.set(key, (version, found), CACHE_S)
    return found


def _read(market: Market, version: str, now: datetime) -> HomePage:
    offers = shown_offers(market.code)
    tops = {category.pk: category for category in Category.objects.all()}
    tiles = _tiles(offers, tops, market)
    wanted_ids = _most_wanted(offers)
    value_ids = _best_value(offers, now.year, tops)
    shown = {card.product_id: card for card in cards(product_ids=[*wanted_ids, *value_ids], offers=offers)}
    sellers = _sellers(market)
    return HomePage(
        tiles=tiles,
        best_value=[shown[key] for key in value_ids if key in shown],
        most_wanted=[shown[key] for key in wanted_ids if key in shown],
        price_drops=_price_drops(offers, now, tops),
        back_in_stock=_back_in_stock(offers, now, tops),
        offer_count=sum(tile.offer_count for tile in tiles),
        low=min((tile.low for tile in tiles), default=None),
        seller_count=sellers["count"] or 0,
        rating=round(sellers["stars"] / sellers["ratings"], 1) if sellers["ratings"] else None,
        rating_count=sellers["ratings"] or 0,
        version=version,
    )


def _price_drops(offers: QuerySet[Offer], now: datetime, categories: dict[int, Category]) -> list[ProductCard]:
    """Choose what fell furthest below its lowest price of the 30 days before, from sellers in good standing."""
    reduced = offers.filter(reduced_at__gt=now - LOOK_BACK, seller__level__in=GOOD_LEVELS)
    ratio = F("price_minor") * 1.0 / F("low_before_minor")
    rows = reduced.order_by().values("product_id", "product__category_id").annotate(place=Min(ratio))
    return cards(product_ids=_spread(_first(rows.order_by("place", "product_id")), categories), offers=reduced)


def _back_in_stock(offers: QuerySet[Offer], now: datetime, categories: dict[int, Category]) -> list[ProductCard]:
    """Choose what came back last, in the versions that came back."""
    back = offers.filter(restocked_at__gt=now - BACK_FOR)
    rows = back.order_by().values("product_id", "product__category_id").annotate(place=Max("restocked_at"))
    return cards(product_ids=_spread(_first(rows.order_by("-place", "product_id")), categories), offers=back)


def _first(rows: Any) -> list[tuple[int, int]]:
    return list(rows.values_list("product_id", "product__category_id")[: CARDS * 12])


def _near(market: Market, card: ProductCard) -> list[ProductCard]:
    """Return what is like a product, then what is wanted most of its category; three queries."""
    offers = shown_offers(market.code)
    alike = RelatedProduct.objects.filter(product_id=card.product_id, kind=RelatedKind.SIMILAR, market="")
    ids = list(alike.order_by("rank").values_list("other_id", flat=True)[:ALIKE])
    same = offers.filter(product__category_id=card.category_id).order_by().values("product_id")
    wanted = same.annotate(place=Min("product__popularity")).order_by("-place", "product_id")
    ids += wanted.values_list("product_id", flat=True)[:ALIKE]
    return [near for near in cards(product_ids=ids, offers=offers) if near.product_id != card.product_id]


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
            seller__level__in=GOOD_LEVELS,
        )
        .order_by()
        .values("product_id", "product__category_id")
        .annotate(place=Min(ratio))
        .order_by("place", "product_id")
    )
    return _spread(_first(rows), categories)


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
