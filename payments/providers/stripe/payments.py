"""Payments at Stripe: hosted pages (Checkout Sessions), and kept cards (Payment Intents)."""

from uuid import UUID

from backmarket.core.money import Money
from payments.enums import PaymentMethod
from payments.providers.base import CaptureMethod, ProviderPayment, ProviderRefusedError

from . import requests, shapes
from .client import client, keyed, reading, writing

PAGE = "cs_"
_MONEY = "latest_charge.balance_transaction"
_PAGE_PARTS = [f"payment_intent.{_MONEY}", "payment_intent.payment_method"]


class StripePayments:
    """
    Payments and kept cards.

    How an unknown outcome is found out: the key of a create call (`payments-<our id>`) makes Stripe answer a repeated
    call as it did the first, so a page whose address was lost is asked for again. Before any second call the charges
    are listed by our id (`transfer_group`), which works as long as Stripe keeps them and not just for the day that it
    remembers keys, and without the minutes that its search lags behind. A payment without a charge has moved nothing,
    and nobody can pay on a page or in a challenge whose address we never heard.
    """

    def create_payment(
        self,
        *,
        merchant_reference: UUID,
        amount: Money,
        description: str,
        email: str,
        locale: str,
        return_url: str,
        customer: str = "",
        card_token: str = "",
        capture: CaptureMethod = "automatic",
        method: str = PaymentMethod.CARD,
        market: str = "",
    ) -> ProviderPayment:
        key = keyed("payments", merchant_reference)
        if card_token:
            charge = requests.card_charge(
                merchant_reference=merchant_reference,
                amount=amount,
                description=description,
                return_url=return_url,
                card_token=card_token,
                capture=capture,
            )
            with writing():
                return shapes.intent_payment(client().v1.payment_intents.create(charge, key))
        page = requests.page(
            merchant_reference=merchant_reference,
            amount=amount,
            description=description,
            email=email,
            locale=locale,
            return_url=return_url,
            may_keep_card=bool(customer) and method == PaymentMethod.CARD,
            kinds=requests.kinds_of(method, market),
            capture=capture,
        )
        with writing():
            return shapes.session_payment(client().v1.checkout.sessions.create(page, key))

    def find_payment(self, merchant_reference: UUID, *, ref: str) -> ProviderPayment | None:
        ref = ref or _charged(merchant_reference)
        return _read(ref) if ref else None

    def capture_payment(self, merchant_reference: UUID, *, ref: str, amount: Money) -> ProviderPayment:
        intent = intent_of(ref)
        with writing():
            client().v1.payment_intents.capture(
                intent, {"amount_to_capture": amount.amount_minor}, keyed("captures", merchant_reference)
            )
        return _read(ref)

    def cancel_payment(self, merchant_reference: UUID, *, ref: str) -> ProviderPayment | None:
        ref = ref or _charged(merchant_reference)
        if not ref:
            return None
        if ref.startswith(PAGE) and _is_open(ref):
            with writing():
                client().v1.checkout.sessions.expire(ref)
        else:
            # No key: this is done over and over with one effect, and an answer of 500 would be repeated for a day.
            intent = intent_of(ref)
            with writing():
                client().v1.payment_intents.cancel(intent)
        return _read(ref)

    def forget_card(self, token: str) -> None:
        customer, _, method = token.partition("/")
        with reading():
            known = client().v1.payment_methods.retrieve(method)
        if shapes.id_of(known.customer) == customer:
            with writing():
                client().v1.payment_methods.detach(method)


def intent_of(ref: str) -> str:
    """
    Return the Payment Intent behind a reference.

    :raises ProviderRefusedError: nobody has paid on this page
    :raises OutcomeUnknownError: no answer
    """
    if not ref.startswith(PAGE):
        return ref
    with reading():
        intent = shapes.id_of(client().v1.checkout.sessions.retrieve(ref).payment_intent)
    if not intent:
        raise ProviderRefusedError("nothing_paid")
    return intent


def _is_open(page: str) -> bool:
    with reading():
        return client().v1.checkout.sessions.retrieve(page).status == "open"


def _read(ref: str) -> ProviderPayment:
    with reading():
        if ref.startswith(PAGE):
            return shapes.session_payment(client().v1.checkout.sessions.retrieve(ref, {"expand": _PAGE_PARTS}))
        return shapes.intent_payment(client().v1.payment_intents.retrieve(ref, {"expand": [_MONEY]}))


def _charged(merchant_reference: UUID) -> str:
    """Return the Payment Intent that charged a card for us, or tried to."""
    with reading():
        charges = client().v1.charges.list({"transfer_group": str(merchant_reference), "limit": 100}).data
    best = max(charges, key=lambda charge: charge.paid, default=None)
    return shapes.id_of(best.payment_intent) if best else ""
