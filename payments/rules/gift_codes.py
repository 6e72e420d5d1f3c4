"""
The codes of gift cards: 16 characters that cannot be mistaken for each other, 80 random bits.

So many that a plain digest keeps them: there is nothing to guess, with or without a key.
"""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4


def new_code() -> str:
    """Draw a code as it is written: XXXX-XXXX-XXXX-XXXX."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def plain_code(text: str) -> str:
    """Return what was typed without case, blanks and hyphens; empty where it can be no code."""
    plain = "".join(char for char in text.upper() if char.isalnum())
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def digest_of(code: str) -> str:
    """Return what a code is found by."""
    return hashlib.sha256(plain_code(code).encode()).hexdigest()
