"""Payments of a reference."""

from django.db.models import Sum

from backmarket.core.money import Money
from payments.models import Capture, Payment

from .views import PaymentView


def payments_of(reference: str) -> list[PaymentView]:
    """Return all payments of a reference, oldest first."""
    return [payment_view(payment) for payment in Payment.objects.filter(reference=reference).order_by("pk")]


def captured_of(payment: Payment) -> Money:
    total = Capture.objects.filter(payment=payment).aggregate(total=Sum("amount_minor"))["total"]
    return Money(total or 0, payment.currency)


def payment_view(payment: Payment) -> PaymentView:
    return PaymentView(
        public_id=payment.public_id,
        state=payment.state,
        redirect_url=payment.redirect_url,
        amount=payment.amount,
        reference=payment.reference,
        captured_at=payment.captured_at,
        failure_code=payment.failure_code,
    )
