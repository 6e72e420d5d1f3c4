"""Bill sellers for the months that are over; killed at any point it goes on where it was."""

import logging
import time
from collections import defaultdict
from datetime import datetime

from django.db import transaction

from backmarket.markets.house import house
from checkout.models import Document, OrderLine
from checkout.rules.deadlines import zone_of
from checkout.rules.months import Month, closed_months
from checkout.selectors import orders
from checkout.services import documents
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import SettledRefund

logger = logging.getLogger(__name__)
# Half of a task's hard limit, with room for one slow seller.
BUDGET_S = 10.0
# A month is found again this long after it ended, should nothing have run meanwhile.
MONTHS_BACK = 3

Key = tuple[int, str]


def issue_due(*, now: datetime) -> int:
    """Issue the commission invoices of the last closed months that are not written yet; return how many."""
    started = time.monotonic()
    issued = 0
    for month in closed_months(now, zone_of(house().country), count=MONTHS_BACK):
        for seller_id, currency, refunds in due_in(month):
            if time.monotonic() - started > BUDGET_S:
                return issued
            try:
                with transaction.atomic(durable=True):
                    document = documents.issue_commission(
                        seller_id=seller_id, currency=currency, month=month, refunds=refunds, now=now
                    )
            except Exception:
                logger.exception("commission of seller %s for %s could not be billed", seller_id, month.first_date)
                continue
            issued += document is not None
    return issued


def due_in(month: Month) -> list[tuple[int, str, list[SettledRefund]]]:
    """List sellers and currencies with something to bill in a month and no bill, with the refunds that arrived."""
    refunds = _refunds_by_seller(month)
    return [(*key, refunds[key]) for key in _due(month, set(refunds))]


def _refunds_by_seller(month: Month) -> defaultdict[Key, list[SettledRefund]]:
    """Group the refunds that arrived in a month by whose line they were of."""
    refunds = payment_refunds.refunds_settled_between(month.start_at, month.end_at)
    ids = {refund.line_reference: orders.public_id_of(refund.line_reference) for refund in refunds}
    rows = OrderLine.objects.filter(public_id__in=[key for key in ids.values() if key])
    owners = {line.reference: (line.seller_id, line.currency) for line in rows.only("public_id", "seller", "currency")}
    grouped: defaultdict[Key, list[SettledRefund]] = defaultdict(list)
    for refund in refunds:
        if refund.line_reference in owners and (refund.shares.commission or refund.shares.commission_vat):
            grouped[owners[refund.line_reference]].append(refund)
    return grouped


def _due(month: Month, with_refunds: set[Key]) -> list[Key]:
    sent = OrderLine.objects.filter(shipped_at__gte=month.start_at, shipped_at__lt=month.end_at)
    keys = with_refunds | set(sent.values_list("seller_id", "currency").distinct())
    causes = {documents.commission_cause(*key, month): key for key in keys}
    written = Document.objects.filter(cause__in=causes).values_list("cause", flat=True)
    return sorted(keys - {causes[cause] for cause in written})
