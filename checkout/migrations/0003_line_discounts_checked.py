from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    # In a transaction of its own, so that rows are read without the lock that adding the constraint takes.
    dependencies = [("checkout", "0002_line_discounts_and_protection")]

    operations = [ValidateConstraint(model_name="orderline", name="checkout_line_discount_within_its_price")]
