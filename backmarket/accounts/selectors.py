"""Reads of people."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def user_id_of(request: HttpRequest) -> int:
    """
    Return who is signed in, for views whose policy lets nobody else in.

    :raises PermissionDenied: nobody is
    """
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user.pk


def contacts_of_group(group: str) -> list[tuple[str, str]]:
    """Return address and language of each active member of a staff group."""
    members = get_user_model().objects.filter(is_active=True, is_staff=True, groups__name=group)
    return list(members.order_by("pk").values_list("email", "locale"))


def user_id_by_email(email: str) -> int | None:
    """Return the account that signs in with an address, however it is written, or None."""
    return get_user_model().objects.filter(email__iexact=email).values_list("pk", flat=True).first()


def verified_emails(user_id: int) -> list[str]:
    """Return the addresses that a person has proved to be theirs, in lower case."""
    found = EmailAddress.objects.filter(user_id=user_id, verified=True).values_list("email", flat=True)
    return [email.lower() for email in found]
