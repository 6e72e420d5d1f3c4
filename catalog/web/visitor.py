"""
The visitor's own things: wish lists, products seen, devices to compare.

A guest's wish list is named by the session, as the basket is, and moves to the account at sign-in; what a guest
looked at stays in a signed cookie of their own browser, so that the shop keeps nothing about strangers. Two more
cookies, readable by scripts, say which hearts and compare marks to fill: cards then are the same for everybody.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from catalog.models import SeenProduct, WishList
from catalog.services import seen, wish_lists

from .params import market_of

SESSION_KEY = "wish_list"
SEEN_COOKIE = "seen"
SEEN_SALT = "catalog.seen"
COMPARE_COOKIE = "compare"
KEPT_S = int(timedelta(days=60).total_seconds())
NOTHING = "-"
MAX_COMPARED = 4
IDS = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})*")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,179}", re.IGNORECASE)


def token_of(request: HttpRequest) -> UUID | None:
    """Return the name of a guest's wish lists, if their session has one."""
    try:
        return UUID(request.session.get(SESSION_KEY, ""))
    except (TypeError, ValueError, AttributeError):
        return None


def current_list(request: HttpRequest) -> WishList | None:
    """Return the visitor's wish list of this market; what they had as a guest was merged before the view."""
    lists = WishList.objects.filter(market=market_of(request).code)
    if request.user.is_authenticated:
        return lists.filter(user=request.user).first()
    token = token_of(request)
    return lists.filter(token=token, user=None).first() if token else None


def ensure_list(request: HttpRequest, *, now: datetime) -> WishList:
    """Return the visitor's wish list, opened if there is none."""
    user_id = request.user.pk if request.user.is_authenticated else None
    with transaction.atomic(durable=True):
        opened = wish_lists.open_list(user_id=user_id, token=token_of(request), market=market_of(request).code, now=now)
    if user_id is None:
        request.session[SESSION_KEY] = str(opened.token)
    return opened


def merge_into_account(request: HttpRequest, *, now: datetime) -> bool:
    """Bring a guest's things along to the account that they signed in to; tell whether there were any."""
    token, looked_at = token_of(request), seen_cookie(request)
    if not request.user.is_authenticated or (token is None and not looked_at):
        return False
    user_id = request.user.pk
    with transaction.atomic(durable=True):
        if token is not None:
            wish_lists.merge_guest_lists(token=token, user_id=user_id, now=now)
        seen.merge_seen(user_id=user_id, product_ids=looked_at, now=now)
    request.session.pop(SESSION_KEY, None)
    return True


# What hearts and marks to fill


def wishes_cookie(request: HttpRequest) -> str:
    return f"wishes_{market_of(request).code.lower()}"


def wished_ids(request: HttpRequest) -> list[int]:
    """Return the products whose hearts are filled; only for show, nothing rests on it."""
    text = request.COOKIES.get(wishes_cookie(request), "")
    return [int(pk) for pk in text.split(".")] if IDS.fullmatch(text) else []


def read_wishes(request: HttpRequest) -> list[int]:
    """Return the products on the visitor's list."""
    wish_list = current_list(request)
    return list(wish_list.wishes.values_list("product_id", flat=True)) if wish_list else []


def show_wishes(request: HttpRequest, response: HttpResponse, ids: Sequence[int]) -> None:
    """Write which hearts are filled, after the list has changed."""
    text = ".".join(map(str, ids)) or NOTHING
    response.set_cookie(wishes_cookie(request), text, max_age=KEPT_S, secure=request.is_secure(), samesite="Lax")


def compared_slugs(request: HttpRequest) -> list[str]:
    """Return what is chosen to compare, at most four."""
    return clean_slugs(request.COOKIES.get(COMPARE_COOKIE, "").split("."))[:MAX_COMPARED]


def clean_slugs(texts: Sequence[str]) -> list[str]:
    """Keep what looks like a product's name in an address, each once."""
    return list(dict.fromkeys(text for text in texts if SLUG.fullmatch(text)))


def keep_compared(request: HttpRequest, response: HttpResponse, slugs: Sequence[str]) -> None:
    if slugs:
        response.set_cookie(COMPARE_COOKIE, ".".join(slugs), max_age=KEPT_S, secure=request.is_secure(), samesite="Lax")
    else:
        response.delete_cookie(COMPARE_COOKIE, samesite="Lax")


# What was looked at


def seen_cookie(request: HttpRequest) -> list[int]:
    """Return what a guest looked at, the latest first; a forged or old cookie is empty."""
    if SEEN_COOKIE not in request.COOKIES:
        return []
    text = request.get_signed_cookie(SEEN_COOKIE, default="", salt=SEEN_SALT, max_age=KEPT_S) or ""
    return [int(pk) for pk in text.split(".")][: seen.MAX_SEEN] if IDS.fullmatch(text) else []


def seen_ids(request: HttpRequest, *, now: datetime) -> list[int]:
    """Return the products that the visitor looked at in the last 60 days, the latest first."""
    if not request.user.is_authenticated:
        return seen_cookie(request)
    rows = SeenProduct.objects.filter(user=request.user, seen_at__gt=now - seen.KEPT)
    return list(rows.values_list("product_id", flat=True)[: seen.MAX_SEEN])


def note_seen(request: HttpRequest, response: HttpResponse, *, product_id: int, now: datetime) -> None:
    """Remember that the visitor looked at a product; what a browser fetches on a mere guess was not looked at."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    if request.user.is_authenticated:
        seen.note_seen(user_id=request.user.pk, product_id=product_id, now=now)
        return
    ids = [product_id, *(pk for pk in seen_cookie(request) if pk != product_id)][: seen.MAX_SEEN]
    response.set_signed_cookie(
        SEEN_COOKIE,
        ".".join(map(str, ids)),
        salt=SEEN_SALT,
        max_age=KEPT_S,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


def forget_seen(request: HttpRequest, response: HttpResponse) -> None:
    """Forget all that the visitor looked at."""
    if request.user.is_authenticated:
        seen.clear_seen(user_id=request.user.pk)
    response.delete_cookie(SEEN_COOKIE, samesite="Lax")


def way_back(request: HttpRequest, otherwise: str = "catalog:home") -> str:
    """Return the page of this shop that a form came from, else another one."""
    path = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if is_ours else reverse(otherwise)


def wants_data(request: HttpRequest) -> bool:
    """Tell whether a script asks, as `lib/lists.js` does."""
    return request.headers.get("Accept") == "application/json"
