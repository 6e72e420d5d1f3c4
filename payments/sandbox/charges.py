"""What happens to payments, refunds and transfers, and the events that tell of it."""

import json
import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from backmarket.core.money import Money

from . import locks
from .cards import BY_LAST4, Behaviour, TestCard
from .models import Capture, Card, Delivery, Event, Method, Payment, Refund, State, Transfer, new_id

# What each method costs: a share of the amount, and minor units.
FEES = {
    Method.CARD: (Decimal("0.014"), 25),
    Method.WALLET: (Decimal("0.014"), 25),
    Method.BANK: (Decimal(0), 35),
    Method.INSTALMENTS: (Decimal("0.035"), 30),
}
MAX_ATTEMPTS = 5
# How long reserved money stays reserved.
HELD_FOR = timedelta(days=7)
REFUSED = (Behaviour.DECLINED, Behaviour.NO_FUNDS, Behaviour.DECLINED_LATER)


def tell(kind: str, what: str, target: Payment | Refund | Transfer) -> None:
    """Store an event and send it twice, 0.2 to 2 seconds later, so that events overtake each other."""
    event = Event(id=new_id("evt"), merchant_reference=target.merchant_reference)
    data = {"object": kind, "id": target.pk, "merchant_reference": target.merchant_reference}
    created = int(event.created_at.timestamp())
    event.body = json.dumps({"id": event.pk, "type": f"{kind}.{what}", "created": created, "data": data})
    event.save(force_insert=True)
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(event=event, due_at=now + timedelta(seconds=random.uniform(0.2, 2))) for _ in range(2)
    )


def fee_of(amount: Money, method: str = Method.CARD) -> Money:
    rate, fixed_minor = FEES[Method(method)]
    return amount.share(rate) + Money(fixed_minor, amount.currency)


def succeed(payment: Payment, card: TestCard) -> None:
    """Note which card pays, and take or reserve the money."""
    if payment.keeps_card and payment.customer:
        payment.kept_card_token = _keep(payment, card).pk
    payment.card_last4 = card.digits[-4:]
    payment.refunds_fail = card.behaviour == Behaviour.REFUND_FAILS
    payment.challenged_card = ""
    take(payment)


def take(payment: Payment) -> None:
    """Take the money, at its method's price, or reserve it where the merchant captures by a call of its own."""
    if payment.capture == Capture.MANUAL:
        payment.state = State.AUTHORISED
        payment.expires_at = timezone.now() + HELD_FOR
    else:
        payment.state = State.SUCCEEDED
        payment.fee_minor = fee_of(payment.amount, payment.method).amount_minor
    payment.save()
    tell("payment", payment.state, payment)


def capture(payment: Payment, amount_minor: int) -> None:
    """Take that much of reserved money, and set the rest free."""
    payment.state = State.SUCCEEDED
    payment.captured_minor = amount_minor
    payment.fee_minor = fee_of(payment.taken, payment.method).amount_minor
    payment.save()
    tell("payment", "succeeded", payment)


def _keep(payment: Payment, card: TestCard) -> Card:
    month, year = payment.card_expiry.split("/")
    return Card.objects.create(
        id=new_id("card"),
        customer=payment.customer,
        brand=card.brand,
        last4=card.last4,
        exp_month=int(month),
        exp_year=int(year),
    )


def charge_kept(payment: Payment, kept: Card) -> None:
    """Charge a kept card at once: taken, challenged by its bank, or declined, which ends the payment."""
    card = BY_LAST4[kept.last4]
    today = timezone.now()
    if (kept.exp_year, kept.exp_month) < (today.year, today.month):
        end(payment, "expired_card")
    elif card.behaviour == Behaviour.CHALLENGED:
        challenge(payment, card)
    elif card.behaviour in REFUSED:
        end(payment, "insufficient_funds" if card.behaviour == Behaviour.NO_FUNDS else "card_declined")
    else:
        succeed(payment, card)


def end(payment: Payment, code: str) -> None:
    payment.state = State.FAILED
    payment.failure_code = code
    payment.save()
    tell("payment", "failed", payment)


def decline(payment: Payment, code: str) -> None:
    """Note a declined attempt; after five the payment is over."""
    payment.attempts += 1
    payment.challenged_card = ""
    if payment.attempts >= MAX_ATTEMPTS:
        payment.state = State.FAILED
        payment.failure_code = code
    payment.save()
    tell("payment", "failed" if payment.state == State.FAILED else "attempt_declined", payment)


def challenge(payment: Payment, card: TestCard) -> None:
    payment.challenged_card = card.digits
    payment.save()
    tell("payment", "challenged", payment)


def cancel(payment: Payment) -> None:
    if payment.state in (State.OPEN, State.AUTHORISED):
        payment.state = State.CANCELLED
        payment.save()
        tell("payment", "cancelled", payment)


def expire(payment: Payment) -> None:
    payment.state = State.FAILED
    payment.failure_code = "expired"
    payment.save()
    tell("payment", "failed", payment)


def return_transfer(transfer: Transfer) -> None:
    """The bank sends the money back, also days after it was paid."""
    if transfer.state in (State.PROCESSING, State.SUCCEEDED):
        transfer.state = State.RETURNED
        transfer.failure_code = "account_closed"
        transfer.save()
        tell("transfer", "returned", transfer)


def settle_refund() -> bool:
    refund = locks.claim_unsettled_refund(timezone.now())
    if refund is None:
        return False
    refund.state = State.FAILED if refund.payment.refunds_fail else State.SUCCEEDED
    refund.failure_code = "card_refused_refund" if refund.payment.refunds_fail else ""
    refund.save()
    tell("refund", refund.state, refund)
    return True


def settle_transfer() -> bool:
    transfer = locks.claim_unsettled_transfer(timezone.now())
    if transfer is None:
        return False
    transfer.state = State.SUCCEEDED
    transfer.save()
    tell("transfer", transfer.state, transfer)
    return True


def settle_expiry() -> bool:
    payment = locks.claim_expired_payment(timezone.now())
    if payment is None:
        return False
    expire(payment)
    return True
