from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table is read by every page: its indexes are built beside them.
    atomic = False

    dependencies = [("catalog", "0007_visitor_lists")]

    operations = [
        AddIndexConcurrently(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("reduced_at__isnull", False)), fields=["reduced_at"], name="catalog_offer_reduced"
            ),
        ),
        AddIndexConcurrently(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("in_stock", True)),
                fields=["market", "-restocked_at"],
                name="catalog_offer_restocked",
            ),
        ),
    ]
