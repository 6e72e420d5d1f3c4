"""Send payouts to sellers and hear what became of them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments.enums import PayoutState
from payments.models import Payout
from payments.providers.base import OutcomeUnknownError, ProviderRefusedError, ProviderTransfer, Truth
from payments.providers.registry import provider_named
from payments.selectors.payouts import payout_view
from payments.selectors.views import PayoutView
from payments.services import payouts
from payments.services.freezes import PayoutsFrozenError, require_not_frozen


def send_payout(*, payout_id: UUID, now: datetime) -> PayoutView:
    """
    Send a payout as a transfer, or ask how it stands if the provider may have it already.

    A refused or returned one goes back to payable. While payouts are frozen none is sent; one that was sent before is
    still asked after.

    :raises Payout.DoesNotExist: there is none
    """
    payout = Payout.objects.get(public_id=payout_id)
    if payout.state == PayoutState.RETURNED:
        return payout_view(payout)
    with transaction.atomic(durable=True):
        payout, tried_before = payouts.record_attempt(payout_id=payout_id, now=now)
    try:
        truth = _send(payout, look_first=tried_before)
    except (OutcomeUnknownError, PayoutsFrozenError):
        return payout_view(payout)
    except ProviderRefusedError as error:
        truth = ProviderTransfer(payout.provider_ref, Truth.FAILED, error.code)
    with transaction.atomic(durable=True):
        return payout_view(payouts.record_truth(payout_id=payout_id, truth=truth, now=now))


def _send(payout: Payout, *, look_first: bool) -> ProviderTransfer:
    provider = provider_named(payout.provider)
    known = provider.find_transfer(payout.public_id) if look_first else None
    if known:
        return known
    require_not_frozen()
    return provider.create_transfer(merchant_reference=payout.public_id, destination=payout.owner, amount=payout.amount)
