"""A visitor who votes is known by a signed cookie alone, and who sends too much by the network address."""

import hashlib
import uuid

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

COOKIE = "voter"
SALT = "catalog.voter"
REMEMBERED_S = 365 * 24 * 3600


def voter_of(request: HttpRequest) -> str:
    """Return who votes: the cookie's if it is ours, else somebody new."""
    known = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    return known or uuid.uuid4().hex


def remember_voter(response: HttpResponse, voter: str, *, secure: bool) -> None:
    response.set_signed_cookie(
        COOKIE, voter, salt=SALT, max_age=REMEMBERED_S, httponly=True, secure=secure, samesite="Lax"
    )


def is_too_often(request: HttpRequest, what: str, *, limit: int, period_s: int) -> bool:
    """
    Count a request of this network address and tell whether it is one too many for the period.

    The address itself is not kept: the key is a keyed digest of it.
    """
    address = f"{settings.SECRET_KEY}:{what}:{request.META.get('REMOTE_ADDR', '')}"
    key = f"catalog:often:{hashlib.sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, period_s)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it lapsed in between
        return False
