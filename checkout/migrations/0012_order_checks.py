import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0011_sales_tax")]

    operations = [
        migrations.AddField("order", "origin", models.CharField(blank=True, db_default="", default="", max_length=32)),
        migrations.CreateModel(
            name="FraudCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rules_version", models.PositiveSmallIntegerField()),
                ("facts", models.JSONField()),
                ("findings", models.JSONField()),
                ("points", models.SmallIntegerField()),
                ("hold_at", models.SmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("clear", "Nothing found"),
                            ("held", "To decide"),
                            ("released", "Released"),
                            ("refused", "Refused"),
                            ("ended", "Cancelled before a decision"),
                        ],
                        max_length=10,
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=254)),
                ("decision_reason", models.CharField(blank=True, max_length=300)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fraud_check", to="checkout.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "order check",
                "verbose_name_plural": "order checks",
                "ordering": ("checked_at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["remind_at"], name="checkout_check_held"
                    ),
                    models.Index(fields=["state", "checked_at"], name="checkout_check_queue"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["clear", "held", "released", "refused", "ended"])),
                        name="checkout_check_state_known",
                    )
                ],
            },
        ),
    ]
