from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("checkout", "0019_texts")]

    operations = [
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(state="delivered"), fields=["delivered_at"], name="checkout_line_delivered"
            ),
        ),
    ]
