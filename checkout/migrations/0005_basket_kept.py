import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_voices"),
        ("checkout", "0004_address_company_gift_pickup"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("basketline", "saved_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("basketline", "is_gone", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("basketline", "arrival_seen_date", models.DateField(blank=True, null=True)),
        migrations.AddField(
            "basketline", "carrier_seen", models.CharField(blank=True, db_default="", default="", max_length=30)
        ),
        migrations.CreateModel(
            name="SharedBasket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("market", models.CharField(max_length=2)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_baskets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["expires_at"], name="checkout_shared_basket_age")],
                "constraints": [models.UniqueConstraint(fields=("token",), name="checkout_shared_basket_token")],
            },
        ),
        migrations.CreateModel(
            name="SharedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveSmallIntegerField()),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.listing"
                    ),
                ),
                (
                    "shared",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="checkout.sharedbasket"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shared", "listing"), name="checkout_listing_once_per_shared_basket"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (1, 10))), name="checkout_shared_quantity_1_to_10"
                    ),
                ],
            },
        ),
    ]
