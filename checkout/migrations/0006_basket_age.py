from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Shoppers fill their baskets meanwhile.
    atomic = False

    dependencies = [("checkout", "0005_basket_kept")]

    operations = [
        AddIndexConcurrently(
            model_name="basket",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["touched_at"], name="checkout_open_basket_age"
            ),
        ),
    ]
