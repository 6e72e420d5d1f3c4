"""The categories of the header."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language

from backmarket.markets.registry import translated
from catalog.models import Category

CACHE_KEY = "catalog:top_categories"
CACHE_S = 60


@dataclass(frozen=True, slots=True)
class NavCategory:
    key: str
    name: str
    url: str
    family: str


def top_categories() -> tuple[NavCategory, ...]:
    """Return the top of the tree in the active language; read once a minute and process."""
    rows = cache.get(CACHE_KEY)
    if rows is None:
        rows = list(Category.objects.filter(parent=None).values_list("key", "names", "family"))
        cache.set(CACHE_KEY, rows, CACHE_S)
    locale = get_language() or "en"
    return tuple(
        NavCategory(key, translated(names, locale), reverse("catalog:category", args=[key]), family)
        for key, names, family in rows
    )
