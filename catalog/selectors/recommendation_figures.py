"""How well "often bought with" foretells orders that it was not computed from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.models import ProductModel, PurchasedLine

from .together import Group, groups_with_products, popular_shares, ranked_together


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall in held-back orders: of `questions` products bought beside another, the share among the first ten."""

    until: datetime
    learnt_orders: int
    held_back_orders: int
    questions: int
    recall: float
    popularity_recall: float

    @property
    def ratio(self) -> float:
        return self.recall / self.popularity_recall if self.popularity_recall else 0.0


@dataclass(frozen=True, slots=True)
class _Basket:
    market: str
    products: frozenset[int]


def recommendation_figures(*, held_back: float, count: int = 10) -> Figures | None:
    """
    Learn from the earlier orders and ask for the later ones; None where there are too few to hold any back.

    Every product of a held-back order of several asks for each of the others. Popularity answers every question
    with what was bought most in the same market until then.
    """
    moments = list(PurchasedLine.objects.order_by("paid_at").values_list("paid_at", flat=True))
    if len(moments) < 2:
        return None
    until = moments[min(len(moments) - 1, int(len(moments) * (1 - held_back)))]
    baskets = _baskets(until)
    if not baskets:
        return None
    ranked = _ranked(baskets, until)
    popular = _popular(until)
    asked = found = popular_found = 0
    for basket in baskets:
        for product_id in basket.products:
            others = basket.products - {product_id}
            asked += len(others)
            found += len(others & set(_answer(ranked, product_id, basket.market)[:count]))
            ranks = [key for key in popular[basket.market] if key != product_id]
            popular_found += len(others & set(ranks[:count]))
    return Figures(
        until=until,
        learnt_orders=PurchasedLine.objects.filter(paid_at__lt=until).values("order_reference").distinct().count(),
        held_back_orders=len(baskets),
        questions=asked,
        recall=found / asked,
        popularity_recall=popular_found / asked,
    )


def _baskets(until: datetime) -> list[_Basket]:
    products: dict[tuple[str, str], set[int]] = defaultdict(set)
    lines = PurchasedLine.objects.filter(paid_at__gte=until)
    for reference, market, product_id in lines.values_list("order_reference", "market", "product_id"):
        products[reference, market].add(product_id)
    return [_Basket(market, frozenset(ids)) for (_, market), ids in products.items() if len(ids) > 1]


def _ranked(baskets: Sequence[_Basket], until: datetime) -> Mapping[tuple[int, str], list[int]]:
    asked = {product_id for basket in baskets for product_id in basket.products}
    groups = set(ProductModel.objects.filter(pk__in=asked).values_list("brand_id", "category_id"))
    popular = popular_shares(until=until)
    ranked: dict[tuple[int, str], list[int]] = defaultdict(list)
    for group in groups_with_products():
        if (group.brand_id, group.category_id) in groups:
            for entry in ranked_together(Group(group.brand_id, group.category_id), popular, until=until):
                ranked[entry.product_id, entry.market].append(entry.other_id)
    return ranked


def _answer(ranked: Mapping[tuple[int, str], list[int]], product_id: int, market: str) -> list[int]:
    """Return what a page of this market would show."""
    return ranked.get((product_id, market)) or ranked.get((product_id, ""), [])


def _popular(until: datetime) -> Mapping[str, list[int]]:
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for market, product_id in PurchasedLine.objects.filter(paid_at__lt=until).values_list("market", "product_id"):
        counts[market][product_id] += 1
    return defaultdict(
        list, {market: sorted(bought, key=lambda key: (-bought[key], key)) for market, bought in counts.items()}
    )
