"""How much one client may ask: a fixed number of requests a minute, counted in the shared cache."""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from backmarket.core import clock

WINDOW_S = 60
# A household's or a server's own network: who has one IPv6 address has 2^64 of them.
IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of this minute; `reset_s` is when the next one starts."""

    limit: int
    remaining: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }


class ClientThrottle(BaseThrottle):
    """
    Count requests by client address and minute.

    A proxy's word about the address counts only as far as `NUM_PROXIES` of the settings says that proxies are ours.
    """

    allowance: Allowance
    # What is counted, and the setting that limits it.
    counted, limited_by = "rate", "API_REQUESTS_A_MINUTE"

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit: int = getattr(settings, self.limited_by)
        seconds = int(clock.now().timestamp())
        count = _count(f"api:{self.counted}:{client_of(self.get_ident(request))}:{seconds // WINDOW_S}")
        self.allowance = Allowance(limit, max(0, limit - count), WINDOW_S - seconds % WINDOW_S)
        # The view writes it on the answer.
        request._request.api_allowance = self.allowance  # type: ignore[attr-defined]  # noqa: SLF001
        return count <= limit

    def wait(self) -> float:
        return float(self.allowance.reset_s)


def client_of(address: str | None) -> str:
    """Return the address, or its network where it is an IPv6 one; all without one are one client."""
    try:
        parsed = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False).network_address.compressed
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _count(key: str) -> int:
    """Add one and return the sum; the cache forgets the minute by itself."""
    if cache.add(key, 1, 2 * WINDOW_S):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It was thrown out between the two calls.
        cache.set(key, 1, 2 * WINDOW_S)
        return 1
