"""Facts of the house in words: what grades mean, what is tested, how specifications read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backmarket.core.devices import FAMILIES_BY_KEY
from backmarket.core.money import Money
from catalog.rules.attributes import size_text
from catalog.rules.price_history import PricePoint
from catalog.selectors.pages.picker import Choice
from catalog.selectors.pages.product import Deal

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# The 31 tests of every device, by what they look at.
_TESTS: "tuple[tuple[StrPromise, tuple[StrPromise, ...]], ...]" = (
    (
        gettext_lazy("Screen"),
        (
            gettext_lazy("Every pixel lights"),
            gettext_lazy("Even brightness"),
            gettext_lazy("Touch on the whole surface"),
            gettext_lazy("Brightness sensor"),
            gettext_lazy("No burn-in"),
        ),
    ),
    (
        gettext_lazy("Battery and power"),
        (
            gettext_lazy("Capacity read and written down"),
            gettext_lazy("Charging by cable"),
            gettext_lazy("Charging without cable"),
            gettext_lazy("Temperature under load"),
            gettext_lazy("Standby drain"),
        ),
    ),
    (
        gettext_lazy("Cameras"),
        (
            gettext_lazy("Every lens focuses"),
            gettext_lazy("Photo and film"),
            gettext_lazy("Flash"),
            gettext_lazy("Front camera"),
            gettext_lazy("No dust inside"),
        ),
    ),
    (
        gettext_lazy("Sound"),
        (
            gettext_lazy("Loudspeakers"),
            gettext_lazy("Earpiece"),
            gettext_lazy("Every microphone"),
            gettext_lazy("Vibration"),
        ),
    ),
    (
        gettext_lazy("Connections"),
        (
            gettext_lazy("Wi-Fi"),
            gettext_lazy("Bluetooth"),
            gettext_lazy("Mobile network and SIM"),
            gettext_lazy("Positioning"),
            gettext_lazy("Contactless chip"),
            gettext_lazy("Every socket"),
        ),
    ),
    (
        gettext_lazy("Body and unlocking"),
        (
            gettext_lazy("Every button"),
            gettext_lazy("Fingerprint or face"),
            gettext_lazy("Motion sensors"),
        ),
    ),
    (
        gettext_lazy("History"),
        (
            gettext_lazy("Not reported lost or stolen"),
            gettext_lazy("No account or operator lock"),
            gettext_lazy("All data wiped"),
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class Tests:
    """The tests by subject; one object, which fragments can be kept for."""

    subjects: "tuple[tuple[StrPromise, tuple[StrPromise, ...]], ...]"


TESTS = Tests(_TESTS)


@dataclass(frozen=True, slots=True)
class GradeFacts:
    key: str
    name: "StrPromise"
    what: "StrPromise"
    sight: "StrPromise"
    screen: "StrPromise"
    body: "StrPromise"


GRADES = (
    GradeFacts(
        "premium",
        gettext_lazy("Premium"),
        gettext_lazy("Flawless. Only genuine parts, battery included."),
        gettext_lazy("Premium allows no marks"),
        gettext_lazy("No mark, lit or dark."),
        gettext_lazy("No mark from any angle."),
    ),
    GradeFacts(
        "excellent",
        gettext_lazy("Excellent"),
        gettext_lazy("Marks you cannot see at 20 cm."),
        gettext_lazy("Excellent: nothing to see from here"),
        gettext_lazy("No mark that can be seen when it is lit."),
        gettext_lazy("Fine marks that vanish at 20 cm."),
    ),
    GradeFacts(
        "good",
        gettext_lazy("Good"),
        gettext_lazy("Light marks you cannot see at 50 cm."),
        gettext_lazy("Drawn with the marks that Good allows"),
        gettext_lazy("Fine scratches that vanish when it is lit."),
        gettext_lazy("Light scratches that vanish at 50 cm."),
    ),
    GradeFacts(
        "fair",
        gettext_lazy("Fair"),
        gettext_lazy("Visible scratches or dents. Same insides."),
        gettext_lazy("Drawn with the marks that Fair allows"),
        gettext_lazy("Scratches that can be seen; none gets in the way of reading."),
        gettext_lazy("Scratches and small dents that can be seen; no cracks."),
    ),
)

REPAIRABILITY = "repairability"
SPEC_NAMES = {
    "screen_in": gettext_lazy("Screen"),
    "resolution": gettext_lazy("Resolution"),
    "battery_mah": gettext_lazy("Battery when new"),
    "soc": gettext_lazy("Chip"),
    "cpu": gettext_lazy("Processor"),
    "ram_gb": pgettext_lazy("specification", "Memory"),
    "weight_g": gettext_lazy("Weight"),
    "os": gettext_lazy("System"),
    "connectivity": gettext_lazy("Connections"),
    "water_resistance": gettext_lazy("Water resistance"),
    "model_codes": gettext_lazy("Model numbers"),
    REPAIRABILITY: gettext_lazy("Repairability"),
}
SPEC_UNITS = {"screen_in": "″", "battery_mah": " mAh", "weight_g": " g"}
SPEC_WORDS = {
    "5g": "5G",
    "4g": "4G",
    "3g": "3G",
    "wifi": "Wi-Fi",
    "wifi-4": "Wi-Fi 4",
    "wifi-5": "Wi-Fi 5",
    "wifi-6": "Wi-Fi 6",
    "wifi-6e": "Wi-Fi 6E",
    "wifi-7": "Wi-Fi 7",
    "bluetooth": "Bluetooth",
    "nfc": "NFC",
    "uwb": "UWB",
    "usb-c": "USB-C",
    "lightning": "Lightning",
    "thunderbolt": "Thunderbolt",
    "hdmi": "HDMI",
    "ethernet": "Ethernet",
    "gps": "GPS",
    "usb-a": "USB-A",
    "displayport": "DisplayPort",
    "jack": "3.5 mm",
    "thunderbolt-2": "Thunderbolt 2",
}


def grades() -> Sequence[GradeFacts]:
    return GRADES


def has_front(family: str) -> bool:
    """Tell whether a family is drawn from both sides."""
    drawn = FAMILIES_BY_KEY.get(family)
    return drawn is not None and bool(drawn.front)


def is_phone(family: str) -> bool:
    """Tell whether a family is drawn as a phone, of whose back a corner can be shown up close."""
    drawn = FAMILIES_BY_KEY.get(family)
    return drawn is not None and drawn.is_phone


@dataclass(frozen=True, slots=True)
class GradeLook:
    """A grade beside the others: what it is, what it allows, and its price for the chosen version."""

    facts: GradeFacts
    choice: Choice


def grade_looks(choices: Sequence[Choice]) -> list[GradeLook]:
    """Pair the grades with the choices of the picker, which come in the same order."""
    return [GradeLook(grade, choice) for grade, choice in zip(GRADES, choices, strict=True)]


@dataclass(frozen=True, slots=True)
class Repairability:
    """A published index of how well a device can be repaired: `score` of `scale`, and who says so."""

    score: Decimal
    scale: int
    source: str

    @property
    def percent(self) -> int:
        return int(100 * self.score / self.scale)


def repairability(specs: Sequence[Mapping[str, Any]]) -> Repairability | None:
    """Return a product's repairability where the catalogue knows it."""
    value = next((spec["value"] for spec in specs if spec.get("key") == REPAIRABILITY), None)
    if not isinstance(value, dict):
        return None
    return Repairability(Decimal(str(value["score"])), int(value["scale"]), str(value["source"]))


