from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0013_routing")]

    operations = [
        AddIndexConcurrently("payment", models.Index(fields=["created_at"], name="payments_payment_created")),
        AddIndexConcurrently("webhookreceipt", models.Index(fields=["received_at"], name="payments_webhook_received")),
    ]
