from .ledger import balances_of, trail
from .payments import payments_of
from .payouts import payouts_of
from .refunds import refund_by_key, refunded_minor, refunds_of

__all__ = ["balances_of", "payments_of", "payouts_of", "refund_by_key", "refunded_minor", "refunds_of", "trail"]
