"""What crosses the tribe's border."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backmarket.core.money import Money
from payments.enums import PaymentState, PayoutState, RefundState
from payments.rules.shares import RefundShares


@dataclass(frozen=True, slots=True)
class PaymentView:
    """`redirect_url` is where the shopper pays; empty while the provider's answer is unknown."""

    public_id: UUID
    state: str
    redirect_url: str
    amount: Money
    reference: str = ""
    captured_at: datetime | None = None
    failure_code: str = ""

    @property
    def state_label(self) -> str:
        return str(PaymentState(self.state).label)


@dataclass(frozen=True, slots=True)
class CardView:
    """A kept card as its owner knows it."""

    public_id: UUID
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_expired: bool

    @property
    def name(self) -> str:
        brands = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express"}
        return f"{brands.get(self.brand, self.brand)} •••• {self.last4}"

    @property
    def expiry(self) -> str:
        return f"{self.exp_month:02d}/{self.exp_year % 100:02d}"


@dataclass(frozen=True, slots=True)
class RefundView:
    """`credit` of the amount goes back to gift cards and credit, the rest to the card that paid."""

    public_id: UUID
    state: str
    amount: Money
    credit: Money
    reference: str = ""
    line_reference: str = ""
    created_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def card_amount(self) -> Money:
        return self.amount - self.credit

    @property
    def state_label(self) -> str:
        return str(RefundState(self.state).label)


@dataclass(frozen=True, slots=True)
class SettledRefund:
    """A refund that reached the buyer, and who gave what of it back."""

    public_id: UUID
    line_reference: str
    amount: Money
    shares: RefundShares
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class PayoutView:
    public_id: UUID
    owner: str
    state: str
    amount: Money
    created_at: datetime
    paid_at: datetime | None = None
    returned_at: datetime | None = None

    @property
    def state_label(self) -> str:
        return str(PayoutState(self.state).label)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting that a payout settles, from the seller's side: what raises the payout is positive."""

    occurred_at: datetime
    kind: str
    reference: str
    line_reference: str
    note: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SellerBalance:
    """What the house owes a seller, in one currency; `payable` is negative when the seller owes."""

    pending: Money
    payable: Money
    reserve: Money
    in_transit: Money


@dataclass(frozen=True, slots=True)
class PostingView:
    account_kind: str
    account_owner: str
    amount: Money

    @property
    def debit(self) -> Money | None:
        return self.amount if self.amount.amount_minor > 0 else None

    @property
    def credit(self) -> Money | None:
        return -self.amount if self.amount.amount_minor < 0 else None


@dataclass(frozen=True, slots=True)
class EntryView:
    id: int
    kind: str
    reference: str
    line_reference: str
    occurred_at: datetime
    note: str
    postings: tuple[PostingView, ...]
