"""The filters beside a grid: what can be chosen, in words, with how many products each choice leaves."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from catalog.enums import GRADE_ORDER, Grade
from catalog.rules.attributes import size_text
from catalog.rules.facets import MINOR_UNITS, PRICE_STEPS, SHOWN
from catalog.search.requests import SearchHits, SearchRequest
from catalog.selectors.names import names

MOST_OPTIONS = 40
LOOKED_AT = 2 * MOST_OPTIONS
# Of these one choice says everything: whoever takes two days takes three.
SINGLE = frozenset({"days", "rating"})
PLAIN_COLOURS = {
    "black": "#1f1f1f",
    "grey": "#8a8a8a",
    "silver": "#cfd2d4",
    "white": "#f7f7f5",
    "blue": "#3f6fb5",
    "green": "#5b8a67",
    "red": "#b3262e",
    "pink": "#eab8c2",
    "purple": "#8d7bb0",
    "yellow": "#efd45a",
    "gold": "#d9c39a",
    "orange": "#e07a3c",
    "brown": "#7a5a44",
    "beige": "#e3d7c3",
}


@dataclass(frozen=True, slots=True)
class FacetOption:
    """`hex` is a colour's; a chosen option may have come to count nothing."""

    value: str
    label: str
    count: int
    is_chosen: bool
    hex: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of options; of a single one only one can be chosen."""

    key: str
    title: str
    options: tuple[FacetOption, ...]
    is_chosen: bool
    is_single: bool


@dataclass(frozen=True, slots=True)
class PriceBar:
    """A bucket of prices; the last one has no upper end. `is_inside` what was chosen."""

    from_minor: int
    to_minor: int | None
    count: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """`groups` in reading order, only those with a choice; prices are the range that the others leave."""

    groups: list[Facet]
    histogram: list[PriceBar]
    low_minor: int | None
    high_minor: int | None
    total: int

    def group(self, key: str) -> Facet | None:
        return next((group for group in self.groups if group.key == key), None)


def facets_of(hits: SearchHits, request: SearchRequest) -> Facets:
    """Say in the active language what can be chosen; no query once the names are read."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for value, count in hits.counts.items():
        facet, _colon, key = value.partition(":")
        counts[facet][key] = count
    titles = _titles()
    groups = [
        Facet(key, titles[key], options, is_chosen=bool(request.chosen.get(key)), is_single=key in SINGLE)
        for key in SHOWN
        if key != "price" and (options := _options(key, counts[key], request.chosen.get(key, ()), hits.total))
    ]
    return Facets(
        groups=groups,
        histogram=_histogram(counts["price"], request),
        low_minor=hits.low_minor,
        high_minor=hits.high_minor,
        total=hits.total,
    )


def _titles() -> dict[str, str]:
    return {
        "grade": _("Grade"),
        "brand": _("Brand"),
        "model": _("Model"),
        "storage": _("Storage"),
        "memory": _("Memory"),
        "colour": _("Colour"),
        "screen": _("Screen size"),
        "days": _("Delivery"),
        "rating": _("Seller rating"),
        "lock": _("Carrier lock"),
        "feature": _("Features"),
    }


def _options(facet: str, counts: Mapping[str, int], chosen: Sequence[str], total: int) -> tuple[FacetOption, ...]:
    """Return the options worth showing: none where there is nothing to choose between."""
    label, place = LABELS[facet], PLACES.get(facet, _by_count)
    known = _most(counts, label)
    is_idle = all(count == total for count in known.values()) if facet in SINGLE else len(known) < 2
    if is_idle and not chosen:
        return ()
    found = {**dict.fromkeys((key for key in chosen if label(key)), 0), **known}
    options = [
        FacetOption(key, label(key), count, key in chosen, PLAIN_COLOURS.get(key, "") if facet == "colour" else "")
        for key, count in found.items()
    ]
    kept = sorted(options, key=lambda option: (not option.is_chosen, -option.count, option.label))[:MOST_OPTIONS]
    return tuple(sorted(kept, key=place))


def _most(counts: Mapping[str, int], label: Callable[[str], str]) -> dict[str, int]:
    """Return the values with a name, where there are very many those that count most: naming all takes long."""
    if len(counts) <= LOOKED_AT:
        return {key: count for key, count in counts.items() if label(key)}
    most = heapq.nlargest(LOOKED_AT, counts.items(), key=lambda item: (item[1], item[0]))
    return {key: count for key, count in most if label(key)}


