"""Everything that sellers ask for one product: each version, grade and seller a row."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import GRADE_ORDER, Grade, SellerLevel
from catalog.models import ListingMarket, ProductModel
from catalog.rules.attributes import size_text, variant_text

# More rows than any product has today; beyond them the cheapest are shown.
MOST_ROWS = 2_000
SORTS = ("price", "-price", "grade", "days", "rating")
COLUMNS = ("storage", "colour", "grade", "seller")


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One seller's offer of one version; `values` holds what it can be filtered by."""

    pk: int
    listing_public_id: UUID
    sku_public_id: UUID
    variant: str
    colour_hex: str
    grade: str
    price: Money
    days: int
    warranty_months: int
    seller_name: str
    seller_slug: str
    rating: float | None
    rating_count: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ModelOffers:
    """`total` counts all offers of the product, `rows` are those that the filters leave, in order."""

    rows: list[OfferRow]
    total: int
    choices: Mapping[str, list[Choice]]


def model_offers(
    *, product: ProductModel, market: Market, chosen: Mapping[str, Sequence[str]], sort: str
) -> ModelOffers:
    """Read the offers of a product in one query, narrowed by `chosen` values a column of COLUMNS."""
    found = [(_offer_row(row, market), _labels(row)) for row in _listings(product, market)]
    rows = [row for row, _ in found if _fits(row, chosen)]
    return ModelOffers(
        rows=sorted(rows, key=place_in(sort)),
        total=len(found),
        choices={column: _choices(column, found, chosen) for column in COLUMNS},
    )


def _listings(product: ProductModel, market: Market) -> Iterable[ListingMarket]:
    rows = ListingMarket.objects.filter(
        listing__sku__product=product,
        market=market.code,
        is_published=True,
        price_minor__lte=market.price_ceiling_minor,
        listing__quantity__gt=F("listing__reserved"),
        listing__seller__is_active=True,
        listing__seller__markets__contains=market.code,
    ).exclude(listing__seller__level=SellerLevel.SUSPENDED)
    return rows.select_related("listing__sku", "listing__seller").order_by("price_minor", "pk")[:MOST_ROWS]


def _offer_row(row: ListingMarket, market: Market) -> OfferRow:
    listing, sku, seller = row.listing, row.listing.sku, row.listing.seller
    carrier = market.carriers[0]
    travel = carrier.days if seller.country == market.code else carrier.cross_border_days
    return OfferRow(
        pk=row.pk,
        listing_public_id=listing.public_id,
        sku_public_id=sku.public_id,
        variant=variant_text(sku.attributes, sku.colour_name),
        colour_hex=sku.colour_hex,
        grade=listing.grade,
        price=Money(row.price_minor, row.currency),
        days=-(-listing.handling_hours // 24) + travel,
        warranty_months=listing.warranty_months,
        seller_name=seller.name,
        seller_slug=seller.slug,
        rating=seller.rating,
        rating_count=seller.rating_count,
        values={
            "storage": str(sku.storage_gb or ""),
            "colour": sku.colour,
            "grade": listing.grade,
            "seller": seller.slug,
        },
    )


def _labels(row: ListingMarket) -> Mapping[str, str]:
    sku, seller = row.listing.sku, row.listing.seller
    storage = size_text(sku.storage_gb) if sku.storage_gb else ""
    return {
        "storage": storage,
        "colour": sku.colour_name,
        "grade": str(Grade(row.listing.grade).label),
        "seller": seller.name,
    }


def _fits(row: OfferRow, chosen: Mapping[str, Sequence[str]], without: str = "") -> bool:
    return all(row.values[column] in values for column, values in chosen.items() if values and column != without)


def _choices(
    column: str, found: Sequence[tuple[OfferRow, Mapping[str, str]]], chosen: Mapping[str, Sequence[str]]
) -> list[Choice]:
    """Count what each value would show beside the other columns' filters, so that siblings keep their counts."""
    labels = {row.values[column]: texts[column] for row, texts in found if row.values[column]}
    counts = Counter(row.values[column] for row, _ in found if _fits(row, chosen, without=column))
    picked = chosen.get(column, ())
    choices = [Choice(value, label, counts[value], value in picked) for value, label in labels.items()]
    return sorted(choices, key=_place(column))


def _place(column: str) -> Callable[[Choice], Any]:
    if column == "grade":
        return lambda choice: GRADE_ORDER.index(choice.value)
    if column == "storage":
        return lambda choice: int(choice.value)
    return lambda choice: (-choice.count, choice.label)


def place_in(sort: str) -> Callable[[OfferRow], list[float]]:
    """Return what orders rows by one column, then by price and age; no two rows have the same place."""
    columns: dict[str, Callable[[OfferRow], float]] = {
        "price": lambda row: row.price.amount_minor,
        "-price": lambda row: -row.price.amount_minor,
        "grade": lambda row: GRADE_ORDER.index(row.grade),
        "days": lambda row: row.days,
        "rating": lambda row: -(row.rating or 0),
    }
    column = columns.get(sort, columns["price"])
    return lambda row: [column(row), row.price.amount_minor, row.pk]
