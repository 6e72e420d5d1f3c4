"""What merchants add to lower tribes' pages and mails."""

from collections.abc import Iterable

from django.http import HttpRequest

from care.slots import seller_ids_from
from checkout.slots import seller_contacts_from

from .policies import membership_of
from .selectors import members

seller_contacts_from(members.contacts_of)


@seller_ids_from
def seller_ids_of_member(request: HttpRequest) -> Iterable[int]:
    """Let members see the photos of their merchant's tickets."""
    membership = membership_of(request)
    return [membership.merchant_id] if membership else []
