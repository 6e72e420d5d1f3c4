"""What goes with the devices of a basket, each as one concrete offer that a press of a button adds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from backmarket.core.money import Money
from backmarket.markets.registry import Market, translated
from catalog.models.product import full_name
from catalog.rules.attributes import variant_text
from catalog.selectors.pages.cards import shown_offers
from catalog.selectors.related import added_up, related_scores

BESIDE = 2
OTHERS = 4
# What is bought for another device, by its drawing: earbuds, a watch, a controller; never a second phone.
ACCESSORY_FAMILIES = ("accessory", "buds", "controller", "headphones", "speaker", "watch")


@dataclass(frozen=True, slots=True)
class Companion:
    """The cheapest offer of a product that goes with another one."""

    product_id: int
    name: str
    slug: str
    sku_public_id: UUID
    variant: str
    grade: str
    family: str
    colour_hex: str
    price: Money
    listing_public_id: UUID
    is_accessory: bool


@dataclass(frozen=True, slots=True)
class Companions:
    """Accessories by the product that they go with, and what else is bought with all of them together."""

    beside: Mapping[int, Sequence[Companion]]
    others: Sequence[Companion]


def companions(product_ids: Collection[int], market: Market) -> Companions:
    """
    Find what goes with these products among what can be bought now; two queries whatever their number.

    Nothing is offered twice: an accessory stands beside the first product that it goes with.
    """
    scores = related_scores(product_ids, market) if product_ids else {}
    found = _cheapest({other_id for others in scores.values() for other_id in others}, market)
    beside: dict[int, list[Companion]] = {}
    shown: set[int] = set()
    for product_id in product_ids:
        others = scores.get(product_id, {})
        ranked = sorted(others, key=lambda key, score=others: (-score[key], key))  # type: ignore[misc]
        fitting = [key for key in ranked if key in found and found[key].is_accessory and key not in shown][:BESIDE]
        beside[product_id] = [found[key] for key in fitting]
        shown.update(fitting)
    rest = [found[key] for key in added_up(scores) if key in found and key not in shown]
    return Companions(beside, rest[:OTHERS])


def _cheapest(product_ids: Collection[int], market: Market) -> dict[int, Companion]:
    if not product_ids:
        return {}
    offers = shown_offers(market.code).filter(product_id__in=product_ids)
    rows = offers.order_by("product_id", "price_minor", "pk").distinct("product_id")
    return {row["product_id"]: _companion(row) for row in rows.values(*FIELDS)}


FIELDS = (
    "product_id",
    "product__name",
    "product__brand__name",
    "product__slug",
    "product__family",
    "sku__public_id",
    "sku__attributes",
    "sku__colour_names",
    "sku__colour_hex",
    "grade",
    "price_minor",
    "currency",
    "listing__public_id",
)


def _companion(row: Mapping[str, Any]) -> Companion:
    colour = translated(row["sku__colour_names"], get_language() or "en")
    return Companion(
        product_id=row["product_id"],
        name=full_name(row["product__name"], row["product__brand__name"]),
        slug=row["product__slug"],
        sku_public_id=row["sku__public_id"],
        variant=variant_text(row["sku__attributes"], colour),
        grade=row["grade"],
        family=row["product__family"],
        colour_hex=row["sku__colour_hex"],
        price=Money(row["price_minor"], row["currency"]),
        listing_public_id=row["listing__public_id"],
        is_accessory=row["product__family"].startswith(ACCESSORY_FAMILIES),
    )
