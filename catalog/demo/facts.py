"""
Typed facts of the demo shop: devices, categories and sellers.

The files beside this module hold what does not change from run to run; the
seed turns it into rows. Loading checks every cross-reference, so that a wrong
key fails here with its name and not later inside a bulk insert.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

from backmarket.core.devices import FAMILIES_BY_KEY

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr", "de", "es", "it", "nl")
ATTRIBUTE_KEYS = frozenset(
    (
        *("storage_gb", "memory_gb", "cpu", "screen_in", "colour", "colour_hex"),
        *("connectivity", "sim", "keyboard", "case_size_mm", "case_material", "edition"),
    )
)
_HEX = re.compile(r"#[0-9a-f]{6}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Attributes = Mapping[str, str | int]


class DemoFactsError(ValueError):
    """A demo file names something that does not exist or has an odd shape."""


@dataclass(frozen=True, slots=True)
class DemoColour:
    key: str
    names: Mapping[str, str]
    hex: str


@dataclass(frozen=True, slots=True)
class DemoConfiguration:
    """A version sold at launch; `colour_keys` lists the finishes it came in."""

    attributes: Attributes
    price_minor: int
    colour_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoVariant:
    """One SKU: `attributes` holds everything that tells it from the others."""

    attributes: Attributes
    colour: DemoColour
    new_price_minor: int


@dataclass(frozen=True, slots=True)
class DemoModel:
    """
    One product model with what its maker published.

    Prices are EUR minor units including tax at launch. `options` are the
    choices that did not change the price, such as the keyboard layout.
    """

    brand: str
    name: str
    slug: str
    category: str
    family: str
    launch_year: int
    launch_month: int
    configurations: tuple[DemoConfiguration, ...]
    options: Mapping[str, tuple[str, ...]]
    colours: tuple[DemoColour, ...]
    screen_in: float | None
    resolution: str | None
    battery_mah: int | None
    soc: str | None
    ram_gb: int | None
    weight_g: int
    os: str | None
    connectivity: tuple[str, ...]
    co2_new_kg: float
    co2_basis: str
    co2_saved_kg: float
    ewaste_g: int
    description: Mapping[str, str]
    popularity: int

    def variants(self) -> list[DemoVariant]:
        """
        List every SKU of the model, in the order of the file.

        Configurations times finishes times options. An option that a
        configuration already fixes (a phone sold as 4G and as 5G) is not
        multiplied again.
        """
        return list(self._variants())

    def _variants(self) -> Iterator[DemoVariant]:
        colours = {colour.key: colour for colour in self.colours}
        for configuration in self.configurations:
            free = {key: values for key, values in self.options.items() if key not in configuration.attributes}
            for colour_key, *chosen in product(configuration.colour_keys, *free.values()):
                colour = colours[colour_key]
                attributes: dict[str, str | int] = dict(configuration.attributes)
                attributes |= {"colour": colour.key, "colour_hex": colour.hex}
                attributes |= dict(zip(free, chosen, strict=True))
                yield DemoVariant(MappingProxyType(attributes), colour, configuration.price_minor)


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """A node of the category tree; parents come before their children."""

    key: str
    parent: str | None
    slug: str
    order: int
    family: str
    names: Mapping[str, str]
    guide: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoSeller:
    """An invented refurbisher; `history_days` says how long it has sold here."""

    name: str
    slug: str
    legal_name: str
    legal_form: str
    street: str
    postcode: str
    city: str
    country: str
    vat_number: str
    register_number: str
    tax_scheme: str
    home_market: str
    markets: tuple[str, ...]
    quality: float
    founded: int
    history_days: int
    handling_hours: int
    return_carrier: str
    specialities: tuple[str, ...]


def load_guides() -> dict[str, dict[str, str]]:
    """Read the buying guides: language, category, text; a file a language, `# key` before each category's."""
    found = {}
    for language in LANGUAGES:
        _, *parts = re.split(
            r"^# ([a-z0-9-]+)$", (FOLDER / "guides" / f"{language}.md").read_text(), flags=re.MULTILINE
        )
        found[language] = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    return found


