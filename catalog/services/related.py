"""Keep what is shown beside each product: a group of products at a time, each once a day."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from catalog import locks
from catalog.enums import RelatedKind
from catalog.models import RelatedGroup, RelatedProduct
from catalog.rules.together import Ranked
from catalog.selectors.together import Group, groups_with_products, popular_shares, ranked_alike, ranked_together

EVERY = timedelta(days=1)


@transaction.atomic
def note_groups() -> None:
    """Make a row of every brand and category with products, so that each becomes due."""
    rows = [RelatedGroup(brand_id=group.brand_id, category_id=group.category_id) for group in groups_with_products()]
    RelatedGroup.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def refresh_due_group(*, now: datetime) -> bool:
    """
    Relate the products of the group that waits longest; return whether there was one.

    One group is one transaction of a second or two, so that a worker that dies loses no more than that.
    """
    due = locks.claim_due_group(before=now - EVERY)
    if due is None:
        return False
    group = Group(due.brand_id, due.category_id)
    together = ranked_together(group, popular_shares(until=now), until=now)
    _store(group, RelatedKind.BOUGHT_WITH, together)
    _store(group, RelatedKind.SIMILAR, ranked_alike(group))
    due.refreshed_at = now
    due.save(update_fields=["refreshed_at"])
    return True


def _store(group: Group, kind: RelatedKind, ranked: Iterable[Ranked]) -> None:
    RelatedProduct.objects.filter(
        kind=kind, product__brand_id=group.brand_id, product__category_id=group.category_id
    ).delete()
    places: dict[tuple[int, str], int] = {}
    rows = []
    for entry in ranked:
        place = places.get((entry.product_id, entry.market), 0)
        places[entry.product_id, entry.market] = place + 1
        rows.append(
            RelatedProduct(
                product_id=entry.product_id,
                kind=kind,
                market=entry.market,
                rank=place,
                other_id=entry.other_id,
                score=entry.score,
            )
        )
    RelatedProduct.objects.bulk_create(rows, batch_size=2000)
