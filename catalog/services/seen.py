"""Remember which products an account looked at."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from catalog.models import ProductModel, SeenProduct

MAX_SEEN = 24
KEPT = timedelta(days=60)
# Looking again within the hour changes no row: opening one version after the other is one visit.
SAME_VISIT = timedelta(hours=1)

NOTE = """
INSERT INTO catalog_seenproduct (user_id, product_id, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (user_id, product_id) DO UPDATE SET seen_at = excluded.seen_at
WHERE catalog_seenproduct.seen_at < %s
"""
FORGET_SURPLUS = """
DELETE FROM catalog_seenproduct WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY seen_at DESC, id DESC) AS place
        FROM catalog_seenproduct
    ) ranked WHERE place > %s
)
"""


def note_seen(*, user_id: int, product_id: int, now: datetime) -> None:
    """Note that an account looked at a product; one statement, which a page can afford."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, (user_id, product_id, now, now - SAME_VISIT))


@transaction.atomic
def merge_seen(*, user_id: int, product_ids: Sequence[int], now: datetime) -> None:
    """Add what a guest looked at, the latest first, to the account they signed in to; each product once."""
    known = set(ProductModel.objects.filter(pk__in=product_ids).values_list("pk", flat=True))
    rows = [
        SeenProduct(user_id=user_id, product_id=product_id, seen_at=now - timedelta(seconds=place))
        for place, product_id in enumerate(product_ids[:MAX_SEEN])
        if product_id in known
    ]
    rows.sort(key=lambda row: row.product_id)
    SeenProduct.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "product"], update_fields=["seen_at"]
    )


def clear_seen(*, user_id: int) -> None:
    """Forget everything that an account looked at."""
    SeenProduct.objects.filter(user_id=user_id).delete()


def forget_old(*, now: datetime) -> int:
    """Delete what is older than 60 days or beyond the latest 24 of its account."""
    old, _ = SeenProduct.objects.filter(seen_at__lte=now - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SURPLUS, [MAX_SEEN])
        surplus: int = cursor.rowcount
    return old + surplus
