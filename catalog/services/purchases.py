"""Keep what checkout pushes down of paid order lines (architecture, rule 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog.models import PurchasedLine


@dataclass(frozen=True, slots=True)
class Purchase:
    """A paid order line as checkout knows it now."""

    order_reference: str
    line_reference: str
    product_id: int
    sku_id: int
    seller_id: int
    market: str
    paid_at: datetime
    user_id: int | None = None
    delivered_at: datetime | None = None


@transaction.atomic
def record_purchased_lines(purchases: Sequence[Purchase]) -> None:
    """
    Record paid lines, each once; repeating it adds only who the buyer is and when the line arrived.

    What is known is never forgotten, because deliveries of events are unordered and an older reading may come last.
    """
    PurchasedLine.objects.bulk_create(
        (
            PurchasedLine(
                order_reference=purchase.order_reference,
                line_reference=purchase.line_reference,
                product_id=purchase.product_id,
                sku_id=purchase.sku_id,
                seller_id=purchase.seller_id,
                user_id=purchase.user_id,
                market=purchase.market,
                paid_at=purchase.paid_at,
                delivered_at=purchase.delivered_at,
            )
            for purchase in purchases
        ),
        ignore_conflicts=True,
    )
    for purchase in purchases:
        line = PurchasedLine.objects.filter(line_reference=purchase.line_reference)
        if purchase.user_id is not None:
            line.filter(user=None).update(user_id=purchase.user_id)
        if purchase.delivered_at is not None:
            line.filter(delivered_at=None).update(delivered_at=purchase.delivered_at)
