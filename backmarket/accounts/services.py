"""Open accounts for people who proved their address by another way than the sign-up form."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError

from .models import User


class AccountExistsError(DomainError):
    code = "account_exists"
    message = _("There is an account with this address already.")


@transaction.atomic
def open_account(*, email: str, name: str, locale: str, actor: Actor, now: datetime) -> User:
    """
    Open an account whose address its owner proved by opening a link that was mailed to it.

    It has no password until its owner sets one. An account that exists is never opened this way: a mail is kept
    and passed on, and must not be a key to it.

    :raises AccountExistsError: the address belongs to an account
    """
    if EmailAddress.objects.filter(email__iexact=email).exists():
        raise AccountExistsError
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, name=name[:150], locale=locale, date_joined=now)
    except IntegrityError as error:
        raise AccountExistsError from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(actor, "account opened from an order", user, now=now)
    return user
