"""A week after delivery, ask once for a review of what a parcel brought."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from checkout.enums import LineState
from checkout.models import OrderLine, Parcel
from checkout.services import mails

logger = logging.getLogger(__name__)
AFTER = timedelta(days=7)
# Whoever could not be asked within these days, while no worker ran, is not asked about old things.
NOT_AFTER = timedelta(days=14)


def ask_for_reviews(*, now: datetime, limit: int = 200) -> int:
    """Ask the shoppers whose parcels arrived a week ago; return how many parcels were looked at."""
    lines = OrderLine.objects.filter(state=LineState.DELIVERED, parcel__review_asked_at=None)
    due = lines.filter(delivered_at__lte=now - AFTER, delivered_at__gt=now - NOT_AFTER).order_by("delivered_at")
    parcels = dict.fromkeys(due.values_list("parcel_id", flat=True)[:limit])
    for parcel_id in parcels:
        try:
            with transaction.atomic(durable=True):
                if Parcel.objects.filter(pk=parcel_id, review_asked_at=None).update(review_asked_at=now):
                    mails.review_request(parcel_id=parcel_id, now=now)
        except Exception:
            logger.exception("no review of parcel %s could be asked for", parcel_id)
    return len(parcels)
