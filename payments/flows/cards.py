"""Forget a kept card, here at once and at the provider as soon as it answers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments.models import SavedCard
from payments.providers.base import OutcomeUnknownError, ProviderRefusedError
from payments.providers.registry import provider_named
from payments.services import cards


def forget_card(*, owner: str, card_id: UUID, now: datetime) -> None:
    """
    Delete an owner's card; where the provider does not answer, the sweep asks it again.

    :raises payments.services.cards.CardUnknownError: the owner keeps no such card
    """
    with transaction.atomic(durable=True):
        card = cards.forget_card(owner=owner, card_id=card_id, now=now)
    delete_forgotten(card_id=card.pk, now=now)


def delete_forgotten(*, card_id: int, now: datetime) -> None:
    """Have the provider delete a forgotten card, then delete its row."""
    card = SavedCard.objects.filter(pk=card_id, forgotten_at__isnull=False).first()
    if card is None:
        return
    try:
        provider_named(card.provider).forget_card(card.token)
    except (OutcomeUnknownError, ProviderRefusedError):
        return
    card.delete()
