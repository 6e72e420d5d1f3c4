"""
What goes with a product and what is like it: arithmetic on counts, no database.

How often `b` was bought with `a`, smoothed on three levels, because most pairs were never seen. G is the group of a,
the products of its brand and category, and H the group of b; n(x, y) are the orders that hold both and n(x) their sum:
    P(b)     = share of b among all that was bought
    P(H | G) = (n(G, H) + PRIOR_OF_GROUPS · P(H)) / (n(G) + PRIOR_OF_GROUPS)
    P(b | G) = (n(G, b) + PRIOR_IN_GROUP · P(H | G) · P(b) / P(H)) / (n(G) + PRIOR_IN_GROUP)
    P(b | a) = (n(a, b) + PRIOR_OF_PRODUCT · P(b | G)) / (n(a) + PRIOR_OF_PRODUCT)
So a new phone starts with what its sisters are bought with, and a new maker with what everybody buys. A market with
orders of its own goes one level further in the same way. Dividing by P(b), the lift, was measured worse.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeVar

PRIOR_OF_GROUPS = 5.0
PRIOR_IN_GROUP = 40.0
PRIOR_OF_PRODUCT = 20.0
STANDING_IN_ORDERS = 20.0
LEAST_ORDERS_OF_MARKET = 20

Key = TypeVar("Key", bound=Hashable)
Counts = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """In how many orders of a market `other` stood beside `product`."""

    product_id: int
    other_id: int
    market: str
    orders: int


@dataclass(frozen=True, slots=True)
class Ranked:
    product_id: int
    market: str
    other_id: int
    score: float


def shares(bought: Counts, wanted: Counts) -> dict[int, float]:
    """
    Return P(b) of every product; `wanted` is a product's standing, which counts like some few orders.

    So a shop without orders knows at least what people look for.
    """
    total_wanted = sum(wanted.values()) or 1.0
    prior = {key: STANDING_IN_ORDERS * value / total_wanted for key, value in wanted.items()}
    total = sum(bought.values()) + STANDING_IN_ORDERS
    return {key: (bought.get(key, 0) + prior.get(key, 0.0)) / total for key in {*bought, *wanted}}


def bought_together(
    members: Iterable[int],
    pairs: Sequence[Pair],
    popular: Mapping[int, float],
    groups: Mapping[int, Hashable],
    *,
    count: int,
) -> list[Ranked]:
    """
    Rank what goes with each member of one group: everywhere (market ""), and in markets with enough orders.

    `popular` is P(b) and `groups` the group of every product.
    """
    pooled: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    local: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for pair in pairs:
        pooled[pair.product_id][pair.other_id] += pair.orders
        local[pair.product_id][pair.market][pair.other_id] = pair.orders
    group = _of_group(pooled.values(), popular, groups)
    ranked: list[Ranked] = []
    for member in members:
        anywhere = _smoothed(pooled[member], group, PRIOR_OF_PRODUCT)
        ranked += _best(member, "", anywhere, count)
        for market, counts in local[member].items():
            if sum(counts.values()) >= LEAST_ORDERS_OF_MARKET:
                ranked += _best(member, market, _smoothed(counts, anywhere, PRIOR_OF_PRODUCT), count)
    return ranked


def _of_group(
    met: Iterable[Counts], popular: Mapping[int, float], groups: Mapping[int, Hashable]
) -> Mapping[int, float]:
    """Return P(b | G) from what each member of G was bought with."""
    counts: dict[int, float] = defaultdict(float)
    between: dict[Hashable, float] = defaultdict(float)
    for others in met:
        for key, orders in others.items():
            counts[key] += orders
            between[groups[key]] += orders
    share_of_group: dict[Hashable, float] = defaultdict(float)
    for key, share in popular.items():
        share_of_group[groups[key]] += share
    turn = _smoothed(between, share_of_group, PRIOR_OF_GROUPS)
    prior = {key: turn[groups[key]] * share / share_of_group[groups[key]] for key, share in popular.items() if share}
    return _smoothed(counts, prior, PRIOR_IN_GROUP)


def _smoothed(counts: Mapping[Key, float], prior: Mapping[Key, float], strength: float) -> dict[Key, float]:
    total = sum(counts.values()) + strength
    return {key: (counts.get(key, 0) + strength * chance) / total for key, chance in prior.items()}


def _best(member: int, market: str, chances: Mapping[int, float], count: int) -> list[Ranked]:
    best = nsmallest(count + 1, chances, key=lambda key: (-chances[key], key))
    return [Ranked(member, market, key, chances[key]) for key in best if key != member][:count]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two products are compared by: launch price in EUR minor units, launch year, screen, standing."""

    product_id: int
    brand_id: int
    price_minor: int | None
    year: int | None
    screen_in: float | None
    popularity: int


def alike(one: Likeness, other: Likeness) -> float:
    """Return how well the other could take the place of the one, 0 to about 2; both are of one category."""
    price = abs(math.log(one.price_minor / other.price_minor)) if one.price_minor and other.price_minor else 0.5
    years = abs(one.year - other.year) if one.year and other.year else 2
    inches = abs(one.screen_in - other.screen_in) if one.screen_in and other.screen_in else 0.0
    nearness = math.exp(-1.4 * price - 0.25 * years - 0.3 * inches)
    return nearness * (1.25 if one.brand_id == other.brand_id else 1.0) * (0.6 + other.popularity / 100)


def most_alike(members: Iterable[Likeness], category: Sequence[Likeness], *, count: int) -> list[Ranked]:
    """Rank what is like each member among all of its category."""
    ranked: list[Ranked] = []
    for member in members:
        scores = {other.product_id: alike(member, other) for other in category if other.product_id != member.product_id}
        best = nsmallest(count, scores, key=lambda key: (-scores[key], key))
        ranked += [Ranked(member.product_id, "", key, scores[key]) for key in best]
    return ranked
