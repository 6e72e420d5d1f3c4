"""The statements of an import: COPY into temporary tables, then one statement a table."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from .search_documents import mark_products

TABLES = """
DROP TABLE IF EXISTS pg_temp.import_device, pg_temp.import_sku;
CREATE TEMPORARY TABLE import_device (
    source_ref text PRIMARY KEY, brand text, brand_slug text, category_id bigint, name text, slug text, family text,
    launch_year smallint, launch_month smallint, specs jsonb, search_text text, search_vector tsvector
);
CREATE TEMPORARY TABLE import_sku (
    source_ref text, key text, attributes jsonb, storage_gb int, colour text, colour_names jsonb, colour_hex text
);
"""
BRANDS = """
INSERT INTO catalog_brand (name, slug)
SELECT DISTINCT ON (brand_slug) brand, brand_slug FROM import_device ORDER BY brand_slug, source_ref
ON CONFLICT (slug) DO NOTHING
"""
# Products that staff wrote themselves know more than the file: they stay as they are.
KEEP_OWN = """
DELETE FROM import_device device
USING (
    SELECT device.source_ref FROM import_device device
    JOIN catalog_productmodel product ON product.slug = device.slug
    WHERE product.source_ref IS NULL
    UNION
    SELECT device.source_ref FROM import_device device
    JOIN catalog_brand brand ON brand.slug = device.brand_slug
    JOIN catalog_productmodel product ON product.brand_id = brand.id AND lower(product.name) = lower(device.name)
    WHERE product.source_ref IS NULL
) own
WHERE device.source_ref = own.source_ref
"""
UPDATE = """
UPDATE catalog_productmodel product SET
    brand_id = brand.id, category_id = device.category_id, name = device.name, family = device.family,
    launch_year = device.launch_year, launch_month = device.launch_month, specs = device.specs,
    search_text = device.search_text, search_vector = device.search_vector
FROM import_device device JOIN catalog_brand brand ON brand.slug = device.brand_slug
WHERE product.source_ref = device.source_ref
    AND (product.brand_id, product.category_id, product.name, product.family, product.launch_year,
         product.launch_month, product.specs, product.search_vector)
    IS DISTINCT FROM (brand.id, device.category_id, device.name::varchar, device.family::varchar, device.launch_year,
         device.launch_month, device.specs, device.search_vector)
RETURNING product.id
"""
INSERT = """
INSERT INTO catalog_productmodel (
    public_id, brand_id, category_id, name, slug, family, launch_year, launch_month, descriptions, specs,
    popularity, state, source_ref, search_text, search_vector
)
SELECT
    gen_random_uuid(), brand.id, device.category_id, device.name,
    CASE
        WHEN device.turn > 1 OR EXISTS (SELECT FROM catalog_productmodel other WHERE other.slug = device.slug)
        THEN left(device.slug || '-' || lower(device.source_ref), 180) ELSE device.slug
    END,
    device.family, device.launch_year, device.launch_month, '{}', device.specs,
    0, 'active', device.source_ref, device.search_text, device.search_vector
FROM (SELECT *, row_number() OVER (PARTITION BY slug ORDER BY source_ref) AS turn FROM import_device) device
JOIN catalog_brand brand ON brand.slug = device.brand_slug
WHERE NOT EXISTS (SELECT FROM catalog_productmodel known WHERE known.source_ref = device.source_ref)
ORDER BY device.source_ref
"""
SKUS = """
INSERT INTO catalog_sku (public_id, product_id, key, attributes, storage_gb, colour, colour_names, colour_hex)
SELECT gen_random_uuid(), product.id, sku.key, sku.attributes, sku.storage_gb, sku.colour, sku.colour_names,
    sku.colour_hex
FROM import_sku sku
JOIN import_device device ON device.source_ref = sku.source_ref
JOIN catalog_productmodel product ON product.source_ref = sku.source_ref
ON CONFLICT (product_id, key) DO UPDATE SET
    attributes = excluded.attributes, colour_names = excluded.colour_names, colour_hex = excluded.colour_hex
WHERE (catalog_sku.attributes, catalog_sku.colour_names, catalog_sku.colour_hex)
    IS DISTINCT FROM (excluded.attributes, excluded.colour_names, excluded.colour_hex)
"""
DROP = "DROP TABLE pg_temp.import_device, pg_temp.import_sku"
NULL = r"\N"
as_json = json.JSONEncoder(ensure_ascii=False).encode
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Written:
    """How many products were kept as staff wrote them, changed or added, and how many SKUs were written."""

    kept: int
    updated: int
    created: int
    skus: int


def create_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def copy_rows(table: str, rows: Sequence[Row]) -> None:
    """Copy rows into a temporary table, their values in the order of its columns."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([NULL if value is None else _written(value) for value in row])
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", buffer)


def _written(value: object) -> object:
    return as_json(value) if isinstance(value, dict | list) else value


def merge() -> Written:
    """Bring what was copied into the catalogue, and drop the temporary tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_device (source_ref, slug, brand_slug, name); ANALYZE import_sku (source_ref)")
        counts = []
        for statement in (KEEP_OWN, BRANDS, UPDATE):
            cursor.execute(statement)
            counts.append(cursor.rowcount)
        mark_products(pk for (pk,) in cursor.fetchall())
        for statement in (INSERT, SKUS):
            cursor.execute(statement)
            counts.append(cursor.rowcount)
        cursor.execute(DROP)
    kept, _brands, updated, created, skus = counts
    return Written(kept=kept, updated=updated, created=created, skus=skus)
