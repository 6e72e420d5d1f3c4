"""
Thousands of product models: the demo's own, and invented members of real makers' series.

`series.json` holds a line a series: its name with gaps, launch prices of its models in EUR, the year of each
generation, and price factors of its tiers. Names read like real ones, facts are drawn; nothing of it is a claim.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from catalog.demo.facts import DemoColour, DemoConfiguration, DemoModel, DemoVariant, load_models

LAST_YEAR = 2026
DEAREST_EUR = 2000


class CatalogueTooSmallError(ValueError):
    """The series cannot make the models, versions or listings that were asked for."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An attribute in which a model's versions differ; each step to the next value adds a share to the price."""

    key: str
    values: tuple[str | int, ...]
    counts: tuple[int, ...]
    step: float


@dataclass(frozen=True, slots=True)
class Kind:
    """What models of a kind have in common; ranges are (least, most), `share` as in `catalog/demo/README.md`."""

    axes: tuple[Axis, ...]
    options: Mapping[str, tuple[str, ...]]
    colours: tuple[int, ...]
    screen_in: tuple[float, float] | None
    weight_g: tuple[int, int]
    co2_kg: tuple[float, float]
    share: float
    connectivity: tuple[str, ...]
    os: str | None
    words: Mapping[str, str]


KEYBOARDS = ("azerty-fr", "azerty-be", "qwertz-de", "qwerty-es", "qwerty-it", "qwerty-uk", "qwerty-us", "qwerty-int")
CPUS = (
    "Intel Core i5-6200U", "Intel Core i7-6500U", "Intel Core i5-8250U", "Intel Core i7-8550U", "Intel Core i5-10210U",
    "Intel Core i7-10510U", "Intel Core i5-1135G7", "Intel Core i7-1165G7", "Intel Core i5-1235U",
    "Intel Core i7-1255U", "Intel Core i5-1335U", "Intel Core i7-1355U", "Intel Core Ultra 5 125U",
    "Intel Core Ultra 7 155U",
)  # fmt: skip
STORAGE = (32, 64, 128, 256, 512, 1024)
_CELLULAR = Axis("connectivity", ("wifi", "cellular"), (1, 2), 0.2)
_MEMORY = Axis("memory_gb", (4, 8, 16, 32, 64), (2, 3), 0.1)
_DISK = Axis("storage_gb", (128, 256, 512, 1024, 2048), (2, 3), 0.08)
_CPU = Axis("cpu", CPUS, (2,), 0.12)
_PHONE = Kind(
    (Axis("storage_gb", STORAGE, (2, 3, 4), 0.12),),
    {"sim": ("dual-nano-sim", "nano-sim-esim")},
    (3, 4, 5, 6), (5.2, 6.9), (140, 235), (45, 70), 0.82, ("wifi-6", "bluetooth", "nfc", "usb-c"), "Android",
    {"en": "phone", "fr": "Smartphone"},
)  # fmt: skip
_TABLET = Kind(
    (Axis("storage_gb", STORAGE, (2, 3), 0.14), _CELLULAR), {},
    (2, 3), (7.0, 12.9), (300, 720), (65, 110), 0.84, ("wifi-6", "bluetooth", "usb-c"), "Android",
    {"en": "tablet", "fr": "Tablette"},
)  # fmt: skip
_LAPTOP = Kind(
    (_CPU, _MEMORY, _DISK), {"keyboard": KEYBOARDS},
    (1, 2), (12.5, 17.3), (1050, 2600), (190, 330), 0.78, ("wifi-6", "bluetooth", "usb-c", "hdmi"), "Windows 11",
    {"en": "laptop", "fr": "Ordinateur portable"},
)  # fmt: skip
_DESKTOP = Kind(
    (_CPU, _MEMORY, _DISK), {},
    (1,), None, (1200, 9000), (190, 420), 0.6, ("ethernet", "hdmi", "usb-c"), "Windows 11",
    {"en": "desktop computer", "fr": "Ordinateur de bureau"},
)  # fmt: skip
_WATCH = Kind(
    (Axis("case_size_mm", (40, 41, 42, 44, 45, 46, 47), (1, 2), 0.07),
     Axis("connectivity", ("bluetooth", "cellular"), (1, 2), 0.16)), {},
    (2, 3, 4), (1.1, 1.5), (26, 80), (15, 32), 0.8, ("bluetooth", "gps", "wifi-4"), "Wear OS",
    {"en": "watch", "fr": "Montre connectée"},
)  # fmt: skip
_AUDIO = Kind(
    (), {}, (2, 3, 4, 5), None, (40, 1500), (8, 45), 0.85, ("bluetooth", "usb-c"), None,
    {"en": "audio device", "fr": "Appareil audio"},
)  # fmt: skip
_CONSOLE = Kind(
    (Axis("storage_gb", (32, 64, 500, 1000), (1, 2), 0.12),), {},
    (1, 2), None, (280, 3500), (60, 120), 0.75, ("wifi-5", "bluetooth", "hdmi"), None,
    {"en": "console", "fr": "Console"},
)  # fmt: skip
_READER = Kind(
    (Axis("storage_gb", (4, 8, 16, 32, 64), (2, 3), 0.15),), {},
    (1, 2), (6.0, 10.3), (160, 420), (18, 35), 0.85, ("wifi-5", "usb-c"), None,
    {"en": "e-reader", "fr": "Liseuse"},
)  # fmt: skip
_CAMERA = Kind(
    (Axis("edition", ("body", "kit-18-55", "kit-18-135"), (2, 3), 0.14),), {},
    (1, 2), (3.0, 3.2), (350, 900), (55, 95), 0.85, ("wifi-5", "bluetooth", "hdmi"), None,
    {"en": "camera", "fr": "Appareil photo"},
)  # fmt: skip
_ACTION_CAMERA = Kind(
    (Axis("edition", ("standard", "creator"), (1, 2), 0.25),), {},
    (1, 2), (1.4, 2.3), (110, 190), (20, 28), 0.85, ("wifi-5", "bluetooth", "usb-c"), None,
    {"en": "action camera", "fr": "Caméra d’action"},
)  # fmt: skip
KINDS = {
    "phone": _PHONE,
    "tablet": _TABLET,
    "tablet-pc": _TABLET,
    "laptop": _LAPTOP,
    "desktop": _DESKTOP,
    "watch": _WATCH,
    "audio": _AUDIO,
    "console": _CONSOLE,
    "e-reader": _READER,
    "camera": _CAMERA,
    "action-camera": _ACTION_CAMERA,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A name of a series with its price and year, before its facts are drawn."""

    series: Mapping[str, Any]
    name: str
    price_eur: float
    year: int

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", f"{self.series['brand']} {self.name}".lower()).strip("-")


def scale_models(*, products: int, skus: int, random: Random) -> list[tuple[DemoModel, list[DemoVariant]]]:
    """
    Return this many models with this many variants in all; the demo's models come first, up to a tenth of all.

    :raises CatalogueTooSmallError: the series do not hold as many
    """
    demo = list(load_models())[: products // 10]
    taken = {model.slug for model in demo}
    drafts = [draft for draft in _drafts() if draft.slug not in taken]
    if len(drafts) < products - len(demo):
        raise CatalogueTooSmallError(f"The series hold {len(drafts) + len(demo)} models, not {products}.")
    chosen = random.sample(drafts, products - len(demo))
    models = [*demo, *(_model(draft, random) for draft in chosen)]
    return _with_variants(models, len(demo), skus, random)


def _with_variants(
    models: Sequence[DemoModel], whole: int, skus: int, random: Random
) -> list[tuple[DemoModel, list[DemoVariant]]]:
    """Leave out as many versions as are too many: not every finish was sold everywhere. The first `whole` stay so."""
    every = [(model, model.variants()) for model in models]
    surplus = sum(len(variants) for _, variants in every) - skus
    # The first version of each model stays.
    spare = [(place, index) for place in range(whole, len(every)) for index in range(1, len(every[place][1]))]
    if not 0 <= surplus <= len(spare):
        raise CatalogueTooSmallError(f"{len(models)} models come in {surplus + skus} versions, not in {skus}.")
    dropped = set(random.sample(spare, surplus))
    return [
        (model, [variant for index, variant in enumerate(variants) if (place, index) not in dropped])
        for place, (model, variants) in enumerate(every)
    ]


def _drafts() -> Iterator[Draft]:
    seen: set[str] = set()
    for series in json.loads((Path(__file__).parent / "series.json").read_text(encoding="utf-8")):
        for draft in _of_series(series):
            if draft.slug not in seen:
                seen.add(draft.slug)
                yield draft


def _of_series(series: Mapping[str, Any]) -> Iterator[Draft]:
    for model, price in series["models"].items():
        for generation, year in series["generations"].items():
            for tier, factor in series["tiers"].items():
                name = series["name"].format(model=model, generation=generation, tier=tier)
                yield Draft(series, " ".join(name.split()), price * factor, min(year, LAST_YEAR))


def _model(draft: Draft, random: Random) -> DemoModel:
    series, kind = draft.series, KINDS[draft.series["kind"]]
    # How far up its scales a model stands: newer and dearer ones have more of everything.
    height = min(1.0, 0.6 * (draft.year - 2015) / 11 + 0.4 * draft.price_eur / DEAREST_EUR)
    finishes = _finishes(series["category"])
    colours = random.sample(finishes, min(len(finishes), random.choice(kind.colours)))
    weight = round(_between(kind.weight_g, random))
    footprint = round(_between(kind.co2_kg, random), 1)
    screen = round(_between(kind.screen_in, random), 1) if kind.screen_in else None
    fast = ("5g",) if series["kind"] == "phone" and height > 0.4 else ("4g",) if series["kind"] == "phone" else ()
    return DemoModel(
        brand=series["brand"],
        name=draft.name,
        slug=draft.slug,
        category=series["category"],
        family=series["family"],
        launch_year=draft.year,
        launch_month=random.randrange(1, 13),
        configurations=_configurations(kind, draft.price_eur, height, colours, random),
        options=MappingProxyType(
            {key: tuple(random.sample(values, min(len(values), random.randint(2, 5))))
             for key, values in kind.options.items()}
        ),
        colours=tuple(colours),
        screen_in=screen,
        resolution=None,
        battery_mah=random.randrange(3000, 5500, 100) if series["kind"] == "phone" else None,
        soc=None,
        ram_gb=random.choice((4, 6, 8, 12)) if series["kind"] == "phone" else None,
        weight_g=weight,
        os=kind.os,
        connectivity=(*fast, *kind.connectivity),
        co2_new_kg=footprint,
        co2_basis="estimate",
        co2_saved_kg=round(footprint * kind.share * 0.9, 1),
        ewaste_g=weight + 60,
        description=_description(kind, draft, screen),
        popularity=1 + round(40 * random.random() ** 2),
    )  # fmt: skip


def _between(ends: tuple[float, float], random: Random) -> float:
    return random.uniform(*ends)


def _configurations(
    kind: Kind, price_eur: float, height: float, colours: Sequence[DemoColour], random: Random
) -> tuple[DemoConfiguration, ...]:
    versions: list[tuple[dict[str, str | int], float]] = [({}, 1.0)]
    for axis in kind.axes:
        count = random.choice(axis.counts)
        first = round(height * (len(axis.values) - count))
        values = axis.values[first : first + count]
        versions = [
            ({**attributes, axis.key: value}, factor * (1 + axis.step) ** place)
            for attributes, factor in versions
            for place, value in enumerate(values)
        ]
    keys = tuple(colour.key for colour in colours)
    return tuple(
        DemoConfiguration(MappingProxyType(attributes), round(price_eur * factor) * 100, keys)
        for attributes, factor in versions
    )


@cache
def _finishes(category: str) -> list[DemoColour]:
    """Return the finishes that the demo's models of a category came in, each name once."""
    found = {colour.key: colour for model in load_models() if model.category == category for colour in model.colours}
    return sorted(found.values(), key=lambda colour: colour.key)


def _description(kind: Kind, draft: Draft, screen: float | None) -> Mapping[str, str]:
    size = f" {screen:g}″" if screen else ""
    french = f"{kind.words['fr']}{size.replace('.', ',')} de {draft.series['brand']}, sorti en {draft.year}."
    return {"en": f"{draft.series['brand']}’s{size} {kind.words['en']} of {draft.year}.", "fr": french}
