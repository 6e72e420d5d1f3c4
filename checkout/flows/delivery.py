"""Without a carrier's word, a parcel counts as delivered when its window has passed."""

from datetime import datetime

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.states import MoveRefusedError
from checkout.enums import LineState
from checkout.models import OrderLine
from checkout.services import lines


def assume_delivered(*, now: datetime, limit: int = 200) -> int:
    """Mark sent lines delivered whose last promised day is over; return how many."""
    due = OrderLine.objects.filter(state=LineState.SHIPPED, latest_delivery_date__lt=now.date())
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
    delivered = 0
    for line_id in ids:
        try:
            with transaction.atomic(durable=True):
                lines.mark_delivered(line_id=line_id, actor=Actor.system("delivery sweep"), now=now)
        except MoveRefusedError:
            continue  # refunded since the list was read
        delivered += 1
    return delivered
