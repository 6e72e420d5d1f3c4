import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    # Indexes of a table that may be large are built without stopping its writers.
    atomic = False

    dependencies = [("catalog", "0002_purchased_lines")]

    operations = [
        django.contrib.postgres.operations.BtreeGinExtension(),
        migrations.AddField(
            model_name="offer",
            name="facets",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="value_permille",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="productmodel",
            name="rating_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="productmodel",
            name="rating_sum",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        # Pages scan the narrow columns of many offers: the candidates of an election are kept aside.
        migrations.RunSQL(
            "ALTER TABLE catalog_offer SET (toast_tuple_target = 640)",
            "ALTER TABLE catalog_offer RESET (toast_tuple_target)",
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="offer",
            index=models.Index(fields=["market", "-elected_at"], name="catalog_offer_latest"),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="offer",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(in_stock=True), fields=["market", "facets"], name="catalog_offer_facets"
            ),
        ),
    ]
