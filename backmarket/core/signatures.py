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


def is_recent(text: str, *, now: datetime) -> bool:
    """Tell whether a signature says, once and in plain digits, a time within 300 seconds of now."""
    times = _values(text, "t")
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12):
        return False
    return abs(now.timestamp() - int(times[0])) <= MAX_AGE_S


def is_signed(text: str, body: bytes, *, secrets: Iterable[str], now: datetime) -> bool:
    """Tell whether one of our secrets signed these very bytes at most 300 seconds ago."""
    if not is_recent(text, now=now):
        return False
    at, given = int(_values(text, "t")[0]), _values(text, "v1")
    expected = [signature(secret, at, body) for secret in secrets]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given)


def _values(text: str, wanted: str) -> list[str]:
    pairs = [part.strip().partition("=") for part in text.split(",")]
    return [value for name, _, value in pairs if name == wanted]
