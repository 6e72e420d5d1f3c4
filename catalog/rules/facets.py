"""
What an offer can be filtered by, as strings "facet:value": the same in PostgreSQL, Elasticsearch and addresses.

No database. Some facets are cumulative, so that "at most" and "at least" are plain membership: an offer delivered
in two days carries days:2, days:3, days:5 and days:7; a seller rated 4.6 gives rating:4.5 and rating:4.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DAYS = (2, 3, 5, 7)
RATINGS = ("4.5", "4", "3.5")
MIN_RATINGS = 5
SAME_STORAGE = {1000: 1024, 2000: 2048, 4000: 4096}
# Facets that a page may offer, in reading order; "category", "seller" and "deal" only narrow pages.
SHOWN = (
    "price", "grade", "brand", "model", "storage", "memory", "colour", "screen", "days", "rating", "lock", "feature",
)  # fmt: skip
NARROWING = ("category", "seller", "deal", "finish")
FACETS = (*SHOWN, *NARROWING)
# What all offers of a product share; its versions may differ in the screen.
OF_PRODUCTS = frozenset({"brand", "model", "category", "feature"})
# Lower ends of the price buckets in whole units: each a little wider than the one before.
PRICE_STEPS = (
    0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 225, 250, 275, 300, 330, 360, 400, 440, 480, 520, 560, 600, 650,
    700, 760, 820, 900, 1000, 1100, 1200, 1350, 1500, 1700, 2000, 2400, 3000, 4000, 5000,
)  # fmt: skip
MINOR_UNITS = 100
# Added by elections, which know what the price was before.
REDUCED = "deal:reduced"
FEATURE_WORDS = {
    "5g": "5g",
    "nfc": "nfc",
    "wifi-6": "wifi-6",
    "wifi-6e": "wifi-6",
    "wifi-7": "wifi-6",
    "usb-c": "usb-c",
    "thunderbolt": "usb-c",
    "gps": "gps",
    "hdmi": "hdmi",
    "ethernet": "ethernet",
    "jack": "jack",
    "uwb": "uwb",
}


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What the values of one offer are made of; `colours` are plain colours, `rating_tenths` a seller's rating × 10."""

    brand: str
    model: str
    seller: str
    grade: str
    price_minor: int
    days: int
    categories: Sequence[str] = ()
    storage_gb: int | None = None
    memory_gb: int | None = None
    finish: str = ""
    colours: Iterable[str] = ()
    rating_tenths: int | None = None
    rating_count: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    specs: Sequence[Mapping[str, Any]] = ()


def facet_values(facts: OfferFacts) -> list[str]:
    """Return every value of an offer, sorted and each once."""
    return sorted(
        {
            *product_values(facts),
            *sku_values(facts),
            f"seller:{facts.seller}",
            f"grade:{facts.grade}",
            f"price:{price_bucket(facts.price_minor)}",
            *(f"days:{days}" for days in DAYS if facts.days <= days),
            *_ratings(facts),
        }
    )


def product_values(facts: OfferFacts) -> set[str]:
    """Return the values that all versions of a product share."""
    specs = {str(spec.get("key")): spec.get("value") for spec in facts.specs}
    return {
        f"brand:{facts.brand}",
        f"model:{facts.model}",
        *(f"category:{key}" for key in facts.categories),
        *screen_values(facts.attributes.get("screen_in") or specs.get("screen_in")),
        *product_features(specs),
    }


def sku_values(facts: OfferFacts) -> set[str]:
    """Return the values of one version."""
    values = {f"colour:{colour}" for colour in facts.colours}
    if facts.storage_gb:
        values.add(f"storage:{round_storage(facts.storage_gb)}")
    if facts.memory_gb:
        values.add(f"memory:{facts.memory_gb}")
    if facts.finish:
        values.add(f"finish:{facts.finish}")
    if lock := facts.attributes.get("carrier_lock"):
        values.add(f"lock:{lock}")
    return values


def round_storage(gigabytes: int) -> int:
    """Count what makers call 1,000 GB and 1,024 GB as one terabyte."""
    return SAME_STORAGE.get(gigabytes, gigabytes)


def price_bucket(price_minor: int) -> int:
    """Return the place of the price among PRICE_STEPS."""
    return bisect_right(PRICE_STEPS, price_minor // MINOR_UNITS) - 1


def _ratings(facts: OfferFacts) -> list[str]:
    """A rating counts once a few buyers stand behind it."""
    if facts.rating_tenths is None or facts.rating_count < MIN_RATINGS:
        return []
    return [f"rating:{least}" for least in RATINGS if facts.rating_tenths >= round(10 * float(least))]


def screen_values(inches: Any) -> list[str]:
    """Name the class of a screen by its lower end: half inches up to 8, whole inches from there."""
    if not isinstance(inches, int | float) or inches <= 0:
        return []
    return [f"screen:{int(inches)}"] if inches >= 8 else [f"screen:{int(inches * 2) / 2:g}"]


def product_features(specs: Mapping[str, Any]) -> set[str]:
    """Return the values of what a product can do, by its specifications."""
    connectivity = specs.get("connectivity") or []
    words = connectivity.split(",") if isinstance(connectivity, str) else connectivity
    found = {FEATURE_WORDS[word.strip()] for word in map(str, words) if word.strip() in FEATURE_WORDS}
    if str(specs.get("water_resistance") or "").upper().startswith(("IP67", "IP68", "IPX7", "IPX8", "5 ATM", "5ATM")):
        found.add("water")
    return {f"feature:{word}" for word in found}
