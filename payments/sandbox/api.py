"""The REST API: bearer key, idempotency keys, look-up by the merchant's own reference."""

import hashlib
import json
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from babel import Locale, UnknownLocaleError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import charges, locks
from . import settings as own
from .models import Capture, Card, Delivery, Event, Method, Payment, Refund, State, Transfer, new_id, new_page_token

PAGE_OPEN_FOR = timedelta(minutes=60)
SETTLES_AFTER = timedelta(seconds=1)
CURRENCIES = ("EUR", "GBP", "USD")
View = Callable[..., HttpResponse]


class RefusedError(Exception):
    def __init__(self, code: str, status: int = 422) -> None:
        self.code, self.status = code, status
        super().__init__(code)


def api(*methods: str) -> Callable[[View], View]:
    """Guard a view: key, methods, JSON errors, and the misbehaviour that was asked for."""

    def attach(view: View) -> View:
        @csrf_exempt
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: HttpRequest, **parts: str) -> HttpResponse:
            if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {own.API_KEY}"):
                return _error("bad_key", 401)
            return _misbehaving(view, request, parts)

        return guarded

    return attach


def _misbehaving(view: View, request: HttpRequest, parts: dict[str, str]) -> HttpResponse:
    fails, loses, delay_ms = _misbehaviour(is_write=request.method == "POST" and "test_helpers" not in request.path)
    if delay_ms:
        time.sleep(delay_ms / 1000)
    if fails:
        return _error("internal_error", 500)
    try:
        answer = view(request, **parts)
    except RefusedError as error:
        return _error(error.code, error.status)
    except IntegrityError:
        return _error("in_flight", 409)
    return HttpResponse(status=504) if loses else answer


def _misbehaviour(*, is_write: bool) -> tuple[bool, bool, int]:
    with transaction.atomic():
        setup = locks.lock_setup()
        fails = is_write and setup.fail_next > 0
        loses = is_write and not fails and setup.lose_next > 0
        setup.fail_next -= fails
        setup.lose_next -= loses
        setup.save(update_fields=["fail_next", "lose_next"])
    return fails, loses, setup.delay_ms


def _error(code: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code}, status=status)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise RefusedError("bad_json", 400) from error
    if not isinstance(body, dict):
        raise RefusedError("bad_json", 400)
    return body


def _amount(body: dict[str, Any]) -> dict[str, Any]:
    amount, currency = body.get("amount"), body.get("currency")
    if type(amount) is not int or amount <= 0 or currency not in CURRENCIES:
        raise RefusedError("bad_amount")
    return {"amount_minor": amount, "currency": currency}


def _locale(body: dict[str, Any]) -> str:
    text = str(body.get("locale", "en"))
    try:
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise RefusedError("bad_locale") from error
    return text


def _method(body: dict[str, Any]) -> str:
    method = str(body.get("method") or Method.CARD)
    if method not in Method.values:
        raise RefusedError("bad_method")
    return method


def _capture(body: dict[str, Any]) -> str:
    capture = str(body.get("capture") or Capture.AUTOMATIC)
    if capture not in Capture.values:
        raise RefusedError("bad_capture")
    if capture == Capture.MANUAL and _method(body) not in (Method.CARD, Method.WALLET):
        raise RefusedError("manual_capture_not_offered")
    return capture


def _return_url(body: dict[str, Any]) -> str:
    url = str(body.get("return_url", ""))
    if not url.startswith(("http://", "https://")) or len(url) > 500:
        raise RefusedError("bad_return_url")
    return url


def _shown(thing: Payment | Refund | Transfer) -> dict[str, Any]:
    shown = {
        "id": thing.pk,
        "merchant_reference": thing.merchant_reference,
        "amount": thing.amount_minor,
        "currency": thing.currency,
        "state": thing.state,
        "failure_code": thing.failure_code,
    }
    if isinstance(thing, Payment):
        shown |= {"fee": thing.fee_minor, "page_url": f"{own.PUBLIC_BASE}/pay/{thing.token}/"}
        shown |= {"amount": thing.taken.amount_minor, "capture": thing.capture}
        shown["kept_card"] = _card(thing.kept_card_token)
    return shown


def _card(token: str) -> dict[str, Any] | None:
    card = Card.objects.filter(pk=token, is_deleted=False).first() if token else None
    if card is None:
        return None
    names = ("brand", "last4", "exp_month", "exp_year")
    return {"token": card.pk, **{name: getattr(card, name) for name in names}}


def _kept(body: dict[str, Any]) -> Card | None:
    """Return the kept card that is to be charged; another customer's, or a deleted one, is refused."""
    token = str(body.get("card") or "")
    if not token:
        return None
    card = Card.objects.filter(pk=token, customer=str(body.get("customer") or ""), is_deleted=False).first()
    if card is None:
        raise RefusedError("card_unknown")
    return card


def _list(request: HttpRequest, model: type[Payment | Refund | Transfer]) -> JsonResponse:
    given = {name: request.GET[name] for name in ("merchant_reference", "idempotency_key") if name in request.GET}
    if not given:
        raise RefusedError("no_filter", 400)
    return JsonResponse({"data": [_shown(thing) for thing in model.objects.filter(**given)]})


def _known(
    request: HttpRequest, model: type[Payment | Refund | Transfer], common: dict[str, Any]
) -> Payment | Refund | Transfer | None:
    """Return what this idempotency key made before; the same key with another body is refused."""
    known = model.objects.filter(idempotency_key=common["idempotency_key"]).first()
    if known is not None and known.request_hash != common["request_hash"]:
        raise RefusedError("idempotency_key_reused")
    return known


def _locked(pk: str, unknown: RefusedError) -> Payment:
    try:
        return locks.lock_payment(pk)
    except Payment.DoesNotExist as error:
        raise unknown from error


