"""The card of a product: its best offer, the colours it comes in, what buyers say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import get_language

from backmarket.core.money import Money
from backmarket.markets.registry import translated
from catalog.enums import ProductState
from catalog.models import Offer
from catalog.models.product import full_name
from catalog.rules.attributes import variant_text
from catalog.rules.rating import shown_rating

NEW_PRICE_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Swatch:
    name: str
    hex: str


@dataclass(frozen=True, slots=True)
class ProductCard:
    """
    A product with its cheapest matching offer; `new_price` only where it is known in the market's currency.

    `low_before` and `reduced_at` are set while that offer's price is a reduced one.
    """

    product_id: int
    category_id: int
    name: str
    slug: str
    family: str
    sku_public_id: UUID
    variant: str
    grade: str
    price: Money
    new_price: Money | None
    colour: Swatch
    swatches: tuple[Swatch, ...]
    rating: float | None
    rating_count: int
    co2_saved_g: int | None
    low_before: Money | None
    reduced_at: datetime | None

    @property
    def drop(self) -> Money | None:
        """What it costs less than its lowest price of the 30 days before, while that may be announced."""
        return saving(self.price, self.low_before)

    @property
    def saving(self) -> Money | None:
        return saving(self.price, self.new_price)

    @property
    def wish(self) -> str:
        """What a heart sends: this product in this version."""
        return f"{self.slug},{self.sku_public_id},{self.grade}"

    @property
    def more_colours(self) -> int:
        return max(0, len(self.swatches) - 6)


def saving(price: Money, new_price: Money | None) -> Money | None:
    """Return what a device costs less than it did when new, if it does."""
    return new_price - price if new_price and price < new_price else None


def launch_price(amount_minor: int | None, currency: str) -> Money | None:
    """Return the price at launch; makers' prices are known in euro only and nothing is converted silently."""
    return Money(amount_minor, currency) if amount_minor and currency == NEW_PRICE_CURRENCY else None


def shown_offers(market: str) -> QuerySet[Offer]:
    """Return what a market's shoppers can buy now."""
    return Offer.objects.filter(market=market, in_stock=True, product__state=ProductState.ACTIVE)


def cards(*, product_ids: Iterable[int], offers: QuerySet[Offer]) -> list[ProductCard]:
    """Return the cards of these products in this order, without those that no offer is left of; one query."""
    (found,) = cards_by_shelf(shelves=[(list(product_ids), Q())], offers=offers)
    return found


def cards_by_shelf(*, shelves: Sequence[tuple[Sequence[int], Q]], offers: QuerySet[Offer]) -> list[list[ProductCard]]:
    """Return the cards of each shelf's products, made from the offers that its condition leaves; one query for all."""
    wanted = {product_id for ids, _ in shelves for product_id in ids}
    conditions = {f"on_{place}": condition for place, (_, condition) in enumerate(shelves) if condition}
    rows = _cheapest_by_colour(offers.filter(product_id__in=wanted), conditions) if wanted else []
    shown = []
    for place, (ids, _) in enumerate(shelves):
        mark = f"on_{place}"
        found: dict[int, list[Mapping[str, Any]]] = {}
        for row in rows:
            if mark not in conditions or row[mark]:
                found.setdefault(row["product_id"], []).append(row)
        shown.append([_card(_one_a_colour(found[key])) for key in dict.fromkeys(ids) if key in found])
    return shown


def _one_a_colour(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    cheapest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        best = cheapest.setdefault(row["sku__colour"], row)
        if row["price_minor"] < best["price_minor"]:
            cheapest[row["sku__colour"]] = row
    return list(cheapest.values())


def _cheapest_by_colour(offers: QuerySet[Offer], conditions: Mapping[str, Q]) -> list[Mapping[str, Any]]:
    """Return the cheapest offer of each product and colour, for each way in which the conditions can hold."""
    marks = {name: ExpressionWrapper(condition, BooleanField()) for name, condition in conditions.items()}
    kinds = ("product_id", "sku__colour", *marks)
    return list(
        offers.annotate(**marks)
        .order_by(*kinds, "price_minor", "pk")
        .distinct(*kinds)
        .values(
            *kinds,
            "price_minor",
            "currency",
            "grade",
            "sku__public_id",
            "sku__attributes",
            "sku__colour_hex",
            "sku__colour_names",
            "sku__new_price_minor",
            "product__name",
            "product__brand__name",
            "product__slug",
            "product__family",
            "product__category_id",
            "product__rating_sum",
            "product__rating_count",
            "product__co2_saved_g",
            "low_before_minor",
            "reduced_at",
        )
    )


def _card(rows: list[Mapping[str, Any]]) -> ProductCard:
    locale = get_language() or "en"
    best = min(rows, key=lambda row: row["price_minor"])
    swatches = [Swatch(translated(row["sku__colour_names"], locale), row["sku__colour_hex"]) for row in rows]
    colour = swatches[rows.index(best)]
    ratings = best["product__rating_count"]
    return ProductCard(
        product_id=best["product_id"],
        category_id=best["product__category_id"],
        name=full_name(best["product__name"], best["product__brand__name"]),
        slug=best["product__slug"],
        family=best["product__family"],
        sku_public_id=best["sku__public_id"],
        variant=variant_text(best["sku__attributes"], colour.name),
        grade=best["grade"],
        price=Money(best["price_minor"], best["currency"]),
        new_price=launch_price(best["sku__new_price_minor"], best["currency"]),
        colour=colour,
        swatches=tuple(swatch for swatch in swatches if swatch.hex),
        rating=shown_rating(best["product__rating_sum"], ratings),
        rating_count=ratings,
        co2_saved_g=best["product__co2_saved_g"],
        low_before=Money(best["low_before_minor"], best["currency"]) if best["low_before_minor"] else None,
        reduced_at=best["reduced_at"],
    )
