"""Money that leaves us at Stripe: refunds, and transfers to sellers' connected accounts."""

from uuid import UUID

from backmarket.core.money import Money
from payments.providers.base import ProviderRefund, ProviderRefusedError, ProviderTransfer

from . import shapes
from .client import client, keyed, reading, writing
from .payments import intent_of

ACCOUNT = "acct_"


class StripeRefunds:
    """Refunds are found among those of their payment."""

    def create_refund(self, *, merchant_reference: UUID, payment_ref: str, amount: Money) -> ProviderRefund:
        intent = intent_of(payment_ref)
        with writing():
            made = client().v1.refunds.create(
                {
                    "payment_intent": intent,
                    "amount": amount.amount_minor,
                    "metadata": {shapes.REFERENCE: str(merchant_reference)},
                },
                keyed("refunds", merchant_reference),
            )
        return shapes.refund(made)

    def find_refund(self, merchant_reference: UUID, *, payment_ref: str) -> ProviderRefund | None:
        intent = intent_of(payment_ref)
        with reading():
            for found in client().v1.refunds.list({"payment_intent": intent, "limit": 100}).auto_paging_iter():
                if shapes.reference_in(found) == str(merchant_reference):
                    return shapes.refund(found)
        return None


class StripeTransfers:
    """Transfers are found by their group, which is our own id."""

    def create_transfer(self, *, merchant_reference: UUID, destination: str, amount: Money) -> ProviderTransfer:
        if not destination.startswith(ACCOUNT):
            raise ProviderRefusedError("no_connected_account")
        with writing():
            made = client().v1.transfers.create(
                {
                    "amount": amount.amount_minor,
                    "currency": amount.currency.lower(),
                    "destination": destination,
                    "transfer_group": str(merchant_reference),
                    "metadata": {shapes.REFERENCE: str(merchant_reference)},
                },
                keyed("transfers", merchant_reference),
            )
        return shapes.transfer(made)

    def find_transfer(self, merchant_reference: UUID) -> ProviderTransfer | None:
        with reading():
            found = client().v1.transfers.list({"transfer_group": str(merchant_reference), "limit": 1}).data
        return shapes.transfer(found[0]) if found else None
