"""Sales tax of the United States, behind an interface; the default reads a table of the states."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from backmarket.core.money import Money


@dataclass(frozen=True, slots=True)
class StateTax:
    """What a state asks for: a rate (0.0725 is 7.25 %), and whether delivery that is stated apart is taxed too."""

    jurisdiction: str
    rate: Decimal
    taxes_delivery: bool

    def on(self, *, goods: Money, delivery: Money) -> Money:
        """Return the tax of one order line, rounded half-up once (decision 8)."""
        return (goods + delivery if self.taxes_delivery else goods).share(self.rate)


class SalesTax(Protocol):
    """Says what a place taxes; a provider that knows counties and cities implements the same."""

    def at(self, *, state: str, postcode: str) -> StateTax | None:
        """Return the tax of a place, None where there is none or the place is not known."""
        ...


# Per cent, general state-wide rates with the local part that every place of the state has (California, Utah, Virginia).
# Source: Tax Foundation, "State and Local Sales Tax Rates", January 2026. Alaska, Delaware, Montana, New Hampshire and
# Oregon have none. Rates of counties and cities on top are not here: see docs/invoices.md.
STATE_RATES = {
    "AL": "4", "AZ": "5.6", "AR": "6.5", "CA": "7.25", "CO": "2.9", "CT": "6.35", "DC": "6", "FL": "6", "GA": "4",
    "HI": "4", "ID": "6", "IL": "6.25", "IN": "7", "IA": "6", "KS": "6.5", "KY": "6", "LA": "5", "ME": "5.5", "MD": "6",
    "MA": "6.25", "MI": "6", "MN": "6.875", "MS": "7", "MO": "4.225", "NE": "5.5", "NV": "6.85", "NJ": "6.625",
    "NM": "4.875", "NY": "4", "NC": "4.75", "ND": "5", "OH": "5.75", "OK": "4.5", "PA": "6", "RI": "7", "SC": "6",
    "SD": "4.2", "TN": "7", "TX": "6.25", "UT": "6.1", "VT": "6", "VA": "5.3", "WA": "6.5", "WV": "6", "WI": "5",
    "WY": "4",
}  # fmt: skip

# States that leave delivery by a common carrier alone if it is stated apart (guidance of their revenue departments).
DELIVERY_UNTAXED = frozenset("AL AZ CA CO FL ID IA LA ME MD MA NV OK UT VA WY".split())


class StateTable:
    """The default: one rate a state."""

    def at(self, *, state: str, postcode: str) -> StateTax | None:
        if state not in STATE_RATES:
            return None
        return StateTax(f"US-{state}", Decimal(STATE_RATES[state]) / 100, state not in DELIVERY_UNTAXED)


SALES_TAX: SalesTax = StateTable()
