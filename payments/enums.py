"""The words of money: kinds of accounts and movements, states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    """Accounts of the ledger, one a kind, owner and currency."""

    PROVIDER_RECEIVABLE = "provider_receivable", _("Provider receivable")
    BANK = "bank", _("Bank")
    CUSTOMER_FUNDS = "customer_funds", _("Customer funds")
    SELLER_PENDING = "seller_pending", _("Seller pending")
    SELLER_PAYABLE = "seller_payable", _("Seller payable")
    SELLER_RESERVE = "seller_reserve", _("Seller reserve")
    COMMISSION_REVENUE = "commission_revenue", _("Commission revenue")
    TAX_PAYABLE = "tax_payable", _("Tax payable")
    SERVICE_REVENUE = "service_revenue", _("Service revenue")
    PROTECTION_PAYABLE = "protection_payable", _("Protection plans to pay for")
    PROMOTION_EXPENSE = "promotion_expense", _("Promotions")
    STORED_VALUE = "stored_value", _("Gift cards and store credit")
    PROVIDER_FEE_EXPENSE = "provider_fee_expense", _("Provider fees")
    REFUND_PAYABLE = "refund_payable", _("Refunds to pay")
    PAYOUT_IN_TRANSIT = "payout_in_transit", _("Payouts on their way")
    WRITE_OFF = "write_off", _("Borne by the marketplace")


class EntryKind(TextChoices):
    """The declared movements; docs/money-flows.md has a page and an example of each."""

    SALE_CAPTURED = "sale_captured", _("Sale captured")
    PROVIDER_FEE = "provider_fee", _("Provider fee")
    LINE_DISPATCHED = "line_dispatched", _("Line dispatched")
    MATURED = "matured", _("Matured")
    REFUND_CREATED = "refund_created", _("Refund created")
    REFUND_PAID = "refund_paid", _("Refund paid")
    REFUND_FAILED = "refund_failed", _("Refund failed")
    PAYOUT_CREATED = "payout_created", _("Payout created")
    PAYOUT_PAID = "payout_paid", _("Payout paid")
    PAYOUT_RETURNED = "payout_returned", _("Payout returned")
    RESERVE_HELD = "reserve_held", _("Reserve held")
    RESERVE_RELEASED = "reserve_released", _("Reserve released")
    STORED_VALUE_GRANTED = "stored_value_granted", _("Gift card or credit given")
    STORED_VALUE_MOVED = "stored_value_moved", _("Gift card moved to an account")
    STORED_VALUE_SPENT = "stored_value_spent", _("Gift card or credit spent")
    REFUND_CREDITED = "refund_credited", _("Refund credited")
    CORRECTION = "correction", _("Correction")


class PaymentState(TextChoices):
    """`unknown`: the provider did not answer; it is asked until it does, never charged again."""

    CREATED = "created", _("Created")
    PENDING = "pending", _("Pending")
    REQUIRES_ACTION = "requires_action", _("Waiting for the shopper")
    CAPTURED = "captured", _("Captured")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unknown")


class PaymentMethod(TextChoices):
    """How a shopper pays what gift cards and credit leave; each is a page of the provider's."""

    CARD = "card", _("Card")
    WALLET = "wallet", _("Apple Pay or Google Pay")
    BANK = "bank", _("Bank transfer at once")
    INSTALMENTS = "instalments", _("Instalments")


class RefundState(TextChoices):
    PENDING = "pending", _("Pending")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")


class HoldState(TextChoices):
    HELD = "held", _("Held")
    POSTED = "posted", _("Spent")
    VOIDED = "voided", _("Free again")


class PayoutState(TextChoices):
    CREATED = "created", _("Created")
    SENT = "sent", _("Sent")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned")


class BorneBy(TextChoices):
    """`customer_funds`: nobody has earned the money yet."""

    CUSTOMER_FUNDS = "customer_funds", _("Customer funds")
    SELLER = "seller", _("Seller")
    MARKETPLACE = "marketplace", _("Marketplace")


class PayoutSchedule(TextChoices):
    """When money leaves; only finance may agree on daily payouts."""

    MONTH_DAYS = "month_days", _("On the 6th, 16th and 26th")
    WEEKLY = "weekly", _("Once a week")
    DAILY = "daily", _("Every banking day")


class HoldKind(TextChoices):
    """Why a seller is not paid for now; all but the last are set and lifted by who knows the fact."""

    VERIFICATION = "verification", _("Verification missing")
    QUALITY = "quality", _("Quality below the floor")
    DISPUTES = "disputes", _("Open disputes")
    BY_HAND = "by_hand", _("Held by finance")


class PayoutOutcome(TextChoices):
    """What becomes of a seller's balance at a payout."""

    PAID_OUT = "paid_out", _("Payout made")
    HELD = "held", _("Held")
    BELOW_MINIMUM = "below_minimum", _("Below the minimum")
    CARRIED_OVER = "carried_over", _("Negative, carried over")
    NOTHING = "nothing", _("Nothing payable")
