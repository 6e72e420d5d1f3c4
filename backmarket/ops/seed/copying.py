"""Load many rows of a model with COPY, the fastest way into PostgreSQL."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

NULL = r"\N"
ModelT = TypeVar("ModelT", bound=models.Model)


def _reserve_keys(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _columns(model: type[models.Model], without: frozenset[str]) -> "list[models.Field[Any, Any]]":
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in without and not isinstance(field, models.GeneratedField)
    ]


def _value(field: "models.Field[Any, Any]", instance: models.Model) -> Any:
    """Return what the row holds; an object that was given its key after it was referred to counts with that key."""
    if isinstance(field, models.ForeignKey) and field.is_cached(instance):
        related = field.get_cached_value(instance)
        return None if related is None else related.pk
    return getattr(instance, field.attname)


def _text(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return NULL
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(field, ArrayField):
        return "{" + ",".join(json.dumps(item, ensure_ascii=False) for item in value) + "}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def copy_rows(objects: Sequence[ModelT], *, without: Sequence[str] = ()) -> Sequence[ModelT]:
    """
    Insert unsaved objects of one model and give them their primary keys; `without` names columns left to the database.

    Constraints and triggers hold as for any insert.
    """
    if not objects:
        return objects
    model = type(objects[0])
    pk = model._meta.pk
    if isinstance(pk, models.AutoField | models.BigAutoField):
        keys = _reserve_keys(model, len(objects))
        for instance, key in zip(objects, keys, strict=True):
            instance.pk = key
    fields = _columns(model, frozenset(without))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for instance in objects:
        writer.writerow([_text(field, _value(field, instance)) for field in fields])
    buffer.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {model._meta.db_table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", buffer
        )
    return objects
