"""What the home page shows: the market's own sections, kept until an election changes it, and the visitor's."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.translation import get_language

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import RelatedKind, SellerLevel
from catalog.models import Category, Offer, RelatedProduct, Seller
from catalog.rules.price_history import LOOK_BACK
from catalog.search.browsing import market_version
from catalog.selectors.names import names

from .cards import ProductCard, cards, cards_by_shelf, shown_offers

CARDS = 8
RECENT_YEARS = 5
A_CATEGORY = 2
BACK_FOR = timedelta(days=14)
ALIKE = 12
# Elections end what is kept at once; reviews and new sellers show within five minutes.
CACHE_S = 300
NEVER = datetime.min.replace(tzinfo=UTC)
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
    """Keep what was read, in the active language, until the market's next election, or for CACHE_S."""
    key = f"catalog:{name}:{market.code}:{get_language()}"
    kept = cache.get(key)
    if kept is not None and kept[0] == version:
        return kept[1]
    found = read()
    cache.set(key, (version, found), CACHE_S)
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """One product of the market in figures: `value` is the lowest share of a launch price, `drop` of a price before."""

    product_id: int
    category_id: int
    popularity: int
    launch_year: int | None
    low_minor: int
    offer_count: int
    value: int | None
    drop: float | None
    back_at: datetime | None


def _read(market: Market, version: str, now: datetime) -> HomePage:
    """Read the market's products in one scan of its offers, then their cards: three queries."""
    offers = shown_offers(market.code)
    tops = {category.pk: category for category in names().categories}
    reduced = Q(reduced_at__gt=now - LOOK_BACK, seller__level__in=GOOD_LEVELS)
    back = Q(restocked_at__gt=now - BACK_FOR)
    standings = _standings(offers, reduced=reduced, back=back)
    wanted_ids = _wanted(standings)[:CARDS]
    value_ids = _best_value(standings, now.year, tops)
    shown, price_drops, back_in_stock = cards_by_shelf(
        shelves=[
            ([*wanted_ids, *value_ids], Q()),
            (_spread(sorted(_having(standings, "drop"), key=lambda row: row.drop or 0), tops), reduced),
            (_spread(_latest_back(standings), tops), back),
        ],
        offers=offers,
    )
    card_of = {card.product_id: card for card in shown}
    tiles = _tiles(standings, tops, market)
    sellers = _sellers(market)
    return HomePage(
        tiles=tiles,
        best_value=[card_of[key] for key in value_ids if key in card_of],
        most_wanted=[card_of[key] for key in wanted_ids if key in card_of],
        price_drops=price_drops,
        back_in_stock=back_in_stock,
        offer_count=sum(tile.offer_count for tile in tiles),
        low=min((tile.low for tile in tiles), default=None),
        seller_count=sellers["count"] or 0,
        rating=round(sellers["stars"] / sellers["ratings"], 1) if sellers["ratings"] else None,
        rating_count=sellers["ratings"] or 0,
        version=version,
    )


def _standings(offers: QuerySet[Offer], *, reduced: Q, back: Q) -> list[_Standing]:
    """Return every product of the market, in the order of their keys."""
    is_valued = Q(value_permille__lt=1000, seller__level__in=GOOD_LEVELS)
    rows = (
        offers.order_by("product_id")
        .values_list("product_id", "product__category_id", "product__popularity", "product__launch_year")
        .annotate(
            low=Min("price_minor"),
            count=Count("pk"),
            value=Min("value_permille", filter=is_valued),
            drop=Min(F("price_minor") * 1.0 / F("low_before_minor"), filter=reduced),
            back_at=Max("restocked_at", filter=back),
        )
    )
    return [_Standing(*row) for row in rows]


def _having(standings: Iterable[_Standing], fact: str) -> list[_Standing]:
    return [row for row in standings if getattr(row, fact) is not None]


def _latest_back(standings: Iterable[_Standing]) -> list[_Standing]:
    return sorted(_having(standings, "back_at"), key=lambda row: row.back_at or NEVER, reverse=True)


def _wanted(standings: Iterable[_Standing]) -> list[int]:
    return [row.product_id for row in sorted(standings, key=lambda row: -row.popularity)]


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
    """Return the most wanted products of a market; two queries."""
    offers = shown_offers(market.code)
    products = offers.order_by().values("product_id").annotate(place=Min("product__popularity"))
    ids = products.order_by("-place", "product_id").values_list("product_id", flat=True)[:count]
    return cards(product_ids=ids, offers=offers)


def top_of(category_id: int, categories: dict[int, Category]) -> Category:
    """Return the category at the top of the branch."""
    category = categories[category_id]
    while category.parent_id is not None:
        category = categories[category.parent_id]
    return category


def _tiles(standings: Iterable[_Standing], categories: dict[int, Category], market: Market) -> list[CategoryTile]:
    lows: dict[int, int] = {}
    counts: dict[int, int] = defaultdict(int)
    for row in standings:
        top = top_of(row.category_id, categories).pk
        lows[top] = min(row.low_minor, lows.get(top, row.low_minor))
        counts[top] += row.offer_count
    return [
        CategoryTile(
            key=category.key,
            name=category.name,
            family=category.family,
            low=Money(lows[pk], market.currency),
            offer_count=counts[pk],
            url=category.get_absolute_url(),
        )
        for pk, category in categories.items()
        if pk in lows
    ]


def _best_value(standings: Iterable[_Standing], year: int, categories: dict[int, Category]) -> list[int]:
    """
    Choose the products that cost least of what they did new, at most two a top category.

    Only models of the last years from sellers in good standing; nobody can pay to be here.
    """
    recent = [row for row in _having(standings, "value") if (row.launch_year or 0) >= year - RECENT_YEARS]
    return _spread(sorted(recent, key=lambda row: row.value or 0), categories)


def _spread(standings: Iterable[_Standing], categories: dict[int, Category]) -> list[int]:
    taken: dict[int, int] = defaultdict(int)
    chosen: list[int] = []
    for row in standings:
        top = top_of(row.category_id, categories).pk
        if taken[top] < A_CATEGORY and len(chosen) < CARDS:
            taken[top] += 1
            chosen.append(row.product_id)
    return chosen


def _sellers(market: Market) -> dict[str, int]:
    offering = Exists(Offer.objects.filter(seller=OuterRef("pk"), market=market.code, in_stock=True))
    figures: dict[str, int] = Seller.objects.filter(offering).aggregate(
        count=Count("pk"), stars=Sum("rating_sum"), ratings=Sum("rating_count")
    )
    return figures
