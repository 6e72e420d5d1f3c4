"""Postings know when they occurred, and balances are remembered up to an instant."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

STAMP = """
CREATE OR REPLACE FUNCTION payments_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT occurred_at INTO NEW.occurred_at FROM payments_entry
    WHERE id = NEW.entry_id AND recorded_in = txid_current();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % was completed by an earlier transaction', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.recorded_in := txid_current();
    NEW.is_late := NEW.occurred_at < clock_timestamp() - interval '5 minutes';
    RETURN NEW;
END $$;

ALTER TABLE payments_posting DISABLE TRIGGER payments_posting_unchanged;
UPDATE payments_posting p SET occurred_at = e.occurred_at, recorded_in = e.recorded_in, is_late = true
FROM payments_entry e WHERE e.id = p.entry_id;
ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_unchanged;
"""

UNSTAMP = """
CREATE OR REPLACE FUNCTION payments_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payments_entry WHERE id = NEW.entry_id AND recorded_in = txid_current()
    ) THEN
        RAISE EXCEPTION 'entry % was completed by an earlier transaction', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_stored_value")]

    operations = [
        migrations.CreateModel(
            name="BalanceSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="payments.account",
                    ),
                ),
                ("ends_at", models.DateTimeField()),
                ("horizon", models.BigIntegerField()),
                ("amount_minor", models.BigIntegerField()),
            ],
            options={
                "ordering": ("account_id", "ends_at"),
                "constraints": [
                    models.UniqueConstraint(fields=("account", "ends_at"), name="payments_snapshot_once_per_instant")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("parts", models.JSONField(default=dict)),
                ("found", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(condition=models.Q(("finished_at", None)), fields=["id"], name="payments_check_open")
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutFreeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("started_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("lifted_at",),
                        name="payments_one_open_freeze",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.AddField("posting", "is_late", models.BooleanField(db_default=False, editable=False)),
        migrations.AddField("posting", "occurred_at", models.DateTimeField(db_default=Now(), editable=False)),
        migrations.AddField(
            "posting",
            "recorded_in",
            models.BigIntegerField(db_default=models.Func(function="txid_current"), editable=False),
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
