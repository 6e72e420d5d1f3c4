"""The pages of methods other than cards: a wallet, the shopper's bank, a lender. Each pretends, and says so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from backmarket.core.money import Money

from . import charges, locks
from .models import Method, Payment, State

# How long a slow bank takes.
SLOW = timedelta(seconds=4)
PARTS = 3
Page = Callable[..., HttpResponse]


def show(request: HttpRequest, payment: Payment, page: Page, back: Callable[[Payment], HttpResponse]) -> HttpResponse:
    """Ask for consent, and do what was answered: `approve`, `slowly` (banks only), or anything else for a no."""
    if request.method != "POST":
        return page(request, "redirect", payment, plan=_plan(payment), **_words(payment))
    answer = request.POST.get("answer")
    if answer == "approve":
        charges.take(payment)
    elif answer == "slowly" and payment.method == Method.BANK:
        payment.state = State.PROCESSING
        payment.expires_at = timezone.now() + SLOW
        payment.save()
        charges.tell("payment", "processing", payment)
    else:
        charges.end(payment, "lender_declined" if payment.method == Method.INSTALMENTS else "refused_by_shopper")
    return back(payment)


def settle_slow() -> bool:
    """Take the money of a payment whose bank took its time."""
    payment = locks.claim_slow_payment(timezone.now())
    if payment is None:
        return False
    charges.take(payment)
    return True


def _plan(payment: Payment) -> list[tuple[Any, str]]:
    """Return the days and amounts of the instalments; the parts sum to the whole."""
    if payment.method != Method.INSTALMENTS:
        return []
    today = timezone.now().date()
    parts: list[Money] = payment.amount.split([1] * PARTS)
    return [(today + timedelta(days=30 * n), part.format(payment.locale)) for n, part in enumerate(parts)]


def _words(payment: Payment) -> dict[str, str]:
    return {
        Method.WALLET: {
            "heading": _("Pay with the wallet of this device"),
            "lead": _("A real wallet asks for your face, finger or code now."),
            "maker": "Test Wallet",
        },
        Method.BANK: {
            "heading": _("Pay from your bank account"),
            "lead": _("A real bank asks you to sign in and confirm now."),
            "maker": "Test Bank",
        },
        Method.INSTALMENTS: {
            "heading": _("Pay in three instalments"),
            "lead": _("A real lender checks who you are and shows its terms now."),
            "maker": "Test Lender",
        },
    }[Method(payment.method)]
