"""Ask the provider about everything whose outcome is open: the repair of crashes, silence and lost webhooks."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Q

from payments.enums import PaymentState, PayoutState, RefundState
from payments.models import Payment, Payout, Refund, SavedCard

from .cards import delete_forgotten
from .payin import refresh_payment
from .payouts import send_payout
from .refunds import send_refund

logger = logging.getLogger(__name__)
# A flow under way is left alone for this long; a page that a shopper looks at is asked about less often.
GRACE = timedelta(seconds=15)
PATIENCE = timedelta(seconds=60)
# Half of a task's hard limit, with room for one slow call.
BUDGET_S = 10.0
BATCH = 50


def sweep(*, now: datetime) -> int:
    """Settle what can be settled within ten seconds, longest unasked first; return how many were asked."""
    started = time.monotonic()
    asked = 0
    for ask in _open_things(now):
        if time.monotonic() - started > BUDGET_S:
            break
        try:
            ask(now=now)
        except Exception:
            logger.exception("sweep: %s", ask)
        asked += 1
    return asked


def _open_things(now: datetime) -> Iterator[Callable[..., object]]:
    silent = Q(state__in=(PaymentState.CREATED, PaymentState.UNKNOWN), created_at__lt=now - GRACE)
    waiting = Q(state__in=(PaymentState.REQUIRES_ACTION, PaymentState.PENDING), checked_at__lt=now - PATIENCE)
    oldest = F("checked_at").asc(nulls_first=True)
    for payment in Payment.objects.filter(silent | waiting).order_by(oldest)[:BATCH]:
        yield partial(refresh_payment, payment_id=payment.public_id)
    unasked = Q(checked_at=None, created_at__lt=now - GRACE) | Q(checked_at__lt=now - GRACE)
    for refund in Refund.objects.filter(unasked, state=RefundState.PENDING).order_by(oldest)[:BATCH]:
        yield partial(send_refund, refund_id=refund.public_id)
    on_their_way = (PayoutState.CREATED, PayoutState.SENT)
    for payout in Payout.objects.filter(unasked, state__in=on_their_way).order_by(oldest)[:BATCH]:
        yield partial(send_payout, payout_id=payout.public_id)
    for card in SavedCard.objects.filter(forgotten_at__lt=now - GRACE)[:BATCH]:
        yield partial(delete_forgotten, card_id=card.pk)