def _by_count(option: FacetOption) -> tuple[float, str]:
    return -option.count, option.label


def _by_number(option: FacetOption) -> tuple[float, str]:
    return float(option.value), ""


def _by_number_down(option: FacetOption) -> tuple[float, str]:
    return -float(option.value), ""


def _by_grade(option: FacetOption) -> tuple[float, str]:
    return GRADE_ORDER.index(option.value), ""


PLACES: dict[str, Callable[[FacetOption], tuple[float, str]]] = {
    "grade": _by_grade,
    "storage": _by_number,
    "memory": _by_number,
    "screen": _by_number,
    "days": _by_number,
    "rating": _by_number_down,
}


def _grade(key: str) -> str:
    return str(Grade(key).label) if key in GRADE_ORDER else ""


def _size(key: str) -> str:
    return size_text(int(key)) if key.isdigit() else ""


def _colour(key: str) -> str:
    names = {
        "black": pgettext("colour", "Black"),
        "grey": pgettext("colour", "Grey"),
        "silver": pgettext("colour", "Silver"),
        "white": pgettext("colour", "White"),
        "blue": pgettext("colour", "Blue"),
        "green": pgettext("colour", "Green"),
        "red": pgettext("colour", "Red"),
        "pink": pgettext("colour", "Pink"),
        "purple": pgettext("colour", "Purple"),
        "yellow": pgettext("colour", "Yellow"),
        "gold": pgettext("colour", "Gold"),
        "orange": pgettext("colour", "Orange"),
        "brown": pgettext("colour", "Brown"),
        "beige": pgettext("colour", "Beige"),
    }
    return names.get(key, "")


def _screen(key: str) -> str:
    try:
        low = float(key)
    except ValueError:
        return ""
    return f"{low:g}″" if low >= 8 else f"{low:g}–{low + 0.4:g}″"


def _days(key: str) -> str:
    if not key.isdigit():
        return ""
    return ngettext("within %(days)s working day", "within %(days)s working days", int(key)) % {"days": key}


def _rating(key: str) -> str:
    try:
        float(key)
    except ValueError:
        return ""
    return _("%(stars)s and up") % {"stars": key}


def _lock(key: str) -> str:
    return _("Unlocked") if key == "unlocked" else _("Locked to %(carrier)s") % {"carrier": key.title()}


def _feature(key: str) -> str:
    names = {
        "5g": "5G",
        "nfc": "NFC",
        "wifi-6": "Wi-Fi 6",
        "usb-c": "USB-C",
        "gps": "GPS",
        "hdmi": "HDMI",
        "ethernet": "Ethernet",
        "jack": _("Headphone socket"),
        "uwb": "UWB",
        "water": _("Water resistant"),
    }
    return names.get(key, "")


LABELS: dict[str, Callable[[str], str]] = {
    "grade": _grade,
    "brand": lambda key: names().brands.get(key, ""),
    "model": lambda key: names().models.get(key, ""),
    "storage": _size,
    "memory": _size,
    "colour": _colour,
    "screen": _screen,
    "days": _days,
    "rating": _rating,
    "lock": _lock,
    "feature": _feature,
}


def label_of(facet: str, value: str) -> str:
    """Name a value for people; nothing for one that does not exist."""
    return LABELS[facet](value)


def _histogram(counts: Mapping[str, int], request: SearchRequest) -> list[PriceBar]:
    """Return the buckets from the first to the last that holds anything."""
    places = sorted(int(place) for place in counts if place.isdigit())
    if not places:
        return []
    return [_bar(place, counts.get(str(place), 0), request) for place in range(places[0], places[-1] + 1)]


def _bar(place: int, count: int, request: SearchRequest) -> PriceBar:
    low = PRICE_STEPS[place] * MINOR_UNITS
    high = PRICE_STEPS[place + 1] * MINOR_UNITS if place + 1 < len(PRICE_STEPS) else None
    above = request.price_from_minor is None or high is None or high > request.price_from_minor
    below = request.price_to_minor is None or low <= request.price_to_minor
    return PriceBar(low, high, count, above and below)
