"""Money as integer minor units and an ISO 4217 currency; no floats anywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Self

from babel import Locale
from babel.numbers import format_currency
from django.utils.translation import get_language, to_locale

MINOR_DIGITS = {"EUR": 2, "GBP": 2, "USD": 2}


class CurrencyMismatchError(TypeError):
    """Two amounts of different currencies were combined; nothing is ever converted silently."""


def round_half_up(value: Decimal) -> int:
    """Round to a whole minor unit, halves away from zero: the one rounding of the house (decision 8)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, pence) of one currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            raise TypeError(f"amount_minor must be an int, got {self.amount_minor!r}")
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"unknown currency {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        return sum(amounts, start=cls(0, currency))

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """
        Read a decimal string in major units such as "129.90".

        :raises ValueError: not a number, or finer than the currency's minor unit
        """
        try:
            value = Decimal(text.strip().replace(",", ".")).scaleb(MINOR_DIGITS[currency])
            whole = value == value.to_integral_value()
        except ArithmeticError as error:
            raise ValueError(f"{text!r} is not an amount") from error
        if not whole or abs(value) >= 2**62:
            raise ValueError(f"{text!r} is not an amount in {currency}")
        return cls(int(value), currency)

    def _minor_of(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} with {other.currency}")
        return other.amount_minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount_minor * quantity, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount_minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount_minor >= self._minor_of(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def share(self, rate: Decimal) -> "Money":
        """Return this amount times a rate (0.10 is 10 %), rounded half-up to a minor unit."""
        return Money(round_half_up(self.amount_minor * rate), self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """
        Divide by integer weights so that the parts sum to the whole (largest remainder).

        :raises ValueError: the weights sum to zero
        """
        whole = sum(weights)
        if whole <= 0:
            raise ValueError("weights must sum to more than zero")
        parts = [self.amount_minor * weight // whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(self.amount_minor * weights[i] % whole), i))
        for index in by_remainder[: self.amount_minor - sum(parts)]:
            parts[index] += 1
        return [Money(part, self.currency) for part in parts]

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-MINOR_DIGITS[self.currency])

    def format(self, locale: str | None = None, *, whole: bool = False) -> str:
        """Write the amount as people of a locale do; `whole` drops the decimals of a round amount."""
        return _written(self, locale or get_language() or "en-us", whole)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


@lru_cache(maxsize=8192)
def _written(amount: Money, locale: str, whole: bool) -> str:
    """Pages write the same prices over and over, and reading a locale's patterns takes longer than a card."""
    babel_locale = Locale.parse(to_locale(locale))
    without_decimals = whole and amount.amount_minor % 10 ** MINOR_DIGITS[amount.currency] == 0
    pattern = babel_locale.currency_formats["standard"].pattern
    return format_currency(
        amount.decimal,
        amount.currency,
        format=pattern.replace(".00", "") if without_decimals else None,
        locale=babel_locale,
        currency_digits=not without_decimals,
    )