def _common(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    key = request.headers.get("Idempotency-Key", "")
    if not key or not body.get("merchant_reference"):
        raise RefusedError("key_or_reference_missing", 400)
    return {
        **_amount(body),
        "merchant_reference": str(body["merchant_reference"])[:80],
        "idempotency_key": key[:120],
        "request_hash": hashlib.sha256(request.body).hexdigest(),
    }


@api("GET", "POST")
def payments(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, Payment)
    body = _body(request)
    common = _common(request, body)
    known = _known(request, Payment, common)
    if known is not None:
        return JsonResponse(_shown(known))
    kept = _kept(body)
    with transaction.atomic():
        payment = Payment.objects.create(
            **common,
            customer=str(body.get("customer") or "")[:80],
            card_token=kept.pk if kept else "",
            method=_method(body),
            capture=_capture(body),
            id=new_id("pay"),
            token=new_page_token(),
            state=State.OPEN,
            description=str(body.get("description", ""))[:200],
            email=str(body.get("email", ""))[:254],
            locale=_locale(body),
            return_url=_return_url(body),
            expires_at=timezone.now() + PAGE_OPEN_FOR,
        )
        charges.tell("payment", "created", payment)
        if kept is not None:
            charges.charge_kept(payment, kept)
    return JsonResponse(_shown(payment), status=201)


@api("GET")
def payment(request: HttpRequest, pk: str) -> HttpResponse:
    found = Payment.objects.filter(pk=pk).first()
    return JsonResponse(_shown(found)) if found else _error("not_found", 404)


@api("POST")
def cancel_payment(request: HttpRequest, pk: str) -> HttpResponse:
    with transaction.atomic():
        locked = _locked(pk, RefusedError("not_found", 404))
        charges.cancel(locked)
    return JsonResponse(_shown(locked))


@api("POST")
def capture_payment(request: HttpRequest, pk: str) -> HttpResponse:
    """Take reserved money once: the same amount again answers as before, another one is refused."""
    amount = _amount(_body(request))
    with transaction.atomic():
        locked = _locked(pk, RefusedError("payment_unknown"))
        if locked.currency != amount["currency"]:
            raise RefusedError("bad_amount")
        if locked.captured_minor is None:
            if locked.state != State.AUTHORISED:
                raise RefusedError("not_capturable")
            if amount["amount_minor"] > locked.amount_minor:
                raise RefusedError("amount_too_large")
            charges.capture(locked, amount["amount_minor"])
        elif locked.captured_minor != amount["amount_minor"]:
            raise RefusedError("captured_already")
    return JsonResponse(_shown(locked))


@api("POST")
def delete_card(request: HttpRequest, pk: str) -> HttpResponse:
    Card.objects.filter(pk=pk).update(is_deleted=True)
    return JsonResponse({})


@api("GET", "POST")
def refunds(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, Refund)
    body = _body(request)
    common = _common(request, body)
    known = _known(request, Refund, common)
    if known is not None:
        return JsonResponse(_shown(known))
    with transaction.atomic():
        payment = _locked(str(body.get("payment")), RefusedError("payment_unknown"))
        gone = payment.refunds.exclude(state=State.FAILED).aggregate(total=Sum("amount_minor"))["total"] or 0
        if payment.state != State.SUCCEEDED or payment.currency != common["currency"]:
            raise RefusedError("not_refundable")
        if gone + common["amount_minor"] > payment.taken.amount_minor:
            raise RefusedError("amount_too_large")
        refund = Refund.objects.create(
            **common,
            id=new_id("re"),
            payment=payment,
            state=State.PROCESSING,
            settles_at=timezone.now() + SETTLES_AFTER,
        )
        charges.tell("refund", "created", refund)
    return JsonResponse(_shown(refund), status=201)


@api("GET", "POST")
def transfers(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, Transfer)
    body = _body(request)
    common = _common(request, body)
    known = _known(request, Transfer, common)
    if known is not None:
        return JsonResponse(_shown(known))
    with transaction.atomic():
        transfer = Transfer.objects.create(
            **common,
            id=new_id("tr"),
            destination=str(body.get("destination", ""))[:80],
            state=State.PROCESSING,
            settles_at=timezone.now() + SETTLES_AFTER,
        )
        charges.tell("transfer", "created", transfer)
    return JsonResponse(_shown(transfer), status=201)


@api("GET")
def events(request: HttpRequest) -> HttpResponse:
    found = Event.objects.filter(merchant_reference=request.GET.get("merchant_reference", "")).order_by("created_at")
    return JsonResponse({"data": [event.body for event in found]})


@api("POST")
def return_transfer(request: HttpRequest, pk: str) -> HttpResponse:
    with transaction.atomic():
        transfer = Transfer.objects.get(pk=pk)
        charges.return_transfer(transfer)
    return JsonResponse(_shown(transfer))


def _rest() -> None:
    """Leave everything that is under way as it is, so that nothing happens behind the back of the next test."""
    never = timezone.now() + timedelta(days=365)
    Delivery.objects.filter(is_done=False).update(is_done=True)
    Refund.objects.filter(state=State.PROCESSING).update(settles_at=never)
    Transfer.objects.filter(state=State.PROCESSING).update(settles_at=never)


@api("POST")
def setup(request: HttpRequest) -> HttpResponse:
    """Ask for misbehaviour, or say where events go."""
    body = _body(request)
    with transaction.atomic():
        current = locks.lock_setup()
        for name in ("webhook_url", "sends_webhooks", "fail_next", "lose_next", "delay_ms"):
            if name in body:
                setattr(current, name, body[name])
        current.save()
        if body.get("rest"):
            _rest()
    return JsonResponse({})
