"""How many products each filter leaves, all facets in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from catalog.enums import GRADE_ORDER
from catalog.models import Offer
from catalog.rules.attributes import size_text

COLOURS_SHOWN = 12
SAME_STORAGE = {1000: 1024, 2000: 2048, 4000: 4096}


@dataclass(frozen=True, slots=True)
class FacetOption:
    value: str
    label: str
    count: int
    is_chosen: bool
    hex: str = ""


@dataclass(frozen=True, slots=True)
class Facets:
    """Options by facet, each counted with all the other filters; prices are the range that the others leave."""

    brands: list[FacetOption]
    storages: list[FacetOption]
    grades: list[FacetOption]
    colours: list[FacetOption]
    low_minor: int | None
    high_minor: int | None
    total: int


Row = tuple[str, str, str, str, int]


def facets_of(
    *, offers: QuerySet[Offer], conditions: Mapping[str, Q], chosen: Mapping[str, frozenset[str]], locale: str
) -> Facets:
    """Count the products of every option; one query."""
    language = locale.split("-")[0]
    colour_name = Coalesce(
        KeyTextTransform(language, "sku__colour_names"), KeyTextTransform("en", "sku__colour_names"), Value("")
    )
    sources: dict[str, tuple[Combinable, Combinable, Combinable]] = {
        "brand": (F("product__brand__slug"), F("product__brand__name"), Value("")),
        "storage": (_round_storage(), Value(""), Value("")),
        "grade": (F("grade"), Value(""), Value("")),
        "colour": (F("sku__colour"), colour_name, F("sku__colour_hex")),
    }
    branches = [_branch(_without(offers, conditions, facet), facet, *columns) for facet, columns in sources.items()]
    prices = _without(offers, conditions, "price")
    everything = offers.filter(*conditions.values())
    rows: list[Row] = list(
        branches[0].union(*branches[1:], _range(prices, "price"), _range(everything, "total"), all=True)
    )
    return _facets(rows, chosen)


def _round_storage() -> Case:
    """Count what makers call 1,000 GB and 1,024 GB as one terabyte."""
    same = (When(sku__storage_gb=size, then=Value(shown)) for size, shown in SAME_STORAGE.items())
    return Case(*same, default=F("sku__storage_gb"), output_field=IntegerField())


def _without(offers: QuerySet[Offer], conditions: Mapping[str, Q], facet: str) -> QuerySet[Offer]:
    return offers.filter(*(condition for name, condition in conditions.items() if name != facet)).order_by()


def _branch(
    offers: QuerySet[Offer], facet: str, key: Combinable, label: Combinable, hexcode: Combinable
) -> "QuerySet[Offer, Row]":
    keyed = offers.annotate(facet=Value(facet), key=Coalesce(Cast(key, CharField()), Value("")))
    counted = keyed.values("facet", "key").annotate(
        label=Min(Cast(label, CharField())), hexcode=Min(Cast(hexcode, CharField())), n=Count("product", distinct=True)
    )
    return counted.values_list("facet", "key", "label", "hexcode", "n")


def _range(offers: QuerySet[Offer], facet: str) -> "QuerySet[Offer, Row]":
    keyed = offers.order_by().annotate(facet=Value(facet))
    counted = keyed.values("facet").annotate(
        key=Coalesce(Cast(Min("price_minor"), CharField()), Value("")),
        label=Coalesce(Cast(Max("price_minor"), CharField()), Value("")),
        hexcode=Value(""),
        n=Count("product", distinct=True),
    )
    return counted.values_list("facet", "key", "label", "hexcode", "n")


def _facets(rows: list[Row], chosen: Mapping[str, frozenset[str]]) -> Facets:
    options: dict[str, list[FacetOption]] = {"brand": [], "storage": [], "grade": [], "colour": []}
    low = high = ""
    total = 0
    for facet, key, label, hexcode, count in rows:
        if facet == "price":
            low, high = key, label
        elif facet == "total":
            total = count
        elif key:
            text = size_text(int(key)) if facet == "storage" else label
            options[facet].append(FacetOption(key, text, count, key in chosen[facet], hexcode))
    return Facets(
        brands=sorted(options["brand"], key=lambda option: (-option.count, option.label)),
        storages=sorted(options["storage"], key=lambda option: int(option.value)),
        grades=sorted(options["grade"], key=lambda option: GRADE_ORDER.index(option.value)),
        colours=_colours(options["colour"]),
        low_minor=int(low) if low else None,
        high_minor=int(high) if high else None,
        total=total,
    )


def _colours(options: list[FacetOption]) -> list[FacetOption]:
    """Keep the chosen colours and the most frequent ones."""
    ordered = sorted(options, key=lambda option: (not option.is_chosen, -option.count, option.label))
    chosen = sum(option.is_chosen for option in options)
    return ordered[: max(COLOURS_SHOWN, chosen)]
