"""What to show beside products: only what a market's shoppers can buy now."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef

from backmarket.markets.registry import Market
from catalog.enums import RelatedKind
from catalog.models import RelatedProduct
from catalog.selectors.pages.cards import ProductCard, cards, shown_offers

SHOWN = 4


def related_products(
    product_ids: Collection[int], market: Market, *, kind: RelatedKind = RelatedKind.BOUGHT_WITH, count: int = SHOWN
) -> list[int]:
    """
    Return the products that go best with these, without themselves; one query.

    The market's own ranks come before those that hold everywhere. Of several products' relations the scores add up.
    """
    return added_up(related_scores(product_ids, market, kind=kind))[:count]


def related_scores(
    product_ids: Collection[int], market: Market, *, kind: RelatedKind = RelatedKind.BOUGHT_WITH
) -> dict[int, dict[int, float]]:
    """Return for each of these products what goes with it and how well, without themselves; one query."""
    rows = RelatedProduct.objects.filter(product__in=product_ids, kind=kind, market__in=("", market.code))
    on_sale = Exists(shown_offers(market.code).filter(product_id=OuterRef("other_id")))
    found = rows.filter(on_sale).exclude(other__in=product_ids)
    scores: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for product_id, code, other_id, score in found.values_list("product_id", "market", "other_id", "score"):
        scores[product_id][code][other_id] = score
    return {product_id: by_market.get(market.code) or by_market[""] for product_id, by_market in scores.items()}


def added_up(scores: Mapping[int, Mapping[int, float]]) -> list[int]:
    """Return what goes best with all of them together, the best first."""
    total: dict[int, float] = defaultdict(float)
    for others in scores.values():
        for other_id, score in others.items():
            total[other_id] += score
    return sorted(total, key=lambda key: (-total[key], key))


def related_cards(
    product_ids: Collection[int], market: Market, *, kind: RelatedKind = RelatedKind.BOUGHT_WITH, count: int = SHOWN
) -> list[ProductCard]:
    """Return the cards of what goes best with these products; two queries."""
    ids = related_products(product_ids, market, kind=kind, count=count) if product_ids else []
    return cards(product_ids=ids, offers=shown_offers(market.code)) if ids else []
