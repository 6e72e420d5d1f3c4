"""Keep the search index: each product's words beside it, written by ourselves."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from psycopg2.extras import execute_values

from catalog.models import Category, Offer, ProductModel, Sku
from catalog.search.documents import ProductFacts, document, search_text, vector_text
from catalog.search.needs import need_words

from .offers import mark_dirty
from .search_documents import mark_products
from .search_words import note_search_change

BATCH = 2000
DETAIL_SPECS = ("screen_in", "model_codes", "soc")
DETAIL_ATTRIBUTES = ("cpu", "connectivity", "case_material", "keyboard", "edition")
WRITE = """
UPDATE catalog_productmodel product SET search_text = new.text, search_vector = new.vector::tsvector
FROM (VALUES %s) AS new(id, text, vector)
WHERE product.id = new.id
    AND (product.search_text, product.search_vector) IS DISTINCT FROM (new.text, new.vector::tsvector)
"""


def index_products(product_ids: Iterable[int] | None = None) -> int:
    """
    Write the search words of these products, or of all; return how many.

    Called wherever names, categories, SKUs or specifications were written: offers show the same facts as facets, so
    they are noted for an election. Fixed number of queries a batch.
    """
    wanted = ProductModel.objects.order_by("pk").values_list("pk", flat=True)
    ids = list(wanted if product_ids is None else wanted.filter(pk__in=list(product_ids)))
    categories = _categories()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        _index(batch, categories)
        mark_dirty(Offer.objects.filter(product_id__in=batch, in_stock=True).values_list("market", "sku_id", "grade"))
        mark_products(batch)
    note_search_change()
    return len(ids)


def _categories() -> dict[int, tuple[list[str], list[str]]]:
    """Return the keys and names from each category up to the top."""
    rows = {row.pk: row for row in Category.objects.all()}
    paths: dict[int, tuple[list[str], list[str]]] = {}
    for row in rows.values():
        keys: list[str] = []
        names: list[str] = []
        current: Category | None = row
        while current is not None:
            keys.append(current.key)
            names += current.names.values()
            current = rows.get(current.parent_id or 0)
        paths[row.pk] = (keys, names)
    return paths


def _sku_details(ids: list[int]) -> dict[int, list[str]]:
    details: dict[int, dict[str, None]] = defaultdict(dict)
    skus = Sku.objects.filter(product_id__in=ids).values_list(
        "product_id", "storage_gb", "memory_gb", "colour_names", "attributes"
    )
    for product_id, storage, memory, colours, attributes in skus.iterator(chunk_size=5000):
        texts = [f"{size}gb" for size in (storage, memory) if size]
        texts += colours.values()
        texts += [str(attributes[key]) for key in DETAIL_ATTRIBUTES if attributes.get(key)]
        if size := attributes.get("case_size_mm"):
            texts.append(f"{size}mm")
        details[product_id].update(dict.fromkeys(texts))
    return {product_id: list(texts) for product_id, texts in details.items()}


def _spec_details(specs: list[dict[str, object]]) -> list[str]:
    texts = []
    for spec in specs:
        key, value = spec.get("key"), spec.get("value")
        if key in DETAIL_SPECS:
            words = value if isinstance(value, list) else [value]
            texts += [f"{word}in" if key == "screen_in" else str(word) for word in words]
    return texts


def _index(ids: list[int], categories: dict[int, tuple[list[str], list[str]]]) -> None:
    details = _sku_details(ids)
    rows = []
    products = ProductModel.objects.filter(pk__in=ids).values_list(
        "pk", "name", "brand__name", "launch_year", "category_id", "specs", "family", "descriptions"
    )
    for pk, name, brand, year, category_id, specs, family, descriptions in products:
        keys, names = categories[category_id]
        facts = ProductFacts(
            name=name,
            brand=brand,
            launch_year=year,
            categories=keys,
            category_names=names,
            details=[*details.get(pk, []), *_spec_details(specs)],
            needs=need_words(
                descriptions=descriptions.values(),
                specs={str(spec.get("key")): spec.get("value") for spec in specs},
                categories=keys,
                family=family,
            ),
        )
        words = document(facts)
        rows.append((pk, search_text(words), vector_text(words)))
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, WRITE, rows, page_size=BATCH)
