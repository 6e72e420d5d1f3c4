"""The hosted card page and the bank's challenge."""

import time
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import charges, locks, redirects
from . import settings as own
from .cards import BY_DIGITS, CARDS, Behaviour, TestCard
from .forms import CardForm
from .models import Method, Payment, State

HANGS_S = 3.0
DECLINED = {Behaviour.DECLINED: "card_declined", Behaviour.NO_FUNDS: "insufficient_funds"}
ASSET = own.BASE_DIR / "payments" / "sandbox" / "assets" / "pay.css"


def _language(request: HttpRequest, payment: Payment | None) -> str:
    wanted = request.GET.get("lang") or (payment.locale if payment else "") or "en"
    return "fr" if wanted.startswith("fr") else "en"


def _page(
    request: HttpRequest, template: str, payment: Payment | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """Render in the payment's language, with a policy that lets forms lead back to the shop and nowhere else."""
    language = _language(request, payment)
    with translation.override(language):
        context |= {
            "payment": payment,
            "amount": payment.amount.format(payment.locale) if payment else "",
            "shop": own.MERCHANT_NAME,
            "language": language,
            "cards": CARDS,
        }
        answer = render(request, f"sandbox/{template}.html", context, status=status)
    back = urlsplit(payment.return_url) if payment else None
    origin = f" {back.scheme}://{back.netloc}" if back else ""
    answer["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{origin}"
    )
    answer["Cache-Control"] = "no-store"
    # With `no-referrer` browsers post forms with a null origin, which the forgery check refuses.
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _locked(token: str) -> Payment:
    try:
        return locks.lock_page(token)
    except Payment.DoesNotExist as error:
        raise Http404 from error


def _back(payment: Payment) -> HttpResponse:
    return HttpResponseRedirect(payment.return_url)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return _page(request, "home")


@require_safe
def style(request: HttpRequest) -> FileResponse:
    return FileResponse(ASSET.open("rb"), content_type="text/css")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Show the card form, or charge what was entered."""
    with transaction.atomic():
        payment = _locked(token)
        if payment.state in (State.SUCCEEDED, State.AUTHORISED, State.PROCESSING):
            return _back(payment)
        if payment.state != State.OPEN:
            return _page(request, "closed", payment)
        if payment.method != Method.CARD:
            with translation.override(_language(request, payment)):
                return redirects.show(request, payment, _page, _back)
        if payment.card_token and payment.challenged_card:
            return HttpResponseRedirect(f"/pay/{token}/verify/")
        answer, hangs = _card(request, payment)
    if hangs:
        time.sleep(HANGS_S)
    return answer


def _card(request: HttpRequest, payment: Payment) -> tuple[HttpResponse, bool]:
    """Answer the card form, or what came of it; the second says whether the answer is late."""
    if request.method != "POST":
        refused = _("The check was refused. Try again or use another card.") if "refused" in request.GET else ""
        form = CardForm(offers_keeping=bool(payment.customer))
        return _page(request, "card", payment, form=form, problem=refused), False
    with translation.override(_language(request, payment)):
        form = CardForm(request.POST, offers_keeping=bool(payment.customer))
        if not form.is_valid():
            return _page(request, "card", payment, 422, form=form), False
        return _charge(request, payment, form)


def _charge(request: HttpRequest, payment: Payment, form: CardForm) -> tuple[HttpResponse, bool]:
    card = form.card
    if card is None or card.behaviour in DECLINED:
        return _declined(request, payment, form, card), False
    payment.keeps_card, payment.card_expiry = form.cleaned_data.get("keep", False), form.cleaned_data["expiry"]
    if card.behaviour == Behaviour.CHALLENGED:
        charges.challenge(payment, card)
        return HttpResponseRedirect(f"/pay/{payment.token}/verify/"), False
    charges.succeed(payment, card)
    if card.behaviour == Behaviour.TIMES_OUT:
        return _page(request, "timeout", payment, 504), True
    return _back(payment), False


def _declined(request: HttpRequest, payment: Payment, form: CardForm, card: TestCard | None) -> HttpResponse:
    code = DECLINED[card.behaviour] if card else "card_unknown"
    charges.decline(payment, code)
    if payment.state != State.OPEN:
        return _page(request, "closed", payment)
    problems = {
        "card_declined": _("Your card was declined. Use another card or try again."),
        "insufficient_funds": _("There is not enough money on this card. Use another card."),
        "card_unknown": _("The test bank does not know this card. Use one of the test cards below."),
    }
    return _page(request, "card", payment, 402, form=form, problem=problems[code])


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The bank's 3-D Secure page: approve or refuse."""
    with transaction.atomic():
        payment = _locked(token)
        card = BY_DIGITS.get(payment.challenged_card)
        if payment.state != State.OPEN or card is None:
            return HttpResponseRedirect(f"/pay/{token}/")
        if request.method != "POST":
            return _page(request, "verify", payment, card=card)
        if request.POST.get("answer") == "approve":
            charges.succeed(payment, card)
            return _back(payment)
        charges.decline(payment, "authentication_refused")
    return HttpResponseRedirect(f"/pay/{token}/?refused=1")


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    with transaction.atomic():
        payment = _locked(token)
        # Money that was reserved is the merchant's to set free.
        if payment.state == State.OPEN:
            charges.cancel(payment)
    return _back(payment)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "missing", status=404)
