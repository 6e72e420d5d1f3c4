"""The rows of the comparison in words: which differ, and which value of a row is the best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from catalog.enums import GRADE_ORDER, Grade
from catalog.rules.attributes import size_text
from catalog.selectors.pages.compare import Compared
from catalog.web import facts

# What is better where more or less of it is simply better; screens and colours are a matter of taste.
MORE_IS_BETTER = ("battery_mah", "ram_gb")
LESS_IS_BETTER = ("weight_g",)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `differs` if not all columns say the same."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({cell.text for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: tuple[Row, ...]

    @property
    def differs(self) -> bool:
        return any(row.differs for row in self.rows)


def groups(columns: Sequence[Compared]) -> list[Group]:
    """Return the table below the devices, without rows that no column has anything to say to."""
    found = [
        Group(_("Price"), _price_rows(columns)),
        Group(_("Versions"), _version_rows(columns)),
        Group(_("Specifications"), _spec_rows(columns)),
        Group(_("For the planet"), _planet_rows(columns)),
    ]
    return [group for group in found if group.rows]


def _row(
    name: str,
    texts: Sequence[str],
    values: Sequence[Decimal | int | None] = (),
    best: Callable[[list[Decimal | int]], Decimal | int] | None = None,
) -> list[Row]:
    """Return the row, marking the best value if the columns differ in it; nothing if it is empty."""
    if not any(texts):
        return []
    known = [value for value in values if value is not None]
    winner = best(known) if best and len(set(known)) > 1 else None
    # By what it says: 0.16 and 0.2 kg both read 0.2 kg, and neither is better to a reader.
    top = {text for text, value in zip(texts, values, strict=True) if value == winner} if winner is not None else set()
    has_loser = any(text and text not in top for text in texts)
    return [Row(name, tuple(Cell(text or "–", has_loser and text in top) for text in texts))]


def _money_row(name: str, amounts: Sequence[Money | None], best: Callable[[list[int]], int]) -> list[Row]:
    texts = [amount.format(whole=True) if amount else "" for amount in amounts]
    return _row(name, texts, [amount.amount_minor if amount else None for amount in amounts], best)  # type: ignore[arg-type]


def _price_rows(columns: Sequence[Compared]) -> tuple[Row, ...]:
    rows = []
    for grade in GRADE_ORDER:
        name = _("%(grade)s, from") % {"grade": Grade(grade).label}
        rows += _money_row(name, [column.grades.get(grade) for column in columns], min)
    rows += _row(_("When new"), [column.new_price.format(whole=True) if column.new_price else "" for column in columns])
    rows += _money_row(_("Less than new"), [column.saving for column in columns], max)
    ratings = [column.rating for column in columns]
    texts = [_("%(rating)s of 5") % {"rating": number_format(r, decimal_pos=1)} if r else "" for r in ratings]
    rows += _row(_("Buyers’ rating"), texts, [Decimal(str(r)) if r else None for r in ratings], max)
    return tuple(rows)


def _version_rows(columns: Sequence[Compared]) -> tuple[Row, ...]:
    storages = [", ".join(size_text(size) for size in column.storages) for column in columns]
    largest = [max(column.storages, default=None) for column in columns]
    colours = [", ".join(swatch.name for swatch in column.swatches) for column in columns]
    years = [column.product.launch_year for column in columns]
    return (
        *_row(_("Storage"), storages, largest, max),
        *_row(_("Colours"), colours),
        *_row(_("On the market since"), [str(year or "") for year in years], years, max),
    )


def _spec_rows(columns: Sequence[Compared]) -> tuple[Row, ...]:
    keys = dict.fromkeys(key for column in columns for key in column.specs)
    rows: list[Row] = []
    for key in keys:
        values = [column.specs.get(key) for column in columns]
        texts = [facts.spec_text(key, value) if value else "" for value in values]
        numbers = [Decimal(str(value)) if isinstance(value, int | float) else None for value in values]
        best = max if key in MORE_IS_BETTER else min if key in LESS_IS_BETTER else None
        rows += _row(facts.spec_name(key), texts, numbers, best)
    return tuple(rows)


def _planet_rows(columns: Sequence[Compared]) -> tuple[Row, ...]:
    grams = [column.product.co2_saved_g for column in columns]
    waste = [column.product.ewaste_saved_g for column in columns]
    return (
        *_row(_("CO₂e saved against new"), [_kilograms(value) for value in grams], grams, max),
        *_row(_("Raw material and waste saved"), [_kilograms(value) for value in waste], waste, max),
    )


def _kilograms(grams: int | None) -> str:
    return _("%(kilograms)s kg") % {"kilograms": number_format(Decimal(grams) / 1000, 1)} if grams else ""
