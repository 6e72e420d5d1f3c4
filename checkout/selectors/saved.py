"""What an account keeps for its next order: addresses, and the cards of its owner at the provider."""

from datetime import datetime

from django.db.models import QuerySet

from checkout.models import SavedAddress
from payments.selectors.cards import cards_of
from payments.selectors.views import CardView


def payments_owner(user_id: int) -> str:
    """Name a person as payments knows them."""
    return f"user:{user_id}"


def addresses_of(user_id: int) -> QuerySet[SavedAddress]:
    """Return a person's addresses, the one used last first."""
    return SavedAddress.objects.filter(user_id=user_id)


def cards_of_person(user_id: int, *, now: datetime) -> list[CardView]:
    return cards_of(payments_owner(user_id), now=now)