def spec_rows(specs: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Write a product's specifications as name and value; what is unknown is left out."""
    return [
        (spec_name(spec["key"]), spec_text(spec["key"], spec["value"]))
        for spec in specs
        if spec.get("key") and spec.get("value") and spec["key"] != REPAIRABILITY
    ]


def spec_name(key: str) -> str:
    return str(SPEC_NAMES.get(key, key))


def spec_text(key: str, value: object) -> str:
    """Write one specification's value for people."""
    if isinstance(value, dict):
        return f"{number_format(Decimal(str(value['score'])), decimal_pos=1)} / {value['scale']}"
    if isinstance(value, list):
        return ", ".join(SPEC_WORDS.get(str(word), str(word)) for word in value)
    if key == "ram_gb" and isinstance(value, int):
        return size_text(value)
    text = number_format(Decimal(f"{value:g}")) if isinstance(value, float) else str(value)
    if key == "resolution":
        text = text.replace("x", " × ")
    if key == "connectivity":
        return ", ".join(SPEC_WORDS.get(word.strip(), word.strip()) for word in text.split(","))
    return text + SPEC_UNITS.get(key, "")


@dataclass(frozen=True, slots=True)
class Chart:
    """A price over time as an svg path of 600 × 180; `spoken` says the same in words."""

    line: str
    area: str
    end_y: int
    low: Money
    low_y: int
    high: Money
    high_y: int
    since: datetime
    spoken: str


WIDTH, TOP, BOTTOM, LEFT = 600, 24, 150, 64
SHOWN = timedelta(days=120)


def price_chart(deal: Deal, now: datetime) -> Chart | None:
    """Draw what the offer cost; None while it has had one price only."""
    points = _visible(deal.points, now)
    if len({point.price_minor for point in points}) < 2:
        return None
    currency = deal.price.currency
    low = min(point.price_minor for point in points)
    high = max(point.price_minor for point in points)
    start = points[0].from_at
    span = max((now - start).total_seconds(), 1.0)

    def x(at: datetime) -> int:
        return LEFT + round((WIDTH - LEFT) * (at - start).total_seconds() / span)

    def y(price_minor: int) -> int:
        return BOTTOM - round((BOTTOM - TOP) * (price_minor - low) / (high - low))

    line = f"M{x(start)} {y(points[0].price_minor)}"
    for point in points[1:]:
        line += f"H{x(point.from_at)}V{y(point.price_minor)}"
    line += f"H{WIDTH}"
    return Chart(
        line=line,
        area=f"{line}V{BOTTOM + 30}H{LEFT}Z",
        end_y=y(points[-1].price_minor),
        low=Money(low, currency),
        low_y=y(low),
        high=Money(high, currency),
        high_y=y(high),
        since=start,
        spoken=_("Between %(low)s and %(high)s, now %(price)s")
        % {
            "low": Money(low, currency).format(),
            "high": Money(high, currency).format(),
            "price": deal.price.format(),
        },
    )


def _visible(points: Sequence[PricePoint], now: datetime) -> list[PricePoint]:
    """Keep the last months; a price from before them holds at their start."""
    since = now - SHOWN
    before = [point for point in points if point.from_at < since]
    within = [point for point in points if point.from_at >= since]
    return [*(PricePoint(point.price_minor, since) for point in before[-1:]), *within]
