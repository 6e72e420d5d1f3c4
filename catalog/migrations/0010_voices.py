import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index of reviews, which may be many, is built without stopping their writers.
    atomic = False

    dependencies = [
        ("catalog", "0009_search_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_name", models.CharField(max_length=60)),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("published", "Published"),
                            ("held", "Held for moderation"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn by its author"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                (
                    "findings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("link", "Link"),
                                ("email", "E-mail address"),
                                ("number", "Phone or device number"),
                                ("insult", "Insult"),
                                ("shouting", "Shouting"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal", "It contains personal data."),
                            ("advertising", "It advertises something."),
                            ("insulting", "It insults somebody."),
                            ("off_topic", "It is not about the device."),
                            ("other", "It breaks our rules for reviews."),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("seller", "Seller"), ("buyer", "Buyer"), ("staff", "backmarket")], max_length=6
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_name", models.CharField(max_length=60)),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("published", "Published"),
                            ("held", "Held for moderation"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn by its author"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                (
                    "findings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("link", "Link"),
                                ("email", "E-mail address"),
                                ("number", "Phone or device number"),
                                ("insult", "Insult"),
                                ("shouting", "Shouting"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal", "It contains personal data."),
                            ("advertising", "It advertises something."),
                            ("insulting", "It insults somebody."),
                            ("off_topic", "It is not about the device."),
                            ("other", "It breaks our rules for reviews."),
                        ],
                        max_length=12,
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("market", models.CharField(max_length=2)),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ReviewVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("voter", models.CharField(max_length=40)),
                ("is_helpful", models.BooleanField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="review",
            name="answer",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="review",
            name="answer_findings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("link", "Link"),
                        ("email", "E-mail address"),
                        ("number", "Phone or device number"),
                        ("insult", "Insult"),
                        ("shouting", "Shouting"),
                    ],
                    max_length=10,
                ),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="answer_language",
            field=models.CharField(blank=True, db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="review",
            name="answer_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("published", "Published"),
                    ("held", "Held for moderation"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn by its author"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="review",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="review",
            name="findings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("link", "Link"),
                        ("email", "E-mail address"),
                        ("number", "Phone or device number"),
                        ("insult", "Insult"),
                        ("shouting", "Shouting"),
                    ],
                    max_length=10,
                ),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="helpful_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="review",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("personal", "It contains personal data."),
                    ("advertising", "It advertises something."),
                    ("insulting", "It insults somebody."),
                    ("off_topic", "It is not about the device."),
                    ("other", "It breaks our rules for reviews."),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="votes_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="review",
            name="state",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("held", "Held for moderation"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn by its author"),
                ],
                default="held",
                max_length=10,
            ),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="review",
            index=models.Index(fields=["seller", "state", "-created_at"], name="catalog_review_seller"),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("helpful_count__lte", models.F("votes_count"))),
                name="catalog_review_helped_no_more_than_voted",
            ),
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="review", name="catalog_review_helped_no_more_than_voted"
        ),
        migrations.AddField(
            model_name="answer",
            name="seller",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.seller",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="catalog.productmodel"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="catalog.question"
            ),
        ),
        migrations.AddField(
            model_name="reviewvote",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="catalog.review"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["product", "state", "-created_at"], name="catalog_question_product"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("public_id",), name="catalog_question_public_id"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("question", "seller"), name="catalog_one_answer_per_seller"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "buyer")), fields=("question", "user"), name="catalog_one_answer_per_buyer"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "seller"), ("seller__isnull", False)),
                    models.Q(models.Q(("kind", "seller"), _negated=True), ("seller__isnull", True)),
                    _connector="OR",
                ),
                name="catalog_answer_names_its_seller",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewvote",
            constraint=models.UniqueConstraint(fields=("review", "voter"), name="catalog_one_vote_per_visitor"),
        ),
    ]
