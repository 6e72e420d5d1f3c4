"""Write wish lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError, NotFoundError
from catalog import locks
from catalog.enums import ProductState
from catalog.models import Offer, ProductModel, Sku, Wish, WishList

MAX_WISHES = 100
GUEST_LISTS_KEPT = timedelta(days=60)


class NothingToWishError(NotFoundError):
    code = "wish_unknown_product"
    message = _("We do not know this product, so it cannot be on a wish list.")


class WishListFullError(DomainError):
    code = "wish_list_full"
    message = _("Your wish list is full. Take something off it first.")


@dataclass(frozen=True, slots=True)
class Wished:
    """What a person wants to keep: a product in one version; without a SKU its cheapest one."""

    slug: str
    sku: UUID | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was on a list, for the way back."""

    sku_id: int
    grade: str
    price_minor: int | None
    saved_at: datetime


@transaction.atomic
def open_list(*, user_id: int | None, token: UUID | None, market: str, now: datetime) -> WishList:
    """Return the list of a user, or of a guest's session, opened where there is none."""
    times = {"created_at": now, "touched_at": now}
    if user_id is not None:
        wish_list, _made = WishList.objects.get_or_create(user_id=user_id, market=market, defaults=times)
    else:
        wish_list, _made = WishList.objects.get_or_create(
            token=token or uuid4(), market=market, defaults={"user": None, **times}
        )
    return wish_list


@transaction.atomic
def add_wish(*, list_id: int, wished: Wished, now: datetime) -> Wish | None:
    """
    Put a product on a list with what it costs now; one that is there keeps its place and takes the new version.

    Returns None if the list was merged into an account's meanwhile: the caller finds the visitor's list again.

    :raises NothingToWishError: no such product or version
    :raises WishListFullError: a hundred are there
    """
    wish_list = locks.lock_wish_list(list_id)
    if wish_list is None:
        return None
    sku, grade, price_minor = _version(wished, wish_list.market)
    wish = Wish.objects.filter(wish_list=wish_list, product_id=sku.product_id).first()
    if wish is None:
        if wish_list.wishes.count() >= MAX_WISHES:
            raise WishListFullError
        wish = Wish(wish_list=wish_list, product_id=sku.product_id, saved_at=now)
    wish.sku, wish.grade, wish.price_minor = sku, grade, price_minor
    wish.save()
    _touch(wish_list, now)
    return wish


def _version(wished: Wished, market: str) -> tuple[Sku, str, int | None]:
    """Find the version that is meant with its price now; without one, the cheapest that is in stock."""
    product = ProductModel.objects.filter(slug=wished.slug).exclude(state=ProductState.DRAFT).first()
    if product is None:
        raise NothingToWishError
    skus = Sku.objects.filter(product=product)
    if wished.sku is not None:
        sku = skus.filter(public_id=wished.sku).first()
        if sku is None:
            raise NothingToWishError
        skus = skus.filter(pk=sku.pk)
    offers = Offer.objects.filter(market=market, sku__in=skus).select_related("sku")
    if wished.grade:
        offers = offers.filter(grade=wished.grade)
    offer = offers.order_by("-in_stock", "price_minor", "pk").first()
    if offer is not None:
        return offer.sku, offer.grade, offer.price_minor if offer.in_stock else None
    first = skus.first()
    if first is None:
        raise NothingToWishError
    return first, wished.grade or "good", None


@transaction.atomic
def remove_wish(*, list_id: int, slug: str, now: datetime) -> Wish | None:
    """Take a product off a list and return what was there, for the way back; nothing happens where it is not."""
    wish_list = locks.lock_wish_list(list_id)
    if wish_list is None:
        return None
    wish = Wish.objects.filter(wish_list=wish_list, product__slug=slug).select_related("sku", "product__brand").first()
    if wish is not None:
        Wish.objects.filter(pk=wish.pk).delete()
        _touch(wish_list, now)
    return wish


@transaction.atomic
def restore_wish(*, list_id: int, removed: Removed, now: datetime) -> None:
    """Put back what was just taken off, at the price and the time that it had."""
    wish_list = locks.lock_wish_list(list_id)
    if wish_list is None or wish_list.wishes.count() >= MAX_WISHES:
        return
    sku = Sku.objects.filter(pk=removed.sku_id).first()
    if sku is None:
        return
    Wish.objects.get_or_create(
        wish_list=wish_list,
        product_id=sku.product_id,
        defaults={
            "sku": sku,
            "grade": removed.grade,
            "price_minor": removed.price_minor,
            "saved_at": removed.saved_at,
        },
    )
    _touch(wish_list, now)


@transaction.atomic
def share(*, list_id: int, is_shared: bool) -> WishList | None:
    """Give a list a link for others to read it by, or take the link back for good."""
    wish_list = locks.lock_wish_list(list_id)
    if wish_list is None:
        return None
    if is_shared and wish_list.share_key is None:
        wish_list.share_key = uuid4()
    elif not is_shared:
        wish_list.share_key = None
    wish_list.save(update_fields=["share_key"])
    return wish_list


@transaction.atomic
def merge_guest_lists(*, token: UUID, user_id: int, now: datetime) -> None:
    """Move what a guest wished into the lists of the account they signed in to; each product once, the older wish."""
    for guest in locks.lock_guest_wish_lists(token):
        own = open_list(user_id=user_id, token=None, market=guest.market, now=now)
        share_key = guest.share_key
        locks.lock_wish_list(own.pk)
        present = set(own.wishes.values_list("product_id", flat=True))
        moving = [wish.pk for wish in guest.wishes.all() if wish.product_id not in present]
        Wish.objects.filter(pk__in=moving).update(wish_list=own)
        _touch(own, now)
        guest.delete()
        # A link that was handed out keeps working, unless the account has handed out one of its own.
        WishList.objects.filter(pk=own.pk, share_key=None).update(share_key=share_key)


def forget_guest_lists(*, now: datetime, limit: int = 500) -> int:
    """Delete guests' lists that nobody touched for 60 days."""
    old = WishList.objects.filter(user=None, touched_at__lte=now - GUEST_LISTS_KEPT).order_by("touched_at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    WishList.objects.filter(pk__in=ids).delete()
    return len(ids)


def _touch(wish_list: WishList, now: datetime) -> None:
    WishList.objects.filter(pk=wish_list.pk).update(touched_at=now)
