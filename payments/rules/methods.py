"""Which ways to pay a shopper is offered; what gift cards and credit leave is paid by one of them."""

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from payments.enums import PaymentMethod

# The bank schemes that shoppers of a market know by name; elsewhere nobody asks for one.
BANK_SCHEMES = {"AT": "EPS", "BE": "Bancontact", "GB": "Pay by Bank", "NL": "iDEAL"}
# Lenders do not lend more on a click, in minor units of any of our currencies.
INSTALMENTS_UP_TO_MINOR = 300_000


def methods_for(market: Market, amount: Money) -> list[PaymentMethod]:
    """Return the methods for an amount in a market, the commonest first."""
    offered = [PaymentMethod.CARD, PaymentMethod.WALLET]
    if market.code in BANK_SCHEMES:
        offered.append(PaymentMethod.BANK)
    from_minor = min((offer.from_minor for offer in market.instalments), default=INSTALMENTS_UP_TO_MINOR + 1)
    if from_minor <= amount.amount_minor <= INSTALMENTS_UP_TO_MINOR:
        offered.append(PaymentMethod.INSTALMENTS)
    return offered
