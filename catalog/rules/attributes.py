"""Typed attributes of SKUs: which there are, their types, and how people read them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backmarket.markets.registry import translated

INTEGERS = frozenset({"storage_gb", "memory_gb", "case_size_mm"})
TEXTS = frozenset({"colour", "colour_hex", "cpu", "connectivity", "sim", "keyboard", "case_material", "edition"})
NUMBERS = frozenset({"screen_in"})
# What tells SKUs of a model apart in words, in reading order; the colour's name comes last, from the SKU itself.
LABELLED = (
    "edition",
    "cpu",
    "memory_gb",
    "storage_gb",
    "case_size_mm",
    "case_material",
    "connectivity",
    "sim",
    "keyboard",
)


class AttributeRefusedError(ValueError):
    """An attribute is unknown or of the wrong type."""


def checked(attributes: Mapping[str, object]) -> dict[str, str | int | float]:
    """
    Return the attributes if every key is known and every value has its type.

    :raises AttributeRefusedError: with the key in its message
    """
    result: dict[str, str | int | float] = {}
    for key, value in attributes.items():
        if key in INTEGERS and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            result[key] = value
        elif key in TEXTS and isinstance(value, str) and value.strip():
            result[key] = value.strip()
        elif key in NUMBERS and isinstance(value, int | float) and value > 0:
            result[key] = value
        else:
            raise AttributeRefusedError(f"attribute {key!r} cannot be {value!r}")
    return result


@cache
def coded_words() -> dict[str, dict[str, dict[str, str]]]:
    """Return the words of coded values: attribute, value, language."""
    words: dict[str, dict[str, dict[str, str]]] = json.loads(
        (Path(__file__).parent / "attribute_words.json").read_text()
    )
    return words


def size_text(gigabytes: int) -> str:
    """Write a capacity: 128 GB, 1 TB."""
    if gigabytes >= 1000:
        terabytes = gigabytes / (1024 if gigabytes % 512 == 0 else 1000)
        return _("%(size)s TB") % {"size": f"{terabytes:g}"}
    return _("%(size)s GB") % {"size": gigabytes}


def value_text(key: str, value: str | float) -> str:
    """Write one attribute's value for people."""
    if key in ("storage_gb", "memory_gb"):
        text = size_text(int(value))
        return _("%(size)s memory") % {"size": text} if key == "memory_gb" else text
    if key == "case_size_mm":
        return f"{value} mm"
    if key == "screen_in":
        return f"{value:g}″" if isinstance(value, int | float) else str(value)
    words = coded_words().get(key, {}).get(str(value))
    return translated(words, get_language() or "en") if words else str(value)


def variant_text(attributes: Mapping[str, str | int | float], colour_name: str) -> str:
    """Write what tells a SKU from its siblings: "128 GB · Midnight"."""
    parts = [value_text(key, attributes[key]) for key in LABELLED if key in attributes]
    return " · ".join([*parts, *([colour_name] if colour_name else [])])
