"""Share a basket by a link, and take the link back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from checkout import locks
from checkout.models import SharedBasket, SharedItem
from checkout.selectors.shared_baskets import shares_of

LIFE = timedelta(days=30)
MAX_LINKS = 10


class NothingToShareError(DomainError):
    code = "basket_nothing_to_share"
    message = _("There is nothing in your basket to share.")


class TooManyLinksError(DomainError):
    code = "basket_too_many_links"
    message = _("You have 10 links already. End one of them first.")


@transaction.atomic
def share_basket(*, basket_id: int, tokens: Sequence[UUID], now: datetime) -> SharedBasket:
    """
    Make a link to what is to be bought of a basket as it is now, for 30 days.

    `tokens` are the links that a guest made before; an account's are known.

    :raises NothingToShareError: nothing is to be bought, or the basket was ordered meanwhile
    :raises TooManyLinksError: ten links work
    """
    basket = locks.lock_open_basket(basket_id)
    lines = list(basket.lines.filter(saved_at=None, is_gone=False)) if basket is not None else []
    if basket is None or not lines:
        raise NothingToShareError
    if len(shares_of(user_id=basket.user_id, tokens=tokens, market=basket.market, now=now)) >= MAX_LINKS:
        raise TooManyLinksError
    shared = SharedBasket.objects.create(
        user_id=basket.user_id, market=basket.market, created_at=now, expires_at=now + LIFE
    )
    SharedItem.objects.bulk_create(
        SharedItem(shared=shared, listing_id=line.listing_id, quantity=line.quantity) for line in lines
    )
    return shared


@transaction.atomic
def end_share(*, shared_id: int) -> None:
    """Take a link back for good; repeating it changes nothing."""
    SharedBasket.objects.filter(pk=shared_id).delete()


@transaction.atomic
def claim_shares(*, tokens: Sequence[UUID], user_id: int) -> None:
    """Give the links that a guest made to the account that they signed in to; they keep working."""
    SharedBasket.objects.filter(token__in=tokens, user=None).update(user_id=user_id)


def forget_expired_shares(*, now: datetime, limit: int = 500) -> int:
    """Delete links whose time is over; return how many, at most `limit`."""
    ids = list(
        SharedBasket.objects.filter(expires_at__lte=now).order_by("expires_at").values_list("pk", flat=True)[:limit]
    )
    SharedBasket.objects.filter(pk__in=ids).delete()
    return len(ids)
