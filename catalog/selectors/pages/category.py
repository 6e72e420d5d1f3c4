"""A category with what stands above and below it."""

from dataclasses import dataclass

from catalog.models import Category
from catalog.rules.guides import Guide
from catalog.selectors.names import names


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """`trail` leads from the top down to this category, without it; `guide` is completed by what stands above it."""

    category: Category
    trail: list[Category]
    children: list[Category]
    guide: Guide


def category_page(key: str) -> CategoryPage | None:
    """Find a category and what stands around it."""
    categories = names().categories
    category = next((row for row in categories if row.key == key), None)
    if category is None:
        return None
    by_id = {row.pk: row for row in categories}
    trail = _trail(category, by_id)
    return CategoryPage(
        category=category,
        trail=trail,
        children=[row for row in categories if row.parent_id == category.pk],
        guide=_guide(category, trail),
    )


def _guide(category: Category, trail: list[Category]) -> Guide:
    """Return the category's guide; a narrow one that is only summed up goes on with the guide of the wider one."""
    own = category.read_guide()
    found = (above.read_guide().sections for above in reversed(trail))
    return own if own.sections else Guide(own.summary, next((sections for sections in found if sections), ()))


def _trail(category: Category, by_id: dict[int, Category]) -> list[Category]:
    trail: list[Category] = []
    parent_id = category.parent_id
    while parent_id is not None:
        trail.insert(0, by_id[parent_id])
        parent_id = by_id[parent_id].parent_id
    return trail
