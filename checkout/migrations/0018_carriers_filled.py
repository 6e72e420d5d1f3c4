from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

# What is known of parcels from before their state was kept: by their lines.
FILL = """
UPDATE checkout_parcel SET
    expected_date = lines.expected_date,
    news_at = checkout_parcel.shipped_at,
    is_tracked = EXISTS (SELECT 1 FROM checkout_parcelevent WHERE parcel_id = checkout_parcel.id),
    state = CASE WHEN lines.are_under_way THEN 'on_its_way' ELSE 'delivered' END
FROM (
    SELECT parcel_id, max(latest_delivery_date) AS expected_date, bool_or(state = 'shipped') AS are_under_way
    FROM checkout_orderline WHERE parcel_id IS NOT NULL GROUP BY parcel_id
) AS lines
WHERE lines.parcel_id = checkout_parcel.id AND checkout_parcel.expected_date IS NULL
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("checkout", "0017_carriers")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="parcel", index=models.Index(fields=["tracking_number"], name="checkout_parcel_number")
        ),
        AddIndexConcurrently(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(state__in=["on_its_way", "returning"]),
                fields=["expected_date"],
                name="checkout_parcel_expected",
            ),
        ),
        ValidateConstraint(model_name="parcel", name="checkout_parcel_state_known"),
        ValidateConstraint(model_name="parcelevent", name="checkout_parcel_event_code_known"),
    ]
