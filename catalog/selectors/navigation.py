"""The categories of the header."""

from dataclasses import dataclass

from .names import names


@dataclass(frozen=True, slots=True)
class NavCategory:
    key: str
    name: str
    url: str
    family: str


def top_categories() -> tuple[NavCategory, ...]:
    """Return the top of the tree in the active language."""
    return tuple(
        NavCategory(category.key, category.name, category.get_absolute_url(), category.family)
        for category in names().categories
        if category.parent_id is None
    )
