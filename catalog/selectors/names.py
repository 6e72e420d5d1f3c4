"""Categories, and names of brands and products: read once a minute and process, for every page shows some."""

from dataclasses import dataclass, field

from django.db import connection

from backmarket.core.memo import memo
from backmarket.core.rows import decoded
from catalog.models import Category

CATEGORY = ("id", "key", "parent_id", "names", "guide", "family", "position")
READ = """
SELECT
    (SELECT json_agg(json_build_array(id, key, parent_id, names, guide, family, position) ORDER BY position, key)
     FROM catalog_category),
    (SELECT json_object_agg(slug, name) FROM catalog_brand),
    (SELECT json_object_agg(slug, name) FROM catalog_productmodel WHERE state = 'active')
"""


@dataclass(frozen=True, slots=True)
class Names:
    """Every category in the shop's order, for reading only, and the names of brands and products by slug."""

    categories: list[Category] = field(default_factory=list)
    brands: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)


@memo(60)
def names() -> Names:
    """Return what everything is called; one query."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        categories, brands, models = (decoded(value) for value in cursor.fetchone() or (None, None, None))
    return Names(
        [Category(**dict(zip(CATEGORY, row, strict=True))) for row in categories or ()], brands or {}, models or {}
    )
