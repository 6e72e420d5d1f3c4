"""What a used device costs: a model of age, kind and grade, with a seller's own hand in it."""

import math
from dataclasses import dataclass
from datetime import date

# How much of the launch price is left when young, and how fast it melts a year, by kind of device.
CURVES = {
    "smartphones": (0.80, 0.27),
    "iphones": (0.84, 0.215),
    "tablets": (0.82, 0.23),
    "laptops": (0.78, 0.25),
    "macbooks": (0.84, 0.20),
    "desktops": (0.78, 0.24),
    "consoles": (0.88, 0.13),
    "watches": (0.76, 0.27),
    "audio": (0.76, 0.24),
    "e-readers": (0.78, 0.16),
    "cameras": (0.86, 0.12),
}
GRADE_FACTORS = {"premium": 1.07, "excellent": 1.0, "good": 0.92, "fair": 0.82}
LEAST_SHARE = 0.06
# Launch prices are in euros with tax; what the other currencies' price tags show for the same device.
CURRENCY_FACTORS = {"EUR": 1.0, "GBP": 0.87, "USD": 0.93}


@dataclass(frozen=True, slots=True)
class PriceInputs:
    category: str
    parent: str | None
    launched: date
    new_price_minor: int
    grade: str


def typical_price_minor(inputs: PriceInputs, today: date) -> float:
    """Return the typical price in EUR minor units: launch price x share left at its age x grade."""
    start, melt = CURVES.get(inputs.category) or CURVES[inputs.parent or "smartphones"]
    years = max(0.0, (today - inputs.launched).days / 365.25)
    share = max(LEAST_SHARE, start * math.exp(-melt * years))
    return inputs.new_price_minor * share * GRADE_FACTORS[inputs.grade]


def price_tag_minor(typical_minor: float, *, hand: float, currency: str) -> int:
    """Round to what sellers write on a price tag: whole units, or .99 below 200; `hand` is the seller's factor."""
    minor = typical_minor * hand * CURRENCY_FACTORS[currency]
    whole = max(9, round(minor / 100)) * 100
    return whole - 1 if whole < 20_000 else whole
