"""
What happens to money. Ids are the public ids as text; references and owners are the caller's opaque strings.
"""

from backmarket.core.events import define

PAYMENT_CAPTURED = define(
    "payments.payment.captured.v1", "payment_id", "reference", meaning="The buyer's money was taken."
)
PAYMENT_FAILED = define(
    "payments.payment.failed.v1", "payment_id", "reference", meaning="A payment ended without money."
)
REFUND_SUCCEEDED = define(
    "payments.refund.succeeded.v1",
    *("refund_id", "reference", "line_reference"),
    meaning="The provider confirmed that a refund left.",
)
REFUND_FAILED = define(
    "payments.refund.failed.v1",
    *("refund_id", "reference", "line_reference"),
    meaning="A refund did not reach the buyer; its amount is free again.",
)
PAYOUT_PAID = define("payments.payout.paid.v1", "payout_id", "owner", meaning="The provider confirmed a payout.")
WEBHOOK_RECEIVED = define(
    "payments.webhook.received.v1", "webhook_id", meaning="A provider's signed message was stored."
)
