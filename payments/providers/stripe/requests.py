"""
What is sent to Stripe to make a payment.

Nothing in here may change from one call to the next (a time, for example): a key goes with the very same facts.
"""

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from backmarket.core.money import Money
from payments.enums import PaymentMethod
from payments.providers.base import CaptureMethod, ProviderRefusedError

from .shapes import REFERENCE

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams
    from stripe.params.checkout import SessionCreateParams

Language = Literal["auto", "de", "en", "en-GB", "es", "fr", "it", "nl", "pt"]
_LANGUAGES: dict[str, Language] = {
    "de": "de",
    "en": "en-GB",
    "es": "es",
    "fr": "fr",
    "it": "it",
    "nl": "nl",
    "pt": "pt",
}


Kind = Literal["card", "klarna", "ideal", "bancontact", "eps", "pay_by_bank"]
# Wallets are cards to Stripe: its page offers those of the device.
_KINDS: dict[str, Kind] = {
    PaymentMethod.CARD: "card",
    PaymentMethod.WALLET: "card",
    PaymentMethod.INSTALMENTS: "klarna",
}
_BANKS: dict[str, Kind] = {"AT": "eps", "BE": "bancontact", "GB": "pay_by_bank", "NL": "ideal"}


def kinds_of(method: str, market: str) -> list[Kind]:
    """
    Return what Stripe calls a method in a market.

    :raises ProviderRefusedError: the market's banks have no scheme there
    """
    kind = _BANKS.get(market) if method == PaymentMethod.BANK else _KINDS[method]
    if kind is None:
        raise ProviderRefusedError("method_not_offered")
    return [kind]


def page(
    *,
    merchant_reference: UUID,
    amount: Money,
    description: str,
    email: str,
    locale: str,
    return_url: str,
    may_keep_card: bool,
    kinds: "list[Kind]",
    capture: CaptureMethod,
) -> "SessionCreateParams":
    """Describe a hosted page; whoever leaves it without paying comes back to the same address, and may return to it."""
    ours = {REFERENCE: str(merchant_reference)}
    asked: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": str(merchant_reference),
        "metadata": ours,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": amount.currency.lower(),
                    "unit_amount": amount.amount_minor,
                    "product_data": {"name": description},
                },
            }
        ],
        # An order is paid in its market's currency: nothing is converted.
        "adaptive_pricing": {"enabled": False},
        "customer_email": email,
        "locale": language_of(locale),
        "success_url": return_url,
        "cancel_url": return_url,
        "payment_intent_data": {
            "capture_method": capture,
            "description": description,
            "metadata": ours,
            "transfer_group": str(merchant_reference),
        },
        "payment_method_types": [*kinds],
    }
    if "card" in kinds:
        asked["payment_method_options"] = {"card": {"request_three_d_secure": "automatic"}}
    if may_keep_card:
        # A box to tick, and a customer to keep the card. `setup_future_usage` would keep every card unasked.
        asked["customer_creation"] = "always"
        asked["saved_payment_method_options"] = {"payment_method_save": "enabled"}
    return asked


def card_charge(
    *,
    merchant_reference: UUID,
    amount: Money,
    description: str,
    return_url: str,
    card_token: str,
    capture: CaptureMethod,
) -> "PaymentIntentCreateParams":
    """Describe the charge of a kept card while its owner is there to answer their bank."""
    customer, _, method = card_token.partition("/")
    return {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
        "customer": customer,
        "payment_method": method,
        "payment_method_types": ["card"],
        "confirm": True,
        "capture_method": capture,
        "return_url": return_url,
        "description": description,
        "metadata": {REFERENCE: str(merchant_reference)},
        "transfer_group": str(merchant_reference),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "expand": ["latest_charge.balance_transaction"],
    }


def language_of(locale: str) -> Language:
    """Return Stripe's word for the language of a locale such as `fr-be`; the browser's where Stripe has none for it."""
    if locale == "en-us":
        return "en"
    return _LANGUAGES.get(locale.partition("-")[0], "auto")
