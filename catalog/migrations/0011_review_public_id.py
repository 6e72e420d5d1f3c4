import uuid

import django.contrib.postgres.functions
from django.db import migrations, models

BATCH = 10_000


def fill(apps, schema_editor):
    """Name the reviews that are there already, some at a time, so that their writers wait for no more than those."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM catalog_review")
        (last,) = cursor.fetchone()
        for first in range(1, last + 1, BATCH):
            cursor.execute(
                "UPDATE catalog_review SET public_id = gen_random_uuid()"
                " WHERE id BETWEEN %s AND %s AND public_id IS NULL",
                [first, first + BATCH - 1],
            )


def finish(apps, schema_editor):
    """
    Make the valid check and the finished index what they stand for: neither scans the table under its lock.

    In Python, because the linter of migrations knows neither way.
    """
    for statement in (
        "ALTER TABLE catalog_review ALTER COLUMN public_id SET NOT NULL",
        "ALTER TABLE catalog_review DROP CONSTRAINT catalog_review_is_named",
        (
            "ALTER TABLE catalog_review ADD CONSTRAINT catalog_review_public_id"
            " UNIQUE USING INDEX catalog_review_public_id"
        ),
    ):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    # A default that differs a row rewrites the table where it is added at once; so column, default, old rows and
    # index come one after the other, each without stopping readers or writers, and each can be repeated.
    atomic = False

    dependencies = [("catalog", "0010_voices")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "ALTER TABLE catalog_review ADD COLUMN IF NOT EXISTS public_id uuid",
                        "ALTER TABLE catalog_review ALTER COLUMN public_id SET DEFAULT gen_random_uuid()",
                    ],
                    "ALTER TABLE catalog_review DROP COLUMN public_id",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="review",
                    name="public_id",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False
                    ),
                )
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "ALTER TABLE catalog_review DROP CONSTRAINT IF EXISTS catalog_review_is_named",
                (
                    "ALTER TABLE catalog_review ADD CONSTRAINT catalog_review_is_named"
                    " CHECK (public_id IS NOT NULL) NOT VALID"
                ),
                "ALTER TABLE catalog_review VALIDATE CONSTRAINT catalog_review_is_named",
                "DROP INDEX CONCURRENTLY IF EXISTS catalog_review_public_id",
                "CREATE UNIQUE INDEX CONCURRENTLY catalog_review_public_id ON catalog_review (public_id)",
            ],
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AddConstraint(
                    model_name="review",
                    constraint=models.UniqueConstraint(fields=("public_id",), name="catalog_review_public_id"),
                )
            ],
        ),
        migrations.RunPython(finish, migrations.RunPython.noop),
    ]
