"""Kept cards of an owner."""

from datetime import datetime
from uuid import UUID

from payments.models import SavedCard

from .views import CardView


def cards_of(owner: str, *, now: datetime) -> list[CardView]:
    """Return the cards that an owner keeps, the newest first; expired ones say so."""
    return [_view(card, now) for card in SavedCard.objects.filter(owner=owner, forgotten_at=None)]


def live_card(*, owner: str, card_id: UUID) -> SavedCard | None:
    """Return an owner's kept card; another's, or one that was forgotten, is none."""
    return SavedCard.objects.filter(owner=owner, public_id=card_id, forgotten_at=None).first()


def _view(card: SavedCard, now: datetime) -> CardView:
    return CardView(
        public_id=card.public_id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        is_expired=(card.exp_year, card.exp_month) < (now.year, now.month),
    )
