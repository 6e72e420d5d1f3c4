import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0006_balances")]

    operations = [
        AddIndexConcurrently(
            "posting",
            models.Index(fields=["account", "occurred_at"], include=["amount_minor"], name="payments_posting_by_time"),
        ),
        AddIndexConcurrently(
            "posting",
            models.Index(
                fields=["account", "recorded_in"], condition=models.Q(is_late=True), name="payments_posting_late"
            ),
        ),
        migrations.AlterField(
            "posting",
            "account",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to="payments.account",
            ),
        ),
    ]
