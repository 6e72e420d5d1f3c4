"""
Where the next page starts, sealed: a client can neither read nor change it, nor use it for another question.

Encryption keeps primary keys inside (decision 3). It is deterministic (AES-SIV), so that the same page is the same
bytes and its ETag holds.
"""

import base64
import binascii
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

LONGEST = 400


class CursorRefusedError(ValueError):
    """This is no cursor of ours, or one of another question."""


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(b"catalog.api.cursor" + secret.encode()).digest())


def seal(position: list[Any], question: str) -> str:
    """Write a position of the answer to `question` (an address with its parameters)."""
    text = json.dumps(position, separators=(",", ":")).encode()
    sealed = _cipher(settings.SECRET_KEY).encrypt(text, [question.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(cursor: str, question: str) -> list[Any]:
    """:raises CursorRefusedError: the cursor was changed or belongs to another question"""
    if len(cursor) > LONGEST or not cursor.isascii():
        raise CursorRefusedError
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        text = _cipher(settings.SECRET_KEY).decrypt(sealed, [question.encode()])
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise CursorRefusedError from error
    position: list[Any] = json.loads(text)
    return position
