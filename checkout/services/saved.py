"""Keep and forget the addresses of an account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from checkout import locks
from checkout.models import SavedAddress
from checkout.rules.buyer import ADDRESS, Buyer

MAX_ADDRESSES = 10


class AddressUnknownError(DomainError):
    code = "address_unknown"
    http_status = 404


class AddressBookFullError(DomainError):
    code = "address_book_full"
    message = _("You keep ten addresses already. Delete one on your account page to keep another.")


@transaction.atomic
def keep_address(*, user_id: int, buyer: Buyer, now: datetime) -> SavedAddress:
    """
    Keep the address of an order for the next one; the same address again is the same row, used now.

    :raises AddressBookFullError: the account keeps ten others
    """
    # Two orders at once would each find nine and make eleven.
    locks.lock_person(user_id)
    facts = {name: getattr(buyer, name) for name in ADDRESS}
    known = SavedAddress.objects.filter(user_id=user_id, **facts).first()
    if known is not None:
        known.used_at = now
        known.save(update_fields=["used_at"])
        return known
    if SavedAddress.objects.filter(user_id=user_id).count() >= MAX_ADDRESSES:
        raise AddressBookFullError
    return SavedAddress.objects.create(user_id=user_id, created_at=now, used_at=now, **facts)


@transaction.atomic
def forget_address(*, user_id: int, address_id: UUID) -> None:
    """
    Delete one of a person's addresses.

    :raises AddressUnknownError: the person keeps no such address
    """
    gone, _by_model = SavedAddress.objects.filter(user_id=user_id, public_id=address_id).delete()
    if not gone:
        raise AddressUnknownError
