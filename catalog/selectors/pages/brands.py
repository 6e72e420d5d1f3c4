"""Brands: all that sell here, and one with the categories it is in."""

from dataclasses import dataclass

from django.db.models import Count, Min

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.models import Brand, Category

from .cards import shown_offers


@dataclass(frozen=True, slots=True)
class BrandTile:
    name: str
    slug: str
    product_count: int
    low: Money


def find_brand(slug: str) -> Brand | None:
    return Brand.objects.filter(slug=slug).first()


def brands_sold(market: Market) -> list[BrandTile]:
    """Return the brands with offers in a market, by name; one query."""
    rows = shown_offers(market.code).order_by().values("product__brand__name", "product__brand__slug")
    counted = rows.annotate(products=Count("product", distinct=True), low=Min("price_minor"))
    tiles = [
        BrandTile(
            row["product__brand__name"],
            row["product__brand__slug"],
            row["products"],
            Money(row["low"], market.currency),
        )
        for row in counted
    ]
    return sorted(tiles, key=lambda tile: tile.name.casefold())


def categories_of(brand: Brand) -> list[Category]:
    """Return the categories in which a brand has products."""
    return list(Category.objects.filter(products__brand=brand).distinct())
