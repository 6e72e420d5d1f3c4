"""Take money: stored intent, call with a key derived from it, stored outcome, each in its own transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backmarket.core.money import Money
from payments.enums import PaymentMethod, PaymentState
from payments.models import Payment
from payments.providers.base import OutcomeUnknownError, ProviderPayment, ProviderRefusedError
from payments.providers.registry import provider_named
from payments.rules.routing import Choice
from payments.selectors.cards import live_card
from payments.selectors.payments import payment_view
from payments.selectors.routing import provider_for
from payments.selectors.views import PaymentView
from payments.services import payments
from payments.services.cards import CardUnknownError

NOT_SENT = (PaymentState.CREATED, PaymentState.UNKNOWN)


def start_payment(
    *,
    reference: str,
    amount: Money,
    description: str,
    email: str,
    locale: str,
    return_url: str,
    key: str,
    now: datetime,
    owner: str = "",
    card_id: UUID | None = None,
    market: str = "",
    method: str = PaymentMethod.CARD,
) -> PaymentView:
    """
    Ask the provider for a hosted page on which the shopper pays; once per key.

    `owner` is who may keep the card that they enter; with `card_id` the owner's kept card is charged at once, and
    the page is its bank's challenge, if it asks for one. While the answer is unknown the state says so and
    `redirect_url` is empty; the sweep, or this call again, finds out. Nothing is charged twice: before a second
    attempt the provider is asked by our own id.

    Who takes the payment is chosen by finance's rules over `market`, `method` and amount, around providers that lately
    gave no answer; a kept card is charged where it is kept. A payment stays with its provider.

    :raises CardUnknownError: the owner keeps no such card
    :raises PaymentKeyReusedError: the key was spent on another amount or reference
    """
    card = live_card(owner=owner, card_id=card_id) if card_id else None
    if card_id and card is None:
        raise CardUnknownError
    choice = Choice(card.provider) if card else provider_for(market=market, method=method, amount=amount, now=now)
    with transaction.atomic(durable=True):
        payment, is_new = payments.create_payment(
            reference=reference,
            amount=amount,
            description=description,
            email=email,
            locale=locale,
            return_url=return_url,
            key=key,
            provider=choice.provider,
            instead_of=choice.instead_of,
            market=market,
            method=method,
            owner=owner,
            card_token=card.token if card else "",
            now=now,
        )
    if payment.state not in NOT_SENT:
        return payment_view(payment)
    try:
        truth = _create(payment, look_first=not is_new)
    except OutcomeUnknownError:
        return _store_unknown(payment, now)
    except ProviderRefusedError as error:
        with transaction.atomic(durable=True):
            return payment_view(payments.record_refused(payment_id=payment.public_id, code=error.code, now=now))
    return _store(payment, truth, now)


def _create(payment: Payment, *, look_first: bool) -> ProviderPayment:
    provider = provider_named(payment.provider)
    known = provider.find_payment(payment.public_id, ref=payment.provider_ref) if look_first else None
    return known or _send(payment)


def _send(payment: Payment) -> ProviderPayment:
    return provider_named(payment.provider).create_payment(
        merchant_reference=payment.public_id,
        amount=payment.amount,
        description=payment.description,
        email=payment.email,
        locale=payment.locale,
        return_url=payment.return_url,
        customer=payment.owner,
        card_token=payment.card_token,
        method=payment.method,
        market=payment.market,
    )


def refresh_payment(*, payment_id: UUID, now: datetime) -> PaymentView:
    """
    Re-read the provider's object and record what is true; without an answer nothing changes.

    A hosted page whose address was lost, at a provider that cannot look one up, is asked for again by the same key.

    :raises Payment.DoesNotExist: there is none
    """
    payment = Payment.objects.get(public_id=payment_id)
    if payment.state == PaymentState.CAPTURED:
        return payment_view(payment)
    provider = provider_named(payment.provider)
    is_lost = payment.state in NOT_SENT and now - payment.created_at > provider.lost_after
    is_page = payment.state in NOT_SENT and not payment.card_token
    try:
        truth = provider.find_payment(payment_id, ref=payment.provider_ref)
        if truth is None and is_page and not is_lost and not provider.finds_pages:
            truth = _send(payment)
    except (OutcomeUnknownError, ProviderRefusedError):
        return _store_unknown(payment, now)
    if truth is not None:
        return _store(payment, truth, now)
    if is_lost:
        with transaction.atomic(durable=True):
            return payment_view(payments.record_refused(payment_id=payment_id, code="never_reached_provider", now=now))
    return payment_view(payment)


def cancel_payment(*, payment_id: UUID, now: datetime) -> PaymentView:
    """Close the hosted page, so that no money arrives late; money already taken is recorded instead."""
    payment = Payment.objects.get(public_id=payment_id)
    if payment.state == PaymentState.CAPTURED:
        return payment_view(payment)
    try:
        truth = provider_named(payment.provider).cancel_payment(payment_id, ref=payment.provider_ref)
    except (OutcomeUnknownError, ProviderRefusedError):
        return refresh_payment(payment_id=payment_id, now=now)
    if truth is None:
        return refresh_payment(payment_id=payment_id, now=now)
    return _store(payment, truth, now)


def _store(payment: Payment, truth: ProviderPayment, now: datetime) -> PaymentView:
    with transaction.atomic(durable=True):
        return payment_view(payments.record_truth(payment_id=payment.public_id, truth=truth, now=now))


def _store_unknown(payment: Payment, now: datetime) -> PaymentView:
    with transaction.atomic(durable=True):
        return payment_view(payments.record_unknown(payment_id=payment.public_id, now=now))
