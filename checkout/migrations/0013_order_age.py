from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Shoppers place orders meanwhile.
    atomic = False

    dependencies = [("checkout", "0012_order_checks")]

    operations = [
        AddIndexConcurrently("order", models.Index(fields=["placed_at"], name="checkout_order_placed")),
    ]
