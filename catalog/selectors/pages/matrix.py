"""All versions of a product and what each costs: which combinations exist, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backmarket.core.money import Money
from catalog.enums import GRADE_ORDER
from catalog.models import Sku
from catalog.rules.attributes import LABELLED, value_text

from .picker import OffersBySku, price_of, query_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One version in one grade; `price` is None where nobody has it now."""

    grade: str
    query: str
    price: Money | None
    is_chosen: bool
    is_lowest: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A SKU: its colour as a row of cells, in the order of grades."""

    sku_public_id: UUID
    colour_name: str
    hex: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class VersionGroup:
    """Versions that differ by colour only."""

    label: str
    versions: list[Version]


@dataclass(frozen=True, slots=True)
class Matrix:
    groups: list[VersionGroup]
    version_count: int
    offer_count: int


def make_matrix(*, skus: Sequence[Sku], offers: OffersBySku, chosen: Sku, grade: str) -> Matrix:
    """Lay out every version that was ever offered here; nothing is read from the database."""
    known = [sku for sku in skus if offers.get(sku.pk)]
    prices = [price for sku in known for offer in offers[sku.pk].values() if (price := price_of(offer)) is not None]
    lowest = min(prices, key=lambda price: price.amount_minor, default=None)
    groups: dict[str, list[Version]] = {}
    for sku in known:
        cells = [_cell(sku, value, offers, lowest, is_chosen=sku == chosen and value == grade) for value in GRADE_ORDER]
        groups.setdefault(_label(sku), []).append(Version(sku.public_id, sku.colour_name, sku.colour_hex, cells))
    return Matrix(
        groups=[VersionGroup(label, versions) for label, versions in groups.items()],
        version_count=len(known),
        offer_count=len(prices),
    )


def _cell(sku: Sku, grade: str, offers: OffersBySku, lowest: Money | None, *, is_chosen: bool) -> Cell:
    price = price_of(offers[sku.pk].get(grade))
    return Cell(grade, query_of(sku, grade), price, is_chosen, is_lowest=price is not None and price == lowest)


def _label(sku: Sku) -> str:
    """Write what tells the version apart besides its colour."""
    return " · ".join(value_text(key, sku.attributes[key]) for key in LABELLED if key in sku.attributes)