@cache
def load_categories() -> tuple[DemoCategory, ...]:
    """
    Read the category tree, parents first.

    :raises DemoFactsError: a parent or a picture is unknown
    """
    guides = load_guides()
    categories = tuple(
        DemoCategory(**row, guide={language: texts[row["key"]] for language, texts in guides.items()})
        for row in read("categories.json")
    )
    seen: set[str] = set()
    for category in categories:
        _require(category.parent is None or category.parent in seen, f"{category.key}: no parent {category.parent}")
        _require(category.family in FAMILIES_BY_KEY, f"{category.key}: no device family {category.family}")
        _require(category.key not in seen, f"{category.key}: twice")
        seen.add(category.key)
    return categories


@cache
def load_models() -> tuple[DemoModel, ...]:
    """
    Read every product model, the most popular first.

    :raises DemoFactsError: a category, picture, finish or attribute is unknown, or a slug occurs twice
    """
    files = sorted((FOLDER / "models").glob("*.json"))
    models = [_model(row) for file in files for row in read(f"models/{file.name}")]
    categories = {category.key for category in load_categories()}
    slugs: set[str] = set()
    for model in models:
        _check_model(model, categories)
        _require(model.slug not in slugs, f"{model.slug}: slug occurs twice")
        slugs.add(model.slug)
    return tuple(sorted(models, key=lambda model: (-model.popularity, model.slug)))


@cache
def load_repairability() -> Mapping[str, Mapping[str, str | float]]:
    """
    Read the published repairability of models by slug, as their specification holds it.

    :raises DemoFactsError: a model is unknown or a score is off its scale
    """
    rows = read("repairability.json")
    slugs = {model.slug for model in load_models()}
    found = {}
    for slug, score in rows["scores"].items():
        _require(slug in slugs, f"{slug}: repairability of no model")
        _require(0 < score <= rows["scale"], f"{slug}: repairability {score} is off its scale")
        found[slug] = {"score": score, "scale": rows["scale"], "source": rows["source"]}
    return MappingProxyType(found)


@cache
def load_sellers() -> tuple[DemoSeller, ...]:
    """Read the invented sellers, in the order of the file."""
    return tuple(
        DemoSeller(**row | {"markets": tuple(row["markets"]), "specialities": tuple(row["specialities"])})
        for row in read("sellers.json")
    )


def read(name: str) -> Any:
    """Read one demo file."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _model(row: dict[str, Any]) -> DemoModel:
    colours = tuple(DemoColour(**colour) for colour in row["colours"])
    every_colour = [colour.key for colour in colours]
    configurations = tuple(
        DemoConfiguration(
            attributes=MappingProxyType(entry["attributes"]),
            price_minor=entry["price_minor"],
            colour_keys=tuple(entry.get("colours", every_colour)),
        )
        for entry in row["configurations"]
    )
    return DemoModel(
        **row
        | {
            "colours": colours,
            "configurations": configurations,
            "options": MappingProxyType({key: tuple(values) for key, values in row["options"].items()}),
            "connectivity": tuple(row["connectivity"]),
        }
    )


def _check_model(model: DemoModel, categories: set[str]) -> None:
    _require(_SLUG.fullmatch(model.slug) is not None, f"{model.slug}: not a slug")
    _require(model.category in categories, f"{model.slug}: no category {model.category}")
    _require(model.family in FAMILIES_BY_KEY, f"{model.slug}: no device family {model.family}")
    finishes = {colour.key for colour in model.colours}
    for colour in model.colours:
        _require(_HEX.fullmatch(colour.hex) is not None, f"{model.slug}: {colour.key} has no hex colour")
        _require(set(colour.names) == set(LANGUAGES), f"{model.slug}: {colour.key} lacks a language")
    for configuration in model.configurations:
        keys = set(configuration.attributes) | set(model.options)
        _require(keys <= ATTRIBUTE_KEYS, f"{model.slug}: unknown attributes {sorted(keys - ATTRIBUTE_KEYS)}")
        _require(set(configuration.colour_keys) <= finishes, f"{model.slug}: a version names an unknown finish")
        _require(configuration.price_minor > 0, f"{model.slug}: a version has no price")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise DemoFactsError(message)
