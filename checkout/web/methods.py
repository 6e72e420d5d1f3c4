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
    """Return the method that was chosen last, and keep it."""
    if "method" in request.POST:
        return keep_method(request, request.POST["method"])
    return str(request.session.get(METHOD_KEY, PaymentMethod.CARD))


def keep_method(request: HttpRequest, named: str) -> str:
    """Keep a method for the next pages and return it; a forged one is a card."""
    method = PaymentMethod(named) if named in PaymentMethod.values else PaymentMethod.CARD
    request.session[METHOD_KEY] = method.value
    return method.value


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
