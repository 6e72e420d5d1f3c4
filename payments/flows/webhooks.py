"""Act on a stored message: re-read the provider's object it speaks of and record what is true."""

import logging
from datetime import datetime
from uuid import UUID

from payments.models import Payment, Payout, Refund, WebhookEvent
from payments.providers.base import WebhookNotice
from payments.providers.registry import provider_named

from .payin import refresh_payment
from .payouts import send_payout
from .refunds import send_refund

logger = logging.getLogger(__name__)


def process_webhook(*, webhook_id: int, now: datetime) -> None:
    """
    Refresh what the message speaks of; its content is not trusted, so order and repetition do not matter.

    A message about something that is not ours, or that nobody here acts on, is logged and left.
    """
    stored = WebhookEvent.objects.get(pk=webhook_id)
    notice = provider_named(stored.provider).read_notice(bytes(stored.body))
    public_id = _our_id(notice)
    try:
        if public_id is None:
            logger.info("webhook %s speaks of %s %s without an id of ours", webhook_id, notice.object_kind, notice.ref)
        elif notice.object_kind == "payment":
            refresh_payment(payment_id=public_id, now=now)
        elif notice.object_kind == "refund":
            send_refund(refund_id=public_id, now=now)
        elif notice.object_kind == "transfer":
            send_payout(payout_id=public_id, now=now)
    except (Payment.DoesNotExist, Refund.DoesNotExist, Payout.DoesNotExist):
        logger.warning("webhook %s speaks of %s %s, which is not ours", webhook_id, notice.object_kind, public_id)


def _our_id(notice: WebhookNotice) -> UUID | None:
    try:
        return UUID(notice.merchant_reference)
    except ValueError:
        return None
