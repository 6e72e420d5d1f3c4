"""
Read one row of a device file: what it says in our words, or the column and the reason for which it is refused.

A row is refused as a whole rather than mended: a wrong capacity would be sold as a fact. Empty optional fields are
fine. The year of a Boavizta row is that of its carbon report and not of the launch, so it is left out.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any, cast

from django.utils.text import slugify

COLUMNS = (
    *("id", "category", "brand", "model", "release_date", "release_year", "storage_gb", "ram_gb", "colours"),
    *("screen_in", "resolution", "battery_mah", "soc", "weight_g", "model_codes", "source"),
)
DATE = re.compile(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
YEAR = re.compile(r"(?:19|20)\d\d")
NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3})?")
RESOLUTION = re.compile(r"\d{2,5}x\d{2,5}")
SOFTWARE_VARIANT = re.compile(r"\[(?:android tv|tablet)\]", re.IGNORECASE)
REPORT_YEARS = "Boavizta"
Search = Callable[[str], re.Match[str] | None]
Rule = tuple[Search, Search, tuple[str, str]]
MAX_VALUES = 24
MAX_CAPACITY_GB = 65_536
LIMITS = {"id": 80, "brand": 80, "model": 160, "soc": 80}


class RowRefusedError(ValueError):
    """A row cannot be taken over: `column` and `reason` say why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DeviceSku:
    key: str
    storage_gb: int | None
    colour: str
    colour_names: Mapping[str, str]
    colour_hex: str

    @property
    def attributes(self) -> dict[str, str | int]:
        found = {"storage_gb": self.storage_gb, "colour": self.colour, "colour_hex": self.colour_hex}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A product model with its SKUs; `category` is a key of our tree, `family` a drawing."""

    source_ref: str
    brand: str
    brand_slug: str
    name: str
    slug: str
    category: str
    family: str
    launch_year: int | None
    launch_month: int | None
    specs: list[dict[str, str | float]]
    skus: list[DeviceSku]


@cache
def _kinds() -> dict[str, Any]:
    kinds: dict[str, Any] = json.loads((Path(__file__).parent / "device_kinds.json").read_text())
    by_kind: dict[str, list[Rule]] = {}
    for rule in kinds["rules"]:
        brand, model = (re.compile(rule[name], re.IGNORECASE).search for name in ("brand", "model"))
        by_kind.setdefault(rule["kind"], []).append((brand, model, (rule["category"], rule["family"])))
    return {"rules": by_kind, "categories": kinds["categories"]}


@cache
def _colours() -> dict[str, dict[str, Any]]:
    colours: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "device_colours.json").read_text())
    return colours


def category_facts(key: str) -> Mapping[str, Any]:
    """Return parent, family, position and names of a category that imports may have to create."""
    facts: Mapping[str, Any] = _kinds()["categories"][key]
    return facts


@lru_cache(maxsize=4096)
def slug_of(text: str) -> str:
    return slugify(text.replace("+", " plus ").replace("&", " and "))


def read_row(raw: Mapping[str, str]) -> DeviceRow:
    """:raises RowRefusedError: the row is malformed or of a kind that the shop does not know"""
    source_ref, brand, name = (_required(raw, column) for column in ("id", "brand", "model"))
    if SOFTWARE_VARIANT.search(name):
        raise RowRefusedError("model", "a software variant of a device, not a device")
    brand_slug, name_slug = _slug("brand", brand), _slug("model", name)
    category, family = _kind(raw["category"].strip().lower(), brand, name)
    year, month = _launch(raw)
    return DeviceRow(
        source_ref=source_ref,
        brand=brand,
        brand_slug=brand_slug,
        name=name,
        slug=(name_slug if f"{name_slug}-".startswith(f"{brand_slug}-") else f"{brand_slug}-{name_slug}")[:150],
        category=category,
        family=family,
        launch_year=year,
        launch_month=month,
        specs=_specs(raw),
        skus=_skus(raw),
    )


def _text(raw: Mapping[str, str], column: str) -> str:
    text = " ".join(raw[column].split())
    if not text.isprintable():
        raise RowRefusedError(column, "has characters that cannot be shown")
    if len(text) > LIMITS.get(column, 200):
        raise RowRefusedError(column, f"is longer than {LIMITS.get(column, 200)} characters")
    return text


def _required(raw: Mapping[str, str], column: str) -> str:
    text = _text(raw, column)
    if not text:
        raise RowRefusedError(column, "is empty")
    return text


def _slug(column: str, text: str) -> str:
    slug = slug_of(text)
    if not slug:
        raise RowRefusedError(column, "has no letters or digits that an address can hold")
    return slug


def _kind(kind: str, brand: str, name: str) -> tuple[str, str]:
    if not kind:
        raise RowRefusedError("category", "is empty")
    for is_brand, is_model, found in _kinds()["rules"].get(kind, ()):
        if is_brand(brand) and is_model(name):
            return cast("tuple[str, str]", found)
    raise RowRefusedError("category", f"{kind!r} is not a category of the shop")


def _launch(raw: Mapping[str, str]) -> tuple[int | None, int | None]:
    date, year = raw["release_date"].strip(), raw["release_year"].strip()
    found = DATE.fullmatch(date) if date else None
    if date and not found:
        raise RowRefusedError("release_date", f"{date!r} is no date such as 2020-09 or 2020-09-18")
    if year and not YEAR.fullmatch(year):
        raise RowRefusedError("release_year", f"{year!r} is no year")
    if found:
        return int(found[1]), int(found[2]) if found[2] else None
    return (int(year), None) if year and not raw["source"].startswith(REPORT_YEARS) else (None, None)


def _values(raw: Mapping[str, str], column: str) -> list[str]:
    if not raw[column]:
        return []
    values = list(dict.fromkeys(value.strip() for value in raw[column].split("|") if value.strip()))
    if len(values) > MAX_VALUES and column != "model_codes":
        raise RowRefusedError(column, f"has more than {MAX_VALUES} values")
    return values


def _numbers(raw: Mapping[str, str], column: str, *, highest: float) -> list[float]:
    numbers: list[float] = []
    for value in _values(raw, column):
        if not NUMBER.fullmatch(value) or not 0 < float(value) <= highest:
            raise RowRefusedError(column, f"{value!r} is no number above 0 and up to {highest:g}")
        numbers.append(float(value))
    return numbers


def _specs(raw: Mapping[str, str]) -> list[dict[str, str | float]]:
    resolution = raw["resolution"].strip().lower()
    if resolution and not RESOLUTION.fullmatch(resolution):
        raise RowRefusedError("resolution", f"{resolution!r} is no resolution such as 1170x2532")
    numbers = {
        "screen_in": _numbers(raw, "screen_in", highest=120),
        "battery_mah": _numbers(raw, "battery_mah", highest=200_000),
        "ram_gb": _numbers(raw, "ram_gb", highest=4096),
        "weight_g": _numbers(raw, "weight_g", highest=500_000),
    }
    texts: dict[str, str | float] = {key: _written(values) for key, values in numbers.items()}
    if numbers["ram_gb"] and not isinstance(texts["ram_gb"], int):
        texts["ram_gb"] = f"{texts['ram_gb']} GB"
    texts |= {"resolution": resolution, "soc": _text(raw, "soc"), "model_codes": ", ".join(_codes(raw))}
    order = ("screen_in", "resolution", "soc", "ram_gb", "battery_mah", "weight_g", "model_codes")
    return [{"key": key, "value": texts[key]} for key in order if texts[key]]


def _written(values: list[float]) -> str | float:
    """Keep one number as a number; several become a text."""
    if len(values) != 1:
        return ", ".join(f"{value:g}" for value in values)
    return int(values[0]) if values[0].is_integer() else values[0]


def _codes(raw: Mapping[str, str]) -> list[str]:
    codes = _values(raw, "model_codes")
    if not all(code.isprintable() for code in codes):
        raise RowRefusedError("model_codes", "has characters that cannot be shown")
    return codes[:MAX_VALUES]


def _skus(raw: Mapping[str, str]) -> list[DeviceSku]:
    """Return a SKU for each capacity and colour; one without either where the file knows none."""
    sizes = _numbers(raw, "storage_gb", highest=MAX_CAPACITY_GB)
    if any(not size.is_integer() for size in sizes):
        raise RowRefusedError("storage_gb", "has a part of a gigabyte")
    storages: list[int | None] = [int(size) for size in sizes] or [None]
    names: list[str] = [_colour_name(value) for value in _values(raw, "colours")] or [""]
    return [_sku(storage, name) for storage, name in product(storages, names)]


def _colour_name(text: str) -> str:
    if not text.isprintable() or not slug_of(text) or len(slug_of(text)) > 40:
        raise RowRefusedError("colours", f"{text!r} is no colour")
    return text


def _sku(storage: int | None, colour_name: str) -> DeviceSku:
    colour = _colour(colour_name)
    parts = [f"colour={colour['key']}"] if colour_name else []
    parts += [f"storage_gb={storage}"] if storage else []
    return DeviceSku("|".join(parts) or "standard", storage, colour["key"], colour["names"], colour["hex"])


def _colour(name: str) -> dict[str, Any]:
    if not name:
        return {"key": "", "names": {}, "hex": ""}
    return _colours().get(name.lower()) or {"key": slug_of(name), "names": {"en": name}, "hex": ""}
