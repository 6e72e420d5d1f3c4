"""Signatures of messages: `t=<unix time>,v1=<HMAC-SHA256 of "t.body">`, several v1 while secrets rotate."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

MAX_AGE_S = 300


def signature(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def header(secret: str, at: int, body: bytes) -> str:
    return f"t={at},v1={signature(secret, at, body)}"


def is_signed(text: str, body: bytes, *, secrets: Iterable[str], now: datetime) -> bool:
    """Tell whether one of our secrets signed these very bytes at most 300 seconds ago."""
    pairs = [part.strip().partition("=") for part in text.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    given = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12):
        return False
    at = int(times[0])
    if abs(now.timestamp() - at) > MAX_AGE_S:
        return False
    expected = [signature(secret, at, body) for secret in secrets]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given)
