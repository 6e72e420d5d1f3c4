"""The client of the sandbox provider, over HTTP like any other."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import requests
from django.conf import settings

from backmarket.core.money import Money
from backmarket.core.signatures import is_signed
from payments.enums import PaymentMethod

from .base import (
    BadSignatureError,
    CaptureMethod,
    OutcomeUnknownError,
    ProviderCard,
    ProviderPayment,
    ProviderRefund,
    ProviderRefusedError,
    ProviderTransfer,
    Truth,
    WebhookNotice,
)

# Only these answers to a write say that nothing happened. All others (in flight, too many, our key refused, whatever
# broke over there) say nothing about an earlier attempt: taken for a no, they would send money twice.
REFUSALS = {400, 402, 422}


class SandboxProvider:
    name = "sandbox"
    timeout_s: tuple[float, float] = (2, 6)
    lost_after = timedelta(seconds=60)
    finds_pages = True

    @property
    def is_configured(self) -> bool:
        return bool(settings.SANDBOX_PROVIDER_URL)

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
        body = {
            "merchant_reference": str(merchant_reference),
            "amount": amount.amount_minor,
            "currency": amount.currency,
            "description": description,
            "email": email,
            "locale": locale,
            "return_url": return_url,
            "customer": customer,
            "card": card_token,
            "method": method,
            "capture": capture,
        }
        return _payment(self._post("payments", merchant_reference, body))

    def capture_payment(self, merchant_reference: UUID, *, ref: str, amount: Money) -> ProviderPayment:
        path = f"payments/{ref or self._ref(merchant_reference)}/capture"
        return _payment(self._call("POST", path, {"amount": amount.amount_minor, "currency": amount.currency}))

    def find_payment(self, merchant_reference: UUID, *, ref: str = "") -> ProviderPayment | None:
        found = self._find("payments", merchant_reference)
        return _payment(found) if found else None

    def cancel_payment(self, merchant_reference: UUID, *, ref: str = "") -> ProviderPayment | None:
        found = self._find("payments", merchant_reference)
        if found is None:
            return None
        return _payment(self._call("POST", f"payments/{found['id']}/cancel"))

    def forget_card(self, token: str) -> None:
        self._call("POST", f"cards/{token}/delete")

    def create_refund(self, *, merchant_reference: UUID, payment_ref: str, amount: Money) -> ProviderRefund:
        body = {
            "merchant_reference": str(merchant_reference),
            "payment": payment_ref,
            "amount": amount.amount_minor,
            "currency": amount.currency,
        }
        return _refund(self._post("refunds", merchant_reference, body))

    def find_refund(self, merchant_reference: UUID, *, payment_ref: str = "") -> ProviderRefund | None:
        found = self._find("refunds", merchant_reference)
        return _refund(found) if found else None

    def create_transfer(self, *, merchant_reference: UUID, destination: str, amount: Money) -> ProviderTransfer:
        body = {
            "merchant_reference": str(merchant_reference),
            "destination": destination,
            "amount": amount.amount_minor,
            "currency": amount.currency,
        }
        return _transfer(self._post("transfers", merchant_reference, body))

    def find_transfer(self, merchant_reference: UUID) -> ProviderTransfer | None:
        found = self._find("transfers", merchant_reference)
        return _transfer(found) if found else None

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookNotice:
        given = headers.get("Sandbox-Signature", "")
        if not is_signed(given, body, secrets=settings.SANDBOX_WEBHOOK_SECRETS, now=now):
            raise BadSignatureError
        return self.read_notice(body)

    def read_notice(self, body: bytes) -> WebhookNotice:
        event = json.loads(body)
        return WebhookNotice(event["id"], event["data"]["object"], event["data"]["merchant_reference"])

    def _ref(self, merchant_reference: UUID) -> str:
        found = self._find("payments", merchant_reference)
        if found is None:
            raise ProviderRefusedError("payment_unknown")
        return str(found["id"])

    def _post(self, path: str, key: UUID, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, body, {"Idempotency-Key": f"{path}-{key}"})

    def _find(self, path: str, merchant_reference: UUID) -> dict[str, Any] | None:
        found: list[dict[str, Any]] = self._call("GET", f"{path}?merchant_reference={merchant_reference}")["data"]
        return found[0] if found else None

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        url = f"{settings.SANDBOX_PROVIDER_URL}/v1/{path}"
        authorised = {"Authorization": f"Bearer {settings.SANDBOX_API_KEY}", **(headers or {})}
        try:
            answer = requests.request(method, url, json=body, headers=authorised, timeout=self.timeout_s)
            if not answer.ok and not (method == "POST" and answer.status_code in REFUSALS):
                raise OutcomeUnknownError(f"{method} {path}: {answer.status_code}")
            content: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise OutcomeUnknownError(f"{method} {path}: {error}") from error
        if not answer.ok:
            raise ProviderRefusedError(str(content.get("code", answer.status_code)))
        return content


def _payment(data: dict[str, Any]) -> ProviderPayment:
    currency = data["currency"]
    return ProviderPayment(
        ref=data["id"],
        state=Truth(data["state"]),
        amount=Money(data["amount"], currency),
        fee=Money(data["fee"], currency),
        redirect_url=data["page_url"],
        failure_code=data["failure_code"],
        kept_card=ProviderCard(**data["kept_card"]) if data.get("kept_card") else None,
    )


def _refund(data: dict[str, Any]) -> ProviderRefund:
    return ProviderRefund(data["id"], Truth(data["state"]), data["failure_code"])


def _transfer(data: dict[str, Any]) -> ProviderTransfer:
    return ProviderTransfer(data["id"], Truth(data["state"]), data["failure_code"])
