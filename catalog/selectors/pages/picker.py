"""The picker of a product page: every value of every attribute, where it leads and what it costs there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backmarket.core.money import Money
from catalog.enums import GRADE_ORDER
from catalog.models import Offer, Sku
from catalog.rules.attributes import LABELLED, value_text

COLOUR = "colour"
DIMENSIONS = (*LABELLED, COLOUR)
OffersBySku = Mapping[int, Mapping[str, Offer]]


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A value to choose; `query` is the address of what it leads to.

    `price` is None where nobody has it now; `detour` names what else changes, because this exact combination
    does not exist or is sold out.
    """

    value: str
    label: str
    query: str
    price: Money | None
    is_chosen: bool
    detour: str = ""
    hex: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    key: str
    name: str
    choices: list[Choice]
    chosen_label: str


@dataclass(frozen=True, slots=True)
class Picker:
    dimensions: list[Dimension]
    grades: list[Choice]


def names() -> dict[str, str]:
    """Return what people call the attributes."""
    return {
        "storage_gb": _("Storage"),
        "memory_gb": _("Memory"),
        "cpu": _("Processor"),
        "edition": _("Edition"),
        "case_size_mm": _("Case size"),
        "case_material": _("Case material"),
        "connectivity": _("Connectivity"),
        "sim": _("SIM"),
        "keyboard": _("Keyboard"),
        COLOUR: _("Colour"),
    }


def query_of(sku: Sku, grade: str) -> str:
    return f"?sku={sku.public_id}&grade={grade}"


def value_of(sku: Sku, key: str) -> str:
    value = sku.colour if key == COLOUR else sku.attributes.get(key)
    return "" if value is None else str(value)


def label_of(sku: Sku, key: str) -> str:
    if key == COLOUR:
        return sku.colour_name
    value = sku.attributes.get(key)
    return "" if value is None else value_text(key, value)


def price_of(offer: Offer | None) -> Money | None:
    """Return an offer's price while there is stock."""
    return Money(offer.price_minor, offer.currency) if offer is not None and offer.in_stock else None


def cheapest(offers: Mapping[str, Offer]) -> Offer | None:
    """Return the cheapest offer in stock of a SKU's grades."""
    in_stock = (offer for offer in offers.values() if offer.in_stock)
    return min(in_stock, key=lambda offer: offer.price_minor, default=None)


def make_picker(*, skus: Sequence[Sku], offers: OffersBySku, chosen: Sku, grade: str) -> Picker:
    """Lay out the choices around the chosen SKU and grade; nothing is read from the database."""
    varying = [key for key in DIMENSIONS if len({value_of(sku, key) for sku in skus}) > 1]
    titles = names()
    return Picker(
        dimensions=[
            Dimension(
                key=key,
                name=titles[key],
                choices=_choices(key, varying, skus, offers, chosen, grade),
                chosen_label=label_of(chosen, key),
            )
            for key in varying
        ],
        grades=_grades(offers.get(chosen.pk, {}), chosen, grade),
    )


def _choices(
    key: str, varying: Sequence[str], skus: Iterable[Sku], offers: OffersBySku, chosen: Sku, grade: str
) -> list[Choice]:
    by_value: dict[str, list[Sku]] = {}
    for sku in skus:
        if value_of(sku, key):
            by_value.setdefault(value_of(sku, key), []).append(sku)
    others = [other for other in varying if other != key]
    nearest = _nearness(others, offers, chosen, grade)
    return [
        _choice(key, others, max(group, key=nearest), offers, chosen, grade)
        for _value, group in sorted(by_value.items(), key=lambda item: _place(item[1][0], key))
    ]


def _place(sku: Sku, key: str) -> tuple[int, str]:
    """Put sizes in their order and keep the catalogue's order for the rest."""
    value = sku.attributes.get(key)
    return (int(value), "") if isinstance(value, int | float) else (0, "")


def _nearness(
    others: Sequence[str], offers: OffersBySku, chosen: Sku, grade: str
) -> Callable[[Sku], tuple[bool, int, bool, int]]:
    """Prefer what is in stock, then what changes least, then the same grade, then the lowest price."""

    def nearness(sku: Sku) -> tuple[bool, int, bool, int]:
        grades = offers.get(sku.pk, {})
        best = cheapest(grades)
        same = sum(value_of(sku, other) == value_of(chosen, other) for other in others)
        same_grade = price_of(grades.get(grade)) is not None
        return (best is not None, same, same_grade, -best.price_minor if best else 0)

    return nearness


def _choice(key: str, others: Sequence[str], sku: Sku, offers: OffersBySku, chosen: Sku, grade: str) -> Choice:
    grades = offers.get(sku.pk, {})
    shown = grades.get(grade)
    if price_of(shown) is None:
        shown = cheapest(grades)
    changed = [label_of(sku, other) for other in others if value_of(sku, other) != value_of(chosen, other)]
    is_chosen = value_of(sku, key) == value_of(chosen, key)
    if shown is not None and shown.grade != grade and not is_chosen:
        changed.append(shown.get_grade_display())
    return Choice(
        value=value_of(sku, key),
        label=label_of(sku, key),
        query=query_of(sku, shown.grade if shown is not None else grade),
        price=price_of(shown),
        is_chosen=is_chosen,
        detour="" if is_chosen else _detour(changed),
        hex=sku.colour_hex if key == COLOUR else "",
    )


def _detour(changed: Sequence[str]) -> str:
    """Name the one thing that changes as well; several of them would not fit and would not be read."""
    if not changed:
        return ""
    return changed[0] if len(changed) == 1 else _("another version")


def _grades(offers: Mapping[str, Offer], chosen: Sku, grade: str) -> list[Choice]:
    return [
        Choice(
            value=value,
            label="",
            query=query_of(chosen, value),
            price=price_of(offers.get(value)),
            is_chosen=value == grade,
        )
        for value in GRADE_ORDER
    ]
