"""Row locks of checkout: parent before child, then primary key."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q

from .enums import BasketState, CheckState, LineState, OrderState
from .models import (
    Basket,
    FraudCheck,
    InvoiceSeries,
    Order,
    OrderLine,
    Parcel,
    Promotion,
    ShippingLabel,
)


def lock_basket(basket_id: int) -> Basket:
    """:raises Basket.DoesNotExist: there is none"""
    return Basket.objects.select_for_update(no_key=True).get(pk=basket_id)


def lock_open_basket(basket_id: int) -> Basket | None:
    """Lock a basket that is not ordered and was not merged away meanwhile."""
    return Basket.objects.filter(pk=basket_id, state=BasketState.OPEN).select_for_update(no_key=True).first()


def lock_guest_basket(token: UUID) -> Basket | None:
    """Lock a guest's open basket; it is deleted after its lines have moved, hence the full lock."""
    return Basket.objects.filter(token=token, user=None, state=BasketState.OPEN).select_for_update().first()


def lock_old_baskets(*, before: datetime, limit: int) -> list[int]:
    """Lock open baskets that were not touched since; those that somebody is changing now are passed over."""
    rows = Basket.objects.filter(state=BasketState.OPEN, touched_at__lte=before).order_by("touched_at")
    return list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])


def lock_person(user_id: int) -> None:
    """Let one request at a time change what an account keeps."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user_id)


def lock_order(order_id: int) -> Order:
    """:raises Order.DoesNotExist: there is none"""
    return Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=order_id)


def lock_lines(line_ids: list[int]) -> list[OrderLine]:
    """Lock order lines with their order and seller at hand."""
    rows = OrderLine.objects.filter(pk__in=line_ids).select_related("order", "seller").order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def lock_lines_of_order(order_id: int) -> list[OrderLine]:
    """Lock all lines of an order, so that none of them leaves meanwhile; the caller has locked the order."""
    rows = OrderLine.objects.filter(order_id=order_id).select_related("seller").order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def lock_parcel(parcel_id: int) -> Parcel:
    """:raises Parcel.DoesNotExist: there is none"""
    rows = Parcel.objects.select_related("order")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=parcel_id)


def lock_tracking_number(number: str) -> None:
    """Let one transaction at a time say what a tracking number belongs to, whether or not a parcel has it yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tracking:{number}"])


def lock_label(label_id: int) -> ShippingLabel:
    """:raises ShippingLabel.DoesNotExist: there is none"""
    rows = ShippingLabel.objects.select_related("order", "seller")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=label_id)


def lock_lines_of_parcel(parcel_id: int) -> list[OrderLine]:
    """Lock the lines that travel in a parcel."""
    rows = OrderLine.objects.filter(parcel_id=parcel_id).order_by("pk")
    return list(rows.select_for_update(no_key=True))


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


def lock_held_check(order_id: int) -> FraudCheck | None:
    """Lock the check of an order that waits for a decision; None if it was decided."""
    rows = FraudCheck.objects.filter(order_id=order_id, state=CheckState.HELD)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def overdue_hold_ids(*, now: datetime, limit: int) -> list[int]:
    """List orders that wait for a decision longer than was promised, or than was last reminded of."""
    rows = FraudCheck.objects.filter(state=CheckState.HELD, remind_at__lte=now)
    return list(rows.order_by("remind_at").values_list("order_id", flat=True)[:limit])


def lock_series(series_id: int) -> InvoiceSeries:
    """Lock a series of numbers: who writes the next document of it waits for whoever writes this one."""
    return InvoiceSeries.objects.select_for_update(no_key=True).get(pk=series_id)


def lock_promotion(promotion_id: int) -> Promotion:
    """:raises Promotion.DoesNotExist: there is none"""
    return Promotion.objects.select_for_update(no_key=True).get(pk=promotion_id)


def lock_limited_promotions(ids: Iterable[int]) -> list[Promotion]:
    """Lock those promotions whose uses are limited; orders that use others need not wait for each other."""
    limited = Q(uses_limit__isnull=False) | Q(uses_per_shopper__isnull=False) | Q(is_first_order_only=True)
    return list(Promotion.objects.filter(limited, pk__in=list(ids)).order_by("pk").select_for_update(no_key=True))
