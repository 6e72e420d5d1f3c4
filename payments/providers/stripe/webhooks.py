"""Stripe's messages: only what it signed within five minutes, and of that only which object changed."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from stripe import SignatureVerificationError, WebhookSignature

from backmarket.core.signatures import is_recent
from payments.providers.base import BadSignatureError, WebhookNotice

from .shapes import REFERENCE

# What Stripe calls an object, and what we do; others are kept under Stripe's name.
_KINDS = {"payment_intent": "payment", "checkout.session": "payment"}


class StripeWebhooks:
    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookNotice:
        given = headers.get("Stripe-Signature", "")
        # The SDK would ask the clock itself and take messages from the future.
        if not is_recent(given, now=now) or not any(
            _is_signed(given, body, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS
        ):
            raise BadSignatureError
        return self.read_notice(body)

    def read_notice(self, body: bytes) -> WebhookNotice:
        event = json.loads(body)
        thing = event["data"]["object"]
        kind = thing["object"]
        reference = (thing.get("metadata") or {}).get(REFERENCE, "")
        return WebhookNotice(event["id"], _KINDS.get(kind, kind), reference, thing.get("id") or "")


def _is_signed(given: str, body: bytes, secret: str) -> bool:
    try:
        WebhookSignature.verify_header(body, given, secret)
    except SignatureVerificationError:
        return False
    return True
