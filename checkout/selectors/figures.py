"""Counts of orders for the pages of staff."""

from datetime import datetime

from django.db.models import Count, Q

from checkout.enums import CheckState
from checkout.models import FraudCheck, Order
from checkout.rules.fraud import DECIDE_WITHIN


def paid_orders_since(moment: datetime) -> int:
    return Order.objects.filter(paid_at__gte=moment).count()


def held_orders(*, now: datetime) -> tuple[int, int]:
    """Return how many orders wait for a decision, and how many of them longer than was promised."""
    held = FraudCheck.objects.filter(state=CheckState.HELD).order_by()
    counts = held.aggregate(all=Count("pk"), late=Count("pk", filter=Q(checked_at__lte=now - DECIDE_WITHIN)))
    return counts["all"], counts["late"]
