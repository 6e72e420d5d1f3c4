"""
What shoppers put into one basket: a device, and now and then what goes with it.

The table says in words what shops know: earbuds and a watch of the phone's maker, a controller for the console, a
second phone for somebody else in the family, several laptops for an office. Which model it is depends on what is
popular, and on fitting makers and years: nobody buys a watch of 2018 for a phone of 2024.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from catalog.models import Offer

UNKNOWN_YEAR = 2020
OTHER_MAKER, YEARS_APART = 0.05, 1.7
A_THIRD_CHANCE = 0.1


@dataclass(frozen=True, slots=True)
class Companion:
    """What goes with a device: how often, from which category, and whether the maker should be the same."""

    chance: float
    category: str
    same_maker: bool = False
    family: str = ""


COMPANIONS: dict[str, tuple[Companion, ...]] = {
    "iphones": (
        Companion(0.2, "earbuds", same_maker=True),
        Companion(0.12, "apple-watches"),
        Companion(0.08, "iphones"),
        Companion(0.04, "ipads"),
        Companion(0.03, "headphones"),
    ),
    "android-phones": (
        Companion(0.17, "earbuds", same_maker=True),
        Companion(0.12, "android-watches", same_maker=True),
        Companion(0.08, "android-phones"),
        Companion(0.04, "android-tablets", same_maker=True),
        Companion(0.03, "headphones"),
    ),
    "ipads": (Companion(0.12, "earbuds", same_maker=True), Companion(0.08, "iphones"), Companion(0.06, "ipads")),
    "android-tablets": (Companion(0.09, "earbuds", same_maker=True), Companion(0.08, "android-phones", True)),
    "macbooks": (
        Companion(0.11, "earbuds", same_maker=True),
        Companion(0.09, "ipads"),
        Companion(0.08, "iphones"),
        Companion(0.08, "macbooks"),
    ),
    "pc-laptops": (
        Companion(0.18, "pc-laptops", same_maker=True),
        Companion(0.11, "headphones"),
        Companion(0.06, "desktops", same_maker=True),
    ),
    "desktops": (Companion(0.15, "desktops", same_maker=True), Companion(0.09, "speakers")),
    "playstation": (Companion(0.45, "playstation", True, "controller"), Companion(0.12, "headphones", True)),
    "xbox": (Companion(0.42, "xbox", True, "controller"), Companion(0.09, "headphones")),
    "nintendo": (Companion(0.15, "nintendo", True), Companion(0.08, "earbuds")),
    "handheld-pcs": (Companion(0.18, "headphones"), Companion(0.09, "earbuds")),
    "apple-watches": (Companion(0.18, "iphones"), Companion(0.12, "earbuds", same_maker=True)),
    "android-watches": (Companion(0.18, "android-phones", same_maker=True), Companion(0.09, "earbuds", True)),
    "sports-watches": (Companion(0.15, "earbuds"), Companion(0.08, "action-cameras")),
    "earbuds": (Companion(0.15, "iphones", same_maker=True), Companion(0.09, "android-phones", same_maker=True)),
    "headphones": (Companion(0.09, "speakers", same_maker=True), Companion(0.08, "pc-laptops")),
    "speakers": (Companion(0.3, "speakers", same_maker=True),),
    "mirrorless-cameras": (Companion(0.15, "action-cameras"), Companion(0.08, "macbooks")),
    "action-cameras": (Companion(0.15, "sports-watches"), Companion(0.08, "earbuds")),
    "e-readers": (Companion(0.12, "e-readers", same_maker=True), Companion(0.08, "headphones")),
}


@dataclass(frozen=True, slots=True)
class Item:
    """An offer as shoppers choose by it."""

    listing_id: int
    category: str
    family: str
    brand_id: int
    year: int
    weight: float


class Baskets:
    """Draws baskets from what one market offers."""

    def __init__(self, market: str, favour: dict[str, int], random: Random) -> None:
        rows = Offer.objects.filter(market=market, in_stock=True).values_list(
            "listing_id",
            "product_id",
            "product__category__key",
            "product__family",
            "product__brand_id",
            "product__launch_year",
            "product__popularity",
            "seller__slug",
        )
        self.random = random
        # Popular products have many offers, and share their buyers among them.
        offers = Counter(product_id for _, product_id, *_ in rows)
        self.items = [
            Item(
                listing_id=listing_id,
                category=category,
                family=family,
                brand_id=brand_id,
                year=year or UNKNOWN_YEAR,
                weight=(popularity**2 + 1) * favour.get(slug, 1) / offers[product_id],
            )
            for listing_id, product_id, category, family, brand_id, year, popularity, slug in rows
        ]
        self.weights = [item.weight for item in self.items]
        self.shelves: dict[str, list[Item]] = defaultdict(list)
        for item in self.items:
            self.shelves[item.category].append(item)
        self.fitting: dict[tuple[Companion, int, int], tuple[list[Item], list[float]]] = {}

    def draw(self, count: int) -> list[list[int]]:
        """Return the listings of this many baskets."""
        return [self._basket(first) for first in self.random.choices(self.items, self.weights, k=count)]

    def _basket(self, first: Item) -> list[int]:
        basket = [first.listing_id]
        for companion in COMPANIONS.get(first.category, ()):
            # Who buys two things is more likely to buy a third.
            chance = companion.chance + (A_THIRD_CHANCE if len(basket) == 2 else 0)
            if len(basket) < 3 and self.random.random() < chance:
                basket += self._chosen(companion, first)
        return list(dict.fromkeys(basket))

    def _chosen(self, companion: Companion, first: Item) -> Sequence[int]:
        key = (companion, first.brand_id, first.year)
        if key not in self.fitting:
            shelf = [item for item in self.shelves[companion.category] if companion.family in ("", item.family)]
            self.fitting[key] = (shelf, [_fit(item, companion, first) for item in shelf])
        shelf, weights = self.fitting[key]
        return [self.random.choices(shelf, weights)[0].listing_id] if shelf else []


def _fit(item: Item, companion: Companion, first: Item) -> float:
    maker = OTHER_MAKER if companion.same_maker and item.brand_id != first.brand_id else 1.0
    return item.weight * maker * math.exp(-abs(item.year - first.year) / YEARS_APART)
