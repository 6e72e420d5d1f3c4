"""What the house needs of a payment provider; the provider's word is the truth about money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from backmarket.core.money import Money


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
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


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
    """Which object changed; what is true of it is read from the provider, so arrival order never matters."""

    event_id: str
    object_kind: str
    merchant_reference: str


class Provider(Protocol):
    """
    Each write carries our own id, which is its idempotency key and by which it can be found again.

    Writes and reads raise `OutcomeUnknownError`; writes also `ProviderRefusedError`.
    """

    name: str

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
    ) -> ProviderPayment:
        """
        Open a hosted page, or charge the customer's kept card at once.

        Where the card's bank asks for more, the payment stays open and its page is the challenge.
        """
        ...

    def forget_card(self, token: str) -> None:
        """Delete a kept card over there; one that is gone already is no error."""
        ...

    def find_payment(self, merchant_reference: UUID) -> ProviderPayment | None: ...

    def cancel_payment(self, merchant_reference: UUID) -> ProviderPayment | None: ...

    def create_refund(self, *, merchant_reference: UUID, payment_ref: str, amount: Money) -> ProviderRefund: ...

    def find_refund(self, merchant_reference: UUID) -> ProviderRefund | None: ...

    def create_transfer(self, *, merchant_reference: UUID, owner: str, amount: Money) -> ProviderTransfer: ...

    def find_transfer(self, merchant_reference: UUID) -> ProviderTransfer | None: ...

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookNotice:
        """:raises BadSignatureError: not from the provider, altered, or too old"""
        ...

    def read_notice(self, body: bytes) -> WebhookNotice: ...
