from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("checkout", "0021_fraud_indexes")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(condition=~models.Q(origin=""), fields=["origin", "placed_at"], name="checkout_order_network"),
        ),
        RemoveIndexConcurrently("order", "checkout_order_same_origin"),
    ]
