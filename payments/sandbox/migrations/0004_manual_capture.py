from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

STATES = [
    ("open", "Open"),
    ("processing", "Processing"),
    ("authorised", "Authorised"),
    ("succeeded", "Succeeded"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("returned", "Returned"),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sandbox", "0003_methods")]

    operations = [
        migrations.AlterField("payment", "state", models.CharField(choices=STATES, max_length=20)),
        migrations.AlterField("refund", "state", models.CharField(choices=STATES, max_length=20)),
        migrations.AlterField("transfer", "state", models.CharField(choices=STATES, max_length=20)),
        migrations.AddField(
            "payment",
            "capture",
            models.CharField(
                choices=[("automatic", "Automatic"), ("manual", "Manual")],
                db_default="automatic",
                default="automatic",
                max_length=20,
            ),
        ),
        migrations.AddField("payment", "captured_minor", models.BigIntegerField(blank=True, null=True)),
        AddIndexConcurrently(
            "payment",
            models.Index(
                condition=models.Q(("state", "authorised")), fields=["expires_at"], name="sandbox_payment_reserved"
            ),
        ),
    ]
