"""The ways to pay as the shop shows them; the choice is kept while the shopper is on their way."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from checkout.rules.information import instalments
from payments.enums import PaymentMethod
from payments.rules.methods import BANK_SCHEMES, methods_for

METHOD_KEY = "payment_method"
ICONS = {
    PaymentMethod.CARD: "card",
    PaymentMethod.WALLET: "wallet",
    PaymentMethod.BANK: "coin",
    PaymentMethod.INSTALMENTS: "split",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A method with its words; `parts` are the instalments, where it has some."""

    method: PaymentMethod
    name: str
    hint: str
    icon: str
    chosen: bool
    parts: tuple[Money, ...] = ()


def chosen_method(request: HttpRequest) -> str:
    """Return the method that was chosen last, and keep it; a forged one is a card."""
    if "method" in request.POST:
        request.session[METHOD_KEY] = request.POST["method"][:20]
    kept = str(request.session.get(METHOD_KEY, ""))
    return kept if kept in PaymentMethod.values else PaymentMethod.CARD


def ways_to_pay(request: HttpRequest, market: Market, amount: Money) -> list[Way]:
    """Return the methods offered for what is left to pay; a chosen one that is not offered any more falls to card."""
    offered = methods_for(market, amount)
    chosen = chosen_method(request)
    if chosen not in offered:
        chosen = PaymentMethod.CARD
    parts = next(iter(instalments(amount, market)), ())
    names = {
        PaymentMethod.CARD: (_("Card"), _("You enter it on the next page, at the payment provider. We never see it.")),
        PaymentMethod.WALLET: (_("Apple Pay or Google Pay"), _("With the wallet of this device, on the next page.")),
        PaymentMethod.BANK: (BANK_SCHEMES.get(market.code, ""), _("From your bank account, confirmed at your bank.")),
        PaymentMethod.INSTALMENTS: (_("In instalments"), _("The lender asks for a few details and decides at once.")),
    }
    return [
        Way(
            method,
            *names[method],
            icon=ICONS[method],
            chosen=method == chosen,
            parts=parts if method == PaymentMethod.INSTALMENTS else (),
        )
        for method in offered
    ]
