"""Counts of orders for the pages of staff."""

from datetime import datetime

from checkout.models import Order


def paid_orders_since(moment: datetime) -> int:
    return Order.objects.filter(paid_at__gte=moment).count()
