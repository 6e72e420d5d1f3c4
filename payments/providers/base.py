"""What the house needs of a payment provider; the provider's word is the truth about money."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from backmarket.core.money import Money
from payments.enums import PaymentMethod


class OutcomeUnknownError(Exception):
    """No answer, or one that says nothing: the call may have had its effect. Ask, never send again blindly."""


class ProviderRefusedError(Exception):
    """The provider said no, and nothing happened; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class BadSignatureError(Exception):
    """A message that the provider did not sign, or signed too long ago."""


class Truth(StrEnum):
    """What a provider's object may be in."""

    OPEN = "open"
    PROCESSING = "processing"
    # Reserved on the card until it is captured or cancelled.
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


CaptureMethod = Literal["automatic", "manual"]


@dataclass(frozen=True, slots=True)
class ProviderCard:
    """A card that its owner agreed to keep: a token in place of its number, which nobody here ever sees."""

    token: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """`amount` is what was taken once the state is succeeded, else what was asked for."""

    ref: str
    state: Truth
    amount: Money
    fee: Money
    redirect_url: str = ""
    failure_code: str = ""
    kept_card: ProviderCard | None = None


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    ref: str
    state: Truth
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class ProviderTransfer:
    ref: str
    state: Truth
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """
    Which object changed; what is true of it is read from the provider, so arrival order never matters.

    `merchant_reference` is empty where the object carries none of our ids, as disputes do; `ref` is the provider's own.
    """

    event_id: str
    object_kind: str
    merchant_reference: str
    ref: str = ""


class Provider(Protocol):
    """
    Each write carries our own id, which is its idempotency key and by which it can be found again.

    `find_*` returns None only where the provider surely holds nothing that moved money. What the provider called a
    thing is passed along (`ref`, `payment_ref`; empty while it is not known), because not all can look up by our id
    alone. Writes and reads raise `OutcomeUnknownError`; writes also `ProviderRefusedError`.
    """

    name: str
    # A payment that the provider does not know this long after it was sent never reached it.
    lost_after: timedelta
    # Whether a page on which nobody has paid is found by our id; else the create call again answers as the first did.
    finds_pages: bool

    @property
    def is_configured(self) -> bool:
        """Whether the settings name what a call needs."""
        ...

    def create_payment(
        self,
        *,
        merchant_reference: UUID,
        amount: Money,
        description: str,
        email: str,
        locale: str,
        return_url: str,
        customer: str = "",
        card_token: str = "",
        capture: CaptureMethod = "automatic",
        method: str = PaymentMethod.CARD,
        market: str = "",
    ) -> ProviderPayment:
        """
        Open a hosted page for a method, or charge the customer's kept card at once.

        Where the card's bank asks for more, the payment stays open and its page is the challenge. With manual capture
        the money is only reserved.
        """
        ...

    def capture_payment(self, merchant_reference: UUID, *, ref: str, amount: Money) -> ProviderPayment:
        """Take reserved money, once; what is left above `amount` is set free."""
        ...

    def forget_card(self, token: str) -> None:
        """Delete a kept card over there; one that is gone already is no error."""
        ...

    def find_payment(self, merchant_reference: UUID, *, ref: str) -> ProviderPayment | None: ...

    def cancel_payment(self, merchant_reference: UUID, *, ref: str) -> ProviderPayment | None:
        """Close the page and set reserved money free; None where nothing is known of the payment."""
        ...

    def create_refund(self, *, merchant_reference: UUID, payment_ref: str, amount: Money) -> ProviderRefund: ...

    def find_refund(self, merchant_reference: UUID, *, payment_ref: str) -> ProviderRefund | None: ...

    def create_transfer(self, *, merchant_reference: UUID, destination: str, amount: Money) -> ProviderTransfer:
        """Send money to a seller; `destination` is whom the provider knows them as."""
        ...

    def find_transfer(self, merchant_reference: UUID) -> ProviderTransfer | None: ...

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookNotice:
        """:raises BadSignatureError: not from the provider, altered, or too old"""
        ...

    def read_notice(self, body: bytes) -> WebhookNotice: ...


class DisputeState(StrEnum):
    """`inquiry`: the bank only asks yet; without an answer it may become a dispute."""

    INQUIRY = "inquiry"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ProviderDispute:
    """Money that a bank takes back; `merchant_reference` is our id of the payment, empty if it is not ours."""

    ref: str
    state: DisputeState
    amount: Money
    fee: Money
    reason: str
    merchant_reference: str
    evidence_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputeEvidence:
    """What speaks for the seller; `document` is a PDF with everything."""

    statement: str
    document: bytes
    product: str = ""
    customer_name: str = ""
    customer_email: str = ""
    carrier: str = ""
    tracking_number: str = ""
    shipped_date: date | None = None


class DisputeProvider(Protocol):
    """A provider that tells of disputes and takes evidence."""

    def find_dispute(self, ref: str) -> ProviderDispute: ...

    def submit_evidence(
        self, *, merchant_reference: UUID, dispute_ref: str, evidence: DisputeEvidence
    ) -> ProviderDispute:
        """Hand evidence to the bank, once and for good; `merchant_reference` is our id of the submission."""
        ...


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """
    One movement on our balance at the provider: `net_minor` is `gross_minor` less `fee_minor`, in minor units.

    The currency is a bare code, because a report may hold what we do not trade in, and that must be seen too.
    """

    ref: str
    kind: str
    gross_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    source_ref: str
    merchant_reference: str
    created_at: datetime
    available_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """A sum that the provider sent, or is about to send, to our bank account."""

    ref: str
    state: Truth
    amount_minor: int
    currency: str
    created_at: datetime
    arrival_date: date


class ReportProvider(Protocol):
    """A provider that accounts for what it holds; rows come as they are read, page by page, newest first."""

    def balance_rows(self, *, since: datetime, until: datetime) -> Iterator[SettlementRow]:
        """Yield each movement made from `since` on and before `until`."""
        ...

    def settlements(self, *, since: datetime, until: datetime) -> Iterator[Settlement]:
        """Yield what was sent to our bank from `since` on and before `until`."""
        ...

    def settlement_rows(self, settlement_ref: str) -> Iterator[SettlementRow]:
        """Yield the movements that add up to one settlement."""
        ...
