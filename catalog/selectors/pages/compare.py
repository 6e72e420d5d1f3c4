"""Up to four products side by side: what each costs in each grade, and what tells them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backmarket.core.money import Money
from backmarket.markets.registry import Market, translated
from catalog.enums import GRADE_ORDER, ProductState
from catalog.models import Offer, ProductModel, Sku

from .cards import Swatch, launch_price, saving, shown_offers

MOST = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """
    One column: a product with its cheapest offer, None where it is sold out in this market.

    `storages` are gigabytes; `grades` maps each grade to what it starts at here.
    """

    product: ProductModel
    offer: Offer | None
    price: Money | None
    new_price: Money | None
    grades: Mapping[str, Money]
    storages: tuple[int, ...]
    swatches: tuple[Swatch, ...]
    colour_hex: str
    rating: float | None
    rating_count: int
    specs: Mapping[str, Any]

    @property
    def saving(self) -> Money | None:
        return saving(self.price, self.new_price) if self.price else None

    @property
    def url(self) -> str:
        path = self.product.get_absolute_url()
        return f"{path}?sku={self.offer.sku.public_id}&grade={self.offer.grade}" if self.offer else path


def compared(*, slugs: Sequence[str], market: Market, locale: str) -> list[Compared]:
    """Read these products in the order asked for, without those that are not on sale; three queries."""
    rows = ProductModel.objects.filter(slug__in=slugs, state=ProductState.ACTIVE).select_related("brand", "category")
    found = {product.slug: product for product in rows}
    products = [found[slug] for slug in slugs if slug in found]
    offers: dict[int, list[Offer]] = {product.pk: [] for product in products}
    for offer in (
        shown_offers(market.code).filter(product__in=products).select_related("sku").order_by("price_minor", "pk")
    ):
        offers[offer.product_id].append(offer)
    skus: dict[int, list[Sku]] = {product.pk: [] for product in products}
    for sku in Sku.objects.filter(product__in=products).order_by("storage_gb", "pk"):
        skus[sku.product_id].append(sku)
    return [_column(product, offers[product.pk], skus[product.pk], locale) for product in products]


def _column(product: ProductModel, offers: Sequence[Offer], skus: Sequence[Sku], locale: str) -> Compared:
    best = offers[0] if offers else None
    grades: dict[str, Money] = {}
    for offer in offers:
        grades.setdefault(offer.grade, Money(offer.price_minor, offer.currency))
    colours = {sku.colour: Swatch(translated(sku.colour_names, locale), sku.colour_hex) for sku in skus if sku.colour}
    return Compared(
        product=product,
        offer=best,
        price=Money(best.price_minor, best.currency) if best else None,
        new_price=launch_price(best.sku.new_price_minor, best.currency) if best else None,
        grades={grade: grades[grade] for grade in GRADE_ORDER if grade in grades},
        storages=tuple(dict.fromkeys(sku.storage_gb for sku in skus if sku.storage_gb)),
        swatches=tuple(colours.values()),
        colour_hex=best.sku.colour_hex if best else (skus[0].colour_hex if skus else ""),
        rating=round(product.rating_sum / product.rating_count, 1) if product.rating_count else None,
        rating_count=product.rating_count,
        specs={str(spec["key"]): spec["value"] for spec in product.specs if spec.get("key") and spec.get("value")},
    )
