"""The categories of the header."""

from dataclasses import dataclass

from django.urls import reverse

from .names import names


@dataclass(frozen=True, slots=True)
class NavCategory:
    key: str
    name: str
    url: str
    family: str


def current_of(path: str) -> str:
    """Return the path if the header leads to it, so that the header is the same everywhere else."""
    shelves = (reverse("catalog:deals"), reverse("catalog:brands"))
    return path if path in shelves or any(path == category.url for category in top_categories()) else ""


def top_categories() -> tuple[NavCategory, ...]:
    """Return the top of the tree in the active language."""
    return tuple(
        NavCategory(category.key, category.name, category.get_absolute_url(), category.family)
        for category in names().categories
        if category.parent_id is None
    )
