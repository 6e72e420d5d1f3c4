"""Hand paid order lines down to the catalogue, which may not look up here (architecture, rule 6)."""

from collections.abc import Iterable

from django.db import transaction

from catalog.services.purchases import Purchase, record_purchased_lines
from checkout.models import OrderLine


@transaction.atomic
def push_order(*, order_id: int) -> None:
    """Push an order's paid lines as they are now; repeating it changes nothing."""
    push_lines(OrderLine.objects.filter(order_id=order_id).select_related("order"))


@transaction.atomic
def push_line(*, line_id: int) -> None:
    push_lines(OrderLine.objects.filter(pk=line_id).select_related("order"))


def push_lines(lines: Iterable[OrderLine]) -> None:
    """Push what was paid; a line that was never paid is nobody's purchase."""
    record_purchased_lines([purchase_of(line) for line in lines if line.paid_at is not None])


def purchase_of(line: OrderLine) -> Purchase:
    return Purchase(
        order_reference=line.order.reference,
        line_reference=line.reference,
        product_id=line.product_id,
        sku_id=line.sku_id,
        seller_id=line.seller_id,
        market=line.order.market,
        paid_at=line.paid_at or line.order.placed_at,
        user_id=line.order.user_id,
        delivered_at=line.delivered_at,
    )
