"""Keep and forget cards; what is kept is the provider's token."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backmarket.core.errors import DomainError
from payments.models import SavedCard
from payments.providers.base import ProviderCard
from payments.selectors.cards import live_card


class CardUnknownError(DomainError):
    code = "card_unknown"
    http_status = 404


@transaction.atomic
def keep_card(*, owner: str, provider: str, card: ProviderCard, now: datetime) -> SavedCard:
    """
    Keep a card of which its owner said so at the provider; once per token, however often it is heard.

    The same card entered again takes the place of the one before it.
    """
    facts = {"brand": card.brand, "last4": card.last4, "exp_month": card.exp_month, "exp_year": card.exp_year}
    kept, is_new = SavedCard.objects.get_or_create(
        provider=provider, token=card.token, defaults={**facts, "owner": owner, "created_at": now}
    )
    if is_new:
        before = SavedCard.objects.filter(owner=owner, provider=provider, forgotten_at=None, **facts)
        before.exclude(pk=kept.pk).update(forgotten_at=now)
    return kept


@transaction.atomic
def forget_card(*, owner: str, card_id: UUID, now: datetime) -> SavedCard:
    """
    Take a card away from its owner's; the provider deletes it afterwards.

    :raises CardUnknownError: the owner keeps no such card
    """
    card = live_card(owner=owner, card_id=card_id)
    if card is None:
        raise CardUnknownError
    card.forgotten_at = now
    card.save(update_fields=["forgotten_at"])
    return card
