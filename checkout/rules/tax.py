"""How a line is taxed: by the seller's scheme and the market, as facts of law (docs/invoices.md)."""

from dataclasses import dataclass
from decimal import Decimal

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from checkout.enums import TaxTreatment

from .sales_tax import StateTax

NO_RATE = Decimal(0)

# Art. 226(14) of Directive 2006/112/EC, in the wording of each language's version: the invoice of a taxable dealer
# carries it instead of any VAT (Art. 313, 325). The United Kingdom's Notice 718 accepts the English one.
MARGIN_MENTIONS = {
    "en": "Margin scheme – second-hand goods",
    "fr": "Régime particulier – biens d’occasion",
    "de": "Gebrauchtgegenstände/Sonderregelung",
    "es": "Régimen especial de los bienes usados",
    "it": "Regime del margine – beni di occasione",
    "nl": "Bijzondere regeling – gebruikte goederen",
}


@dataclass(frozen=True, slots=True)
class LineTax:
    """A treatment with its rate (0.20 is 20 %) and whom the tax is owed to; `US-CA` is a state."""

    treatment: TaxTreatment
    rate: Decimal
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount and what of it is tax; `net` and `tax` sum to `gross`."""

    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def treatment_of(*, is_margin_seller: bool, market: Market, state_tax: StateTax | None = None) -> LineTax:
    """
    Choose how a seller's goods are taxed in a market.

    Under the margin scheme no VAT is shown and the seller owes it at home, wherever the goods go (Art. 35 of
    Directive 2006/112/EC takes them out of distance selling). Else VAT of the shopper's country is in the price,
    as the one-stop shop asks for (Art. 33(a)). Where prices exclude tax, the scheme does not matter.
    """
    if not market.prices_include_tax:
        if state_tax is None:
            return LineTax(TaxTreatment.SALES_TAX, NO_RATE, market.code)
        return LineTax(TaxTreatment.SALES_TAX, state_tax.rate, state_tax.jurisdiction)
    if is_margin_seller:
        return LineTax(TaxTreatment.MARGIN, NO_RATE, "")
    return LineTax(TaxTreatment.VAT, market.vat_rate, market.code)


def house_tax(market: Market) -> LineTax:
    """Tax what the house itself sells to shoppers: electronic services, at the shopper's rate (Art. 58)."""
    if not market.vat_rate:
        return LineTax(TaxTreatment.OUTSIDE, NO_RATE, "")
    return LineTax(TaxTreatment.VAT, market.vat_rate, market.code)


def protection_tax(market: Market) -> LineTax:
    """Tax a protection plan: insurance is exempt (Art. 135(1)(a)), and outside where there is no VAT."""
    return LineTax(TaxTreatment.EXEMPT if market.vat_rate else TaxTreatment.OUTSIDE, NO_RATE, "")


def split_included(gross: Money, rate: Decimal) -> Taxed:
    """Take the tax out of an amount that includes it; the net part is rounded half-up (decision 8)."""
    net = gross.share(1 / (1 + rate)) if rate else gross
    return Taxed(net, gross - net)
