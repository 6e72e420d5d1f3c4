"""Choose the provider of a new payment: by rules, and around providers that do not answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from backmarket.core.money import Money


@dataclass(frozen=True, slots=True)
class Route:
    """A rule as `RoutingRule` explains it."""

    provider: str
    market: str = ""
    method: str = ""
    currency: str = ""
    from_minor: int | None = None
    to_minor: int | None = None

    def fits(self, *, market: str, method: str, amount: Money) -> bool:
        return (
            self.market in ("", market)
            and self.method in ("", method)
            and self.currency in ("", amount.currency)
            and (self.from_minor is None or amount.amount_minor >= self.from_minor)
            and (self.to_minor is None or amount.amount_minor <= self.to_minor)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider of a payment, and the one that would have had it if it answered (else empty)."""

    provider: str
    instead_of: str = ""


def choose(
    routes: Sequence[Route], *, market: str, method: str, amount: Money, usable: Sequence[str], silent: frozenset[str]
) -> Choice:
    """
    Return the first provider by rule that answers; `usable` are all that may be asked, best first.

    Where none answers the first is asked all the same: a payment that waits is better than none.
    """
    fitting = [route.provider for route in routes if route.fits(market=market, method=method, amount=amount)]
    candidates = [provider for provider in dict.fromkeys([*fitting, *usable]) if provider in usable]
    first = candidates[0]
    for provider in candidates:
        if provider not in silent:
            return Choice(provider, "" if provider == first else first)
    return Choice(first)
