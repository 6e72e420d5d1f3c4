from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notify", "0002_texts_and_choices")]

    operations = [
        AddIndexConcurrently(
            model_name="message", index=models.Index(fields=["created_at", "kind"], name="notify_message_kind")
        ),
    ]
