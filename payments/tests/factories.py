"""Short ways to a state of money, through the services that production uses."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from payments.flows import payin
from payments.models import Payment
from payments.rules.shares import RefundShares
from payments.services import maturity, movements, payments, refunds

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACTOR = Actor("user", "finance@example.test", 7)
SELLER = "seller:7"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def intent(*, amount: int = 10_000, reference: str = "", key: str = "") -> Payment:
    """A payment that the provider has not heard of."""
    payment, _ = payments.create_payment(
        reference=reference or f"order:{uuid4()}",
        amount=eur(amount),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="fr-fr",
        return_url="http://127.0.0.1:8000/fr-fr/checkout/return/",
        key=key or uuid4().hex,
        provider="sandbox",
        now=NOW,
    )
    return payment


def captured(*, amount: int = 10_000, reference: str = "") -> Payment:
    """A payment whose money was taken."""
    payment = intent(amount=amount, reference=reference)
    payments.record_capture(
        payment_id=payment.public_id, amount=eur(amount), key=f"cap:{payment.public_id}", captured_at=NOW
    )
    payment.refresh_from_db()
    return payment


def dispatch(
    payment: Payment,
    *,
    line: str = "line:1",
    gross: int = 9_800,
    owner: str = SELLER,
    protection: int = 0,
    promotion: int = 0,
    sales_tax: int = 0,
) -> None:
    """Ship a line: 10 % commission, 20 % VAT on it, 2.00 service fee."""
    commission = eur(gross).split([1, 9])[0]
    movements.record_dispatch(
        reference=payment.reference,
        line_reference=line,
        seller_owner=owner,
        gross=eur(gross),
        commission=commission,
        commission_vat=commission.split([1, 4])[0],
        vat_jurisdiction="FR",
        service_fee=eur(200),
        protection=eur(protection),
        promotion=eur(promotion),
        sales_tax=eur(sales_tax),
        sales_tax_jurisdiction="US-CA" if sales_tax else "",
        matures_at=NOW + timedelta(days=7),
        now=NOW,
    )


def mature(line: str = "line:1") -> None:
    maturity.release_early(line_reference=line, actor=ACTOR, reason="delivered", now=NOW)


def seller_share(amount: int) -> RefundShares:
    """All of a refund from the seller."""
    zero = eur(0)
    return RefundShares(zero, eur(amount), zero, zero, "FR", zero, zero, zero, zero, zero)


def ask_refund(payment: Payment, amount: int, *, shares: RefundShares | None = None, key: str = "", line: str = ""):
    return refunds.request_refund(
        reference=payment.reference,
        line_reference=line,
        amount=eur(amount),
        shares=shares or RefundShares.before_dispatch(eur(amount)),
        borne_by="customer_funds",
        reason="changed mind",
        actor=ACTOR,
        key=key or uuid4().hex,
        now=NOW,
    )


def start(*, amount: int = 10_000, reference: str = "", key: str = "", now: datetime = NOW):
    """Start a payment at the provider."""
    return payin.start_payment(
        reference=reference or f"order:{uuid4()}",
        amount=eur(amount),
        description="Order 3041-8827",
        email="ada@example.test",
        locale="fr-fr",
        return_url="http://127.0.0.1:8000/fr-fr/checkout/return/",
        key=key or uuid4().hex,
        now=now,
    )


def durable_captured(**facts) -> Payment:
    with transaction.atomic(durable=True):
        return captured(**facts)
