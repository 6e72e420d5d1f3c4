"""Row locks of the provider."""

from datetime import datetime

from .models import Delivery, Payment, Refund, Setup, State, Transfer


def lock_payment(pk: str) -> Payment:
    """:raises Payment.DoesNotExist: there is none"""
    return Payment.objects.select_for_update().get(pk=pk)


def lock_page(token: str) -> Payment:
    """:raises Payment.DoesNotExist: there is none"""
    return Payment.objects.select_for_update().get(token=token)


def lock_setup() -> Setup:
    Setup.objects.get_or_create(pk=1)
    return Setup.objects.select_for_update().get(pk=1)


def claim_unsettled_refund(now: datetime) -> Refund | None:
    due = Refund.objects.filter(state=State.PROCESSING, settles_at__lte=now)
    return due.select_related("payment").select_for_update(skip_locked=True, of=("self",)).first()


def claim_unsettled_transfer(now: datetime) -> Transfer | None:
    return (
        Transfer.objects.filter(state=State.PROCESSING, settles_at__lte=now).select_for_update(skip_locked=True).first()
    )


def claim_expired_payment(now: datetime) -> Payment | None:
    """Claim a page that nobody paid on in time, or reserved money that nobody took."""
    due = Payment.objects.filter(state__in=(State.OPEN, State.AUTHORISED), expires_at__lte=now)
    return due.select_for_update(skip_locked=True).first()


def claim_slow_payment(now: datetime) -> Payment | None:
    due = Payment.objects.filter(state=State.PROCESSING, expires_at__lte=now)
    return due.select_for_update(skip_locked=True).first()


def due_deliveries(now: datetime) -> list[Delivery]:
    due = Delivery.objects.filter(is_done=False, due_at__lte=now).select_related("event").order_by("due_at")
    return list(due[:20])
