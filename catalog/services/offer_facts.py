"""What elections know of a SKU: its product, and the facts that people filter by."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Category, Sku
from catalog.rules.facets import OfferFacts
from catalog.search.colours import plain_colours


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """`facets` lacks what belongs to the winner: seller, grade, price and days."""

    product_id: int
    new_price_minor: int | None
    facets: OfferFacts


def facts_of_skus(sku_ids: Iterable[int]) -> dict[int, SkuFacts]:
    """Read these SKUs in two queries."""
    paths = category_paths()
    rows = Sku.objects.filter(pk__in=list(sku_ids)).select_related("product__brand")
    return {sku.pk: _facts(sku, paths) for sku in rows}


def category_paths() -> dict[int, tuple[str, ...]]:
    """Return the keys from each category up to the top, by its primary key."""
    rows: dict[int, tuple[str, int | None]] = {
        pk: (key, parent_id) for pk, key, parent_id in Category.objects.values_list("pk", "key", "parent_id")
    }
    return {pk: _path(pk, rows) for pk in rows}


def _path(pk: int, rows: dict[int, tuple[str, int | None]]) -> tuple[str, ...]:
    keys: list[str] = []
    current: int | None = pk
    while current is not None:
        key, current = rows[current]
        keys.append(key)
    return tuple(keys)


def _facts(sku: Sku, paths: dict[int, tuple[str, ...]]) -> SkuFacts:
    product = sku.product
    return SkuFacts(
        product_id=product.pk,
        new_price_minor=sku.new_price_minor,
        facets=OfferFacts(
            brand=product.brand.slug,
            model=product.slug,
            seller="",
            grade="",
            price_minor=0,
            days=0,
            categories=paths[product.category_id],
            storage_gb=sku.storage_gb,
            memory_gb=sku.memory_gb,
            finish=sku.colour,
            colours=plain_colours(sku.colour_hex),
            attributes=sku.attributes,
            specs=product.specs,
        ),
    )
