"""Who sends too much is known by the network address."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def is_too_often(request: HttpRequest, what: str, *, limit: int, period_s: int) -> bool:
    """
    Count a request of this network address and tell whether it is one too many for the period.

    The address itself is not kept: the key is a keyed digest of it.
    """
    address = f"{settings.SECRET_KEY}:{what}:{request.META.get('REMOTE_ADDR', '')}"
    key = f"core:often:{hashlib.sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, period_s)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it lapsed in between
        return False
