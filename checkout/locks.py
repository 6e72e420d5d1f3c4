"""Row locks of checkout: parent before child, then primary key."""

from datetime import datetime

from .enums import LineState, OrderState
from .models import Basket, Order, OrderLine


def lock_basket(basket_id: int) -> Basket:
    return Basket.objects.select_for_update(no_key=True).get(pk=basket_id)


def lock_order(order_id: int) -> Order:
    """:raises Order.DoesNotExist: there is none"""
    return Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=order_id)


def lock_lines(line_ids: list[int]) -> list[OrderLine]:
    """Lock order lines with their order and seller at hand."""
    rows = OrderLine.objects.filter(pk__in=line_ids).select_related("order", "seller").order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def lock_line(line_id: int) -> OrderLine:
    """:raises OrderLine.DoesNotExist: there is none"""
    rows = OrderLine.objects.select_related("order", "seller")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=line_id)


def expired_order_ids(*, now: datetime, limit: int) -> list[int]:
    """List orders whose time to pay is over, the oldest first; each is locked when it is settled."""
    rows = Order.objects.filter(state=OrderState.PENDING_PAYMENT, reservation_expires_at__lte=now)
    return list(rows.order_by("reservation_expires_at").values_list("pk", flat=True)[:limit])


def late_line_ids(*, now: datetime, limit: int) -> list[int]:
    """List paid lines that their seller did not accept in time."""
    rows = OrderLine.objects.filter(state=LineState.PAID, accept_by__lte=now)
    return list(rows.order_by("accept_by").values_list("pk", flat=True)[:limit])
