"""Payments and refunds of a reference."""

from django.db.models import Sum

from backmarket.core.money import Money
from payments.enums import RefundState
from payments.models import Capture, Payment, Refund

from .views import PaymentView, RefundView


def payments_of(reference: str) -> list[PaymentView]:
    """Return all payments of a reference, oldest first."""
    return [payment_view(payment) for payment in Payment.objects.filter(reference=reference).order_by("pk")]


def refunds_of(reference: str) -> list[RefundView]:
    """Return all refunds of a reference, oldest first."""
    return [refund_view(refund) for refund in Refund.objects.filter(reference=reference).order_by("pk")]


def refunded_minor(line_reference: str) -> int:
    """Return what was refunded on a line or is on its way, in minor units."""
    total = (
        Refund.objects.filter(line_reference=line_reference)
        .exclude(state=RefundState.FAILED)
        .aggregate(total=Sum("amount_minor"))["total"]
    )
    return total or 0


def captured_of(payment: Payment) -> Money:
    total = Capture.objects.filter(payment=payment).aggregate(total=Sum("amount_minor"))["total"]
    return Money(total or 0, payment.currency)


def taken_back_of(payment: Payment) -> Money:
    """Return the refunds of a payment that are done or on their way."""
    total = (
        Refund.objects.filter(payment=payment)
        .exclude(state=RefundState.FAILED)
        .aggregate(total=Sum("amount_minor"))["total"]
    )
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


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        public_id=refund.public_id,
        state=refund.state,
        amount=refund.amount,
        reference=refund.reference,
        line_reference=refund.line_reference,
        created_at=refund.created_at,
        settled_at=refund.settled_at,
    )
