"""What Stripe's objects say, in our words."""

from datetime import UTC, date, datetime
from typing import Any

from stripe import BalanceTransaction, Charge, Dispute, PaymentIntent, PaymentMethod, Payout, Refund, Transfer
from stripe.checkout import Session

from backmarket.core.money import Money
from payments.providers.base import (
    DisputeState,
    ProviderCard,
    ProviderDispute,
    ProviderPayment,
    ProviderRefund,
    ProviderTransfer,
    Settlement,
    SettlementRow,
    Truth,
)

REFERENCE = "merchant_reference"

_INTENT = {
    "requires_action": Truth.OPEN,
    "processing": Truth.PROCESSING,
    "requires_capture": Truth.AUTHORISED,
    "succeeded": Truth.SUCCEEDED,
    # The card was refused, or its bank's challenge failed; nobody is asked for another on this page any more.
    "requires_payment_method": Truth.FAILED,
    "canceled": Truth.CANCELLED,
}
_SESSION = {"open": Truth.OPEN, "expired": Truth.CANCELLED}
_REFUND = {"succeeded": Truth.SUCCEEDED, "failed": Truth.FAILED, "canceled": Truth.FAILED}
_PAYOUT = {"paid": Truth.SUCCEEDED, "failed": Truth.FAILED, "canceled": Truth.CANCELLED}
_DISPUTE = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.UNDER_REVIEW,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "under_review": DisputeState.UNDER_REVIEW,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


def money(amount_minor: int, currency: str) -> Money:
    """Read an amount; none of our currencies is without decimals."""
    return Money(amount_minor, currency.upper())


def id_of(thing: Any) -> str:
    """Return the id of what is an id, an object or nothing."""
    return str(getattr(thing, "id", thing) or "")


def told(thing: Any, name: str) -> Any:
    """Return what an object says, or None where Stripe leaves the word out, as it does with what does not apply."""
    return getattr(thing, name, None)


def reference_in(thing: Any) -> str:
    """Return our own id out of an object's metadata, if it has any."""
    metadata = told(thing, "metadata")
    return str(metadata[REFERENCE]) if metadata and REFERENCE in metadata else ""


def session_payment(session: Session) -> ProviderPayment:
    """Read a hosted page: once it was completed, its payment tells how it stands."""
    intent = session.payment_intent
    if session.status == "complete" and isinstance(intent, PaymentIntent):
        return intent_payment(intent, ref=session.id, kept_card=_kept_card(intent))
    asked = money(session.amount_total or 0, session.currency or "")
    return ProviderPayment(
        ref=session.id,
        state=_SESSION.get(session.status or "", Truth.PROCESSING),
        amount=asked,
        fee=Money.zero(asked.currency),
        redirect_url=session.url or "",
    )


def intent_payment(intent: PaymentIntent, *, ref: str = "", kept_card: ProviderCard | None = None) -> ProviderPayment:
    """Read a payment; `ref` is the page that it was made on."""
    state = _INTENT.get(intent.status, Truth.PROCESSING)
    challenge = told(told(intent, "next_action"), "redirect_to_url")
    return ProviderPayment(
        ref=ref or intent.id,
        state=state,
        amount=money(intent.amount_received if state == Truth.SUCCEEDED else intent.amount, intent.currency),
        fee=_fee(intent),
        redirect_url=told(challenge, "url") or "",
        failure_code=(told(told(intent, "last_payment_error"), "code") or "") if state == Truth.FAILED else "",
        kept_card=kept_card,
    )


def _fee(intent: PaymentIntent) -> Money:
    """
    Return what Stripe keeps, in the currency that it settles in.

    The balance transaction is there as soon as money was taken, because nothing is captured asynchronously.
    """
    charge = intent.latest_charge
    moved = charge.balance_transaction if isinstance(charge, Charge) else None
    if not isinstance(moved, BalanceTransaction):
        return Money.zero(intent.currency.upper())
    return money(moved.fee, moved.currency)


def _kept_card(intent: PaymentIntent) -> ProviderCard | None:
    """Return the card whose owner ticked the box that keeps it; others may be attached, but not for showing again."""
    method = intent.payment_method
    card, customer = told(method, "card"), id_of(told(method, "customer"))
    if not isinstance(method, PaymentMethod) or card is None or not customer:
        return None
    if told(method, "allow_redisplay") != "always":
        return None
    return ProviderCard(
        token=card_token(customer, method.id),
        brand=card.brand,
        last4=card.last4 or "",
        exp_month=card.exp_month,
        exp_year=card.exp_year,
    )


def card_token(customer: str, method: str) -> str:
    """Name a kept card: it is charged and deleted together with the customer it belongs to."""
    return f"{customer}/{method}"


def refund(found: Refund) -> ProviderRefund:
    return ProviderRefund(
        ref=found.id,
        state=_REFUND.get(found.status or "", Truth.PROCESSING),
        failure_code=told(found, "failure_reason") or "",
    )


def transfer(found: Transfer) -> ProviderTransfer:
    """Read a transfer: it is on the seller's balance at once, until all of it is reversed."""
    return ProviderTransfer(found.id, Truth.RETURNED if found.reversed else Truth.SUCCEEDED)


def dispute(found: Dispute) -> ProviderDispute:
    due_by = found.evidence_details.due_by
    amount = money(found.amount, found.currency)
    fees = [money(moved.fee, moved.currency) for moved in found.balance_transactions]
    return ProviderDispute(
        ref=found.id,
        state=_DISPUTE[found.status],
        amount=amount,
        fee=Money.total(fees, fees[0].currency if fees else amount.currency),
        reason=found.reason,
        merchant_reference=reference_in(found.charge),
        evidence_due_at=_instant(due_by) if due_by else None,
    )


def settlement_row(moved: BalanceTransaction) -> SettlementRow:
    return SettlementRow(
        ref=moved.id,
        kind=moved.type,
        gross_minor=moved.amount,
        fee_minor=moved.fee,
        net_minor=moved.net,
        currency=moved.currency.upper(),
        source_ref=id_of(moved.source),
        merchant_reference=reference_in(moved.source),
        created_at=_instant(moved.created),
        available_at=_instant(moved.available_on),
    )


def settlement(found: Payout) -> Settlement:
    return Settlement(
        ref=found.id,
        state=_PAYOUT.get(found.status, Truth.PROCESSING),
        amount_minor=found.amount,
        currency=found.currency.upper(),
        created_at=_instant(found.created),
        arrival_date=_date(found.arrival_date),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _date(seconds: int) -> date:
    return _instant(seconds).date()
