"""Payments: the intent, and what the provider says became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.events import EventType
from backmarket.core.money import Money
from payments import events, locks
from payments.enums import EntryKind, PaymentMethod, PaymentState
from payments.models import PAYMENT_STATES, Capture, Payment
from payments.providers.base import ProviderPayment, Truth
from payments.rules import movements
from payments.selectors.payments import captured_of

from .cards import keep_card
from .ledger import post_entry

PROVIDER = Actor.system("payment provider")
_STATE_OF = {
    Truth.OPEN: PaymentState.REQUIRES_ACTION,
    Truth.PROCESSING: PaymentState.PENDING,
    Truth.AUTHORISED: PaymentState.PENDING,
    Truth.FAILED: PaymentState.FAILED,
    Truth.CANCELLED: PaymentState.CANCELLED,
}


class PaymentKeyReusedError(DomainError):
    code = "payment_key_reused"


class CaptureKeyReusedError(DomainError):
    code = "capture_key_reused"


class CaptureExceedsAuthorizationError(DomainError):
    code = "capture_exceeds_authorization"


@transaction.atomic
def create_payment(
    *,
    reference: str,
    amount: Money,
    description: str,
    email: str,
    locale: str,
    return_url: str,
    key: str,
    provider: str,
    now: datetime,
    owner: str = "",
    card_token: str = "",
    market: str = "",
    method: str = PaymentMethod.CARD,
    instead_of: str = "",
) -> tuple[Payment, bool]:
    """
    Store the intent to take money, once per key; say whether it is new.

    :raises PaymentKeyReusedError: the key was spent on another amount or reference
    """
    facts = {
        "reference": reference,
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "description": description[:200],
        "email": email,
        "locale": locale,
        "return_url": return_url,
        "provider": provider,
        "owner": owner,
        "card_token": card_token,
        "market": market,
        "method": method,
        "instead_of": instead_of,
        "created_at": now,
    }
    try:
        # Nearly always the key is new: the constraint says so without being asked first.
        with transaction.atomic():
            payment, created = Payment.objects.create(key=key, **facts), True
    except IntegrityError:
        known = Payment.objects.filter(key=key).first()
        if known is None:
            raise
        payment, created = known, False
    if (payment.reference, payment.amount) != (reference, amount):
        raise PaymentKeyReusedError(key=key)
    return payment, created


@transaction.atomic
def record_unknown(*, payment_id: UUID, now: datetime) -> Payment:
    """Note that the provider did not answer; a sweep asks it."""
    payment = locks.lock_payment(payment_id)
    _touch(payment, now)
    if PAYMENT_STATES.allows(payment, PaymentState.UNKNOWN):
        PAYMENT_STATES.move(payment, PaymentState.UNKNOWN, actor=PROVIDER, now=now)
    return payment


@transaction.atomic
def record_refused(*, payment_id: UUID, code: str, now: datetime) -> Payment:
    """Note that the provider never took the intent."""
    payment = locks.lock_payment(payment_id)
    _touch(payment, now)
    _end(payment, PaymentState.FAILED, code, now)
    return payment


@transaction.atomic
def record_truth(*, payment_id: UUID, truth: ProviderPayment, now: datetime) -> Payment:
    """
    Record what the provider's object says, whatever was thought before and in whatever order it is heard.

    Money taken is final; an older answer that arrives late changes nothing.

    :raises CaptureExceedsAuthorizationError: the provider took more than was asked for
    """
    payment = locks.lock_payment(payment_id)
    heard: dict[str, Any] = {"provider_ref": truth.ref, "redirect_url": truth.redirect_url, "checked_at": now}
    if truth.state in (Truth.OPEN, Truth.PROCESSING, Truth.AUTHORISED) and _goes_on(payment, truth):
        PAYMENT_STATES.move(payment, _STATE_OF[truth.state], actor=PROVIDER, now=now, **heard)
        return payment
    for name, value in heard.items():
        setattr(payment, name, value)
    payment.save(update_fields=list(heard))
    if truth.state == Truth.SUCCEEDED:
        key = f"{payment.provider}:{truth.ref}"
        record_capture(payment_id=payment_id, amount=truth.amount, key=key, captured_at=now)
        record_fee(payment=payment, fee=truth.fee, now=now)
        if truth.kept_card is not None and payment.owner:
            keep_card(owner=payment.owner, provider=payment.provider, card=truth.kept_card, now=now)
        payment.refresh_from_db()
    elif truth.state in (Truth.FAILED, Truth.CANCELLED):
        _end(payment, _STATE_OF[truth.state], truth.failure_code, now)
    return payment


def _goes_on(payment: Payment, truth: ProviderPayment) -> bool:
    return payment.state in _BEFORE_THE_END and PAYMENT_STATES.allows(payment, _STATE_OF[truth.state])


_BEFORE_THE_END = (
    PaymentState.CREATED,
    PaymentState.UNKNOWN,
    PaymentState.PENDING,
    PaymentState.REQUIRES_ACTION,
)


@transaction.atomic
def record_capture(*, payment_id: UUID, amount: Money, key: str, captured_at: datetime) -> Capture:
    """
    Record that the buyer's money was taken, once per idempotency key.

    Repeating a call returns the first capture and writes nothing, because providers deliver webhooks more than
    once. Posts the sale and tells of it.

    :raises CaptureExceedsAuthorizationError: too little remains authorized
    :raises CaptureKeyReusedError: the key was spent on another amount
    """
    payment = locks.lock_payment(payment_id)
    known = Capture.objects.filter(key=key).first()
    if known is not None:
        if (known.payment_id, known.amount) != (payment.pk, amount):
            raise CaptureKeyReusedError(key=key)
        return known
    if captured_of(payment) + amount > payment.amount:
        raise CaptureExceedsAuthorizationError(payment=str(payment_id))
    capture = Capture.objects.create(
        payment=payment,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        key=key,
        captured_at=captured_at,
    )
    post_entry(
        kind=EntryKind.SALE_CAPTURED,
        reference=payment.reference,
        postings=movements.sale_captured(provider=payment.provider, amount=amount),
        key=f"sale:{key}",
        occurred_at=captured_at,
    )
    PAYMENT_STATES.move(payment, PaymentState.CAPTURED, actor=PROVIDER, now=captured_at, captured_at=captured_at)
    _tell(events.PAYMENT_CAPTURED, payment, captured_at)
    return capture


@transaction.atomic
def record_fee(*, payment: Payment, fee: Money, now: datetime) -> None:
    """Post what the provider keeps of a payment, once."""
    if fee:
        post_entry(
            kind=EntryKind.PROVIDER_FEE,
            reference=payment.reference,
            postings=movements.provider_fee(provider=payment.provider, fee=fee),
            key=f"fee:{payment.public_id}",
            occurred_at=now,
        )


def _touch(payment: Payment, now: datetime) -> None:
    payment.checked_at = now
    payment.save(update_fields=["checked_at"])


def _end(payment: Payment, state: PaymentState, code: str, now: datetime) -> None:
    if PAYMENT_STATES.allows(payment, state):
        PAYMENT_STATES.move(payment, state, actor=PROVIDER, now=now, failure_code=code[:60])
        _tell(events.PAYMENT_FAILED, payment, now)


def _tell(event_type: EventType, payment: Payment, now: datetime) -> None:
    payload = {"payment_id": str(payment.public_id), "reference": payment.reference}
    outbox.publish(event_type, key=payment.reference, payload=payload, now=now)
