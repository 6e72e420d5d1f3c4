from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("checkout", "0020_delivered_lines")]

    operations = [
        AddIndexConcurrently("order", models.Index(Upper("email"), name="checkout_order_same_email")),
        AddIndexConcurrently("order", models.Index(fields=["phone"], name="checkout_order_same_phone")),
        AddIndexConcurrently(
            "order", models.Index(Upper("street"), "postcode", "country", name="checkout_order_same_address")
        ),
        AddIndexConcurrently(
            "order",
            models.Index(condition=~models.Q(origin=""), fields=["origin"], name="checkout_order_same_origin"),
        ),
    ]
