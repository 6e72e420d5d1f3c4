"""Read price limits: "under 300 euros", "entre 200 et 300 €", "ab 150 Euro", "max 250"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .lexicon import lexicon

AMOUNT = re.compile(r"\d{1,5}(?:\.\d{1,2})?")
THOUSANDS = re.compile(r"\d{1,2}\.\d{3}")
MINOR_UNITS = 100
# Without a currency a small number after "under" is a size or a model.
MIN_BARE = 30
MAX_PHRASE = 3
NEAR = 0.2


@dataclass(frozen=True, slots=True)
class PriceLimits:
    """`taken` words say it; limits are minor units."""

    taken: int
    from_minor: int | None = None
    to_minor: int | None = None


@dataclass(frozen=True, slots=True)
class _Amount:
    taken: int
    value: float
    has_currency: bool

    @property
    def minor(self) -> int:
        return round(self.value * MINOR_UNITS)


def price_limits(words: Sequence[str]) -> PriceLimits | None:
    """Return the limits that the words begin with, None where they begin with something else."""
    price = lexicon().price
    first = _amount(words)
    if first is not None:
        return _range(words, first, is_announced=False) or _bare(words, first)
    for length in range(min(MAX_PHRASE, len(words) - 1), 0, -1):
        phrase = " ".join(words[:length])
        amount = _amount(words[length:])
        if amount is None:
            continue
        if phrase in price.between | price.from_ and (found := _range(words[length:], amount, is_announced=True)):
            return PriceLimits(length + found.taken, found.from_minor, found.to_minor)
        found = _compared(phrase, length, amount)
        if found:
            return found
    return None


def _compared(phrase: str, length: int, amount: _Amount) -> PriceLimits | None:
    price = lexicon().price
    if not amount.has_currency and amount.value < MIN_BARE:
        return None
    taken = length + amount.taken
    if phrase in price.to:
        return PriceLimits(taken, None, amount.minor)
    if phrase in price.from_:
        return PriceLimits(taken, amount.minor, None)
    if phrase in price.around and amount.has_currency:
        return PriceLimits(taken, round(amount.minor * (1 - NEAR)), round(amount.minor * (1 + NEAR)))
    return None


def _range(words: Sequence[str], first: _Amount, *, is_announced: bool) -> PriceLimits | None:
    """Return "200 to 300 euros": one of the two amounts has a currency, or a word such as "between" came before."""
    rest = words[first.taken :]
    step = 1 if rest and rest[0] in lexicon().price.range else 0
    second = _amount(rest[step:])
    if second is None or second.value <= first.value:
        return None
    is_price = second.has_currency or first.has_currency or (is_announced and step and first.value >= MIN_BARE)
    return PriceLimits(first.taken + step + second.taken, first.minor, second.minor) if is_price else None


def _bare(words: Sequence[str], amount: _Amount) -> PriceLimits | None:
    """Return "300 euros", which means no more than that, with or without "max" behind it."""
    if not amount.has_currency:
        return None
    after = next(
        (n for n in (2, 1) if " ".join(words[amount.taken : amount.taken + n]) in lexicon().price.after),
        0,
    )
    return PriceLimits(amount.taken + after, None, amount.minor)


def _amount(words: Sequence[str]) -> _Amount | None:
    """Return an amount with its currency on either side: 300, 1200 eur, eur 99, 1.200 eur, 1 200 eur."""
    if not words:
        return None
    currency = lexicon().price.currency
    start = 1 if words[0] in currency else 0
    value, taken = _number(words[start:])
    if value is None:
        return None
    end = start + taken
    has_currency_after = end < len(words) and words[end] in currency
    return _Amount(end + has_currency_after, value, bool(start) or has_currency_after)


def _number(words: Sequence[str]) -> tuple[float | None, int]:
    if not words:
        return None, 0
    if THOUSANDS.fullmatch(words[0]):
        return float(words[0].replace(".", "")), 1
    if not AMOUNT.fullmatch(words[0]):
        return None, 0
    is_split = (
        len(words) > 2
        and len(words[0]) <= 2
        and re.fullmatch(r"\d{3}", words[1]) is not None
        and words[2] in lexicon().price.currency
    )
    return (float(words[0] + words[1]), 2) if is_split else (float(words[0]), 1)
