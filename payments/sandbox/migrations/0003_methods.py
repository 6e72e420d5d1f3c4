from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sandbox", "0002_kept_cards")]

    operations = [
        migrations.AddField(
            "payment",
            "method",
            models.CharField(
                choices=[
                    ("card", "Card"),
                    ("wallet", "Wallet"),
                    ("bank", "Bank"),
                    ("instalments", "Instalments"),
                ],
                db_default="card",
                default="card",
                max_length=20,
            ),
        ),
        AddIndexConcurrently(
            "payment",
            models.Index(
                condition=models.Q(("state", "processing")), fields=["expires_at"], name="sandbox_payment_slow"
            ),
        ),
    ]
