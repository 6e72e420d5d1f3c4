"""What the shop promises of every device, and what using one again saves, each with where the figure comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import ProductModel
from catalog.rules.footprint import water_saved_litres


@dataclass(frozen=True, slots=True)
class Saving:
    """What a device in use again spares against a new one: whole `unit`s, in words, and who says so."""

    key: str
    amount: int
    unit: str
    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One figure that holds for every device."""

    key: str
    amount: int
    unit: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class BatteryPromise:
    """Per cent of the first capacity: what a battery holds at least, and what sellers are asked for."""

    minimum_percent: int
    asked_percent: int
    title: str
    text: str
    source: str


def savings_of(product: ProductModel) -> list[Saving]:
    """Return what is known to be saved; what no figure was published for is left out."""
    known = (_co2(product.co2_saved_g), _waste(product.ewaste_saved_g), _water(water_saved_litres(product.family)))
    return [saving for saving in known if saving is not None]


def battery_promise(specs: Sequence[Mapping[str, Any]]) -> BatteryPromise | None:
    """Return what is promised of the battery where a device is known to have one."""
    return _battery() if any(spec.get("key") == "battery_mah" for spec in specs) else None


def promises() -> list[Promise]:
    """Return what holds for every device, whoever sells it."""
    battery = _battery()
    return [
        Promise(
            "warranty",
            12,
            "month",
            _("Warranty, at least"),
            _(
                "Counted from delivery. Repair or replacement first, then your money. The clock stops while it is in"
                " repair."
            ),
        ),
        Promise(
            "returns",
            30,
            "day",
            _("To change your mind"),
            _(
                "Counted from delivery, and moved past weekends and holidays. Bought in late November or December:"
                " until 31 January."
            ),
        ),
        Promise(
            "tests",
            31,
            "test",
            _("Passed, and written down"),
            _("The same for every grade, and written down for each device."),
        ),
        Promise("battery", battery.minimum_percent, "percent", battery.title, battery.text),
        Promise("money_held", 7, "day", _("Your money is held until it has been dispatched for 7 days")),
    ]


def _battery() -> BatteryPromise:
    return BatteryPromise(
        minimum_percent=80,
        asked_percent=85,
        # The doubled signs are those of the templates' texts.
        title=_("Battery, 80%% or more") % (),
        text=_(
            "It holds at least four fifths of what it held when new. We ask sellers for 85%%; if yours reads below"
            " 80%%, you get a new battery or your money back."
        )
        % (),
        source=_("Read from each device before it is sent, and written down"),
    )


def _co2(grams: int | None) -> Saving | None:
    if not grams:
        return None
    return Saving(
        key="co2",
        amount=grams,
        unit="g",
        title=_("CO₂ not emitted"),
        text=_("What making and transporting a new one emits, less a tenth for parts, testing and the trip to you."),
        source=_("Estimate from the maker’s carbon report, or from reports on devices like it"),
    )


def _waste(grams: int | None) -> Saving | None:
    if not grams:
        return None
    return Saving(
        key="ewaste",
        amount=grams,
        unit="g",
        title=_("Waste not made"),
        text=_("Of device, charger and cable that stay in use instead of in a drawer or the bin."),
        source=_("Weights as published by the maker"),
    )


def _water(litres: int | None) -> Saving | None:
    if not litres:
        return None
    return Saving(
        key="water",
        amount=litres,
        unit="l",
        title=_("Water not used"),
        text=_(
            "From ore to assembly, a smartphone takes nearly 13,000 litres; a tenth is taken off for parts and testing."
        ),
        source=_("Estimate: Friends of the Earth and Trucost, “Mind your step”, 2015"),
    )
