from .ledger import balances_of, trail
from .payments import payments_of, refunded_minor, refunds_of
from .payouts import payouts_of

__all__ = ["balances_of", "payments_of", "payouts_of", "refunded_minor", "refunds_of", "trail"]
