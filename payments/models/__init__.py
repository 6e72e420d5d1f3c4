from .cards import SavedCard
from .ledger import Account, BalanceSnapshot, Entry, LedgerCheck, PayoutFreeze, Posting
from .maturity import Maturity
from .payin import PAYMENT_STATES, Capture, Payment
from .payout import PAYOUT_STATES, Payout, PayoutLine
from .payout_terms import PayoutHold, PayoutTerms, RollingReserve
from .refund import REFUND_STATES, Refund
from .routing import RoutingRule
from .stored_value import GiftCard, StoredValueHold
from .webhook import WebhookEvent, WebhookReceipt

__all__ = [
    "PAYMENT_STATES",
    "PAYOUT_STATES",
    "REFUND_STATES",
    "Account",
    "BalanceSnapshot",
    "Capture",
    "Entry",
    "GiftCard",
    "LedgerCheck",
    "Maturity",
    "Payment",
    "Payout",
    "PayoutFreeze",
    "PayoutHold",
    "PayoutLine",
    "PayoutTerms",
    "Posting",
    "Refund",
    "RollingReserve",
    "RoutingRule",
    "SavedCard",
    "StoredValueHold",
    "WebhookEvent",
    "WebhookReceipt",
]
