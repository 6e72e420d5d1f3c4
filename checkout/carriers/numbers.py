"""Tracking numbers with check digits, as the kinds of carriers give them."""

# UPU S10: weights of the eight digits.
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def s10(service: str, serial: int, country: str) -> str:
    """Return a postal item number: two letters, eight digits and their check digit, country (UPU S10)."""
    digits = f"{serial % 100_000_000:08d}"
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(S10_WEIGHTS, digits, strict=True)) % 11
    return f"{service}{digits}{ {10: 0, 11: 5}.get(rest, rest) }{country}"


def sscc(prefix: str, serial: int) -> str:
    """Return a serial shipping container code of 18 digits behind its application identifier 00 (GS1)."""
    digits = f"{prefix}{serial:0{17 - len(prefix)}d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"00{digits}{-total % 10}"


def ups(account: str, serial: int, *, service: str = "68") -> str:
    """Return a 1Z number: six letters of the account, two digits of the service, seven digits and their check digit."""
    body = f"{account}{service}{serial % 10_000_000:07d}"
    values = [int(letter) if letter.isdigit() else (ord(letter) - 63) % 10 for letter in body]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return f"1Z{body}{-total % 10}"
