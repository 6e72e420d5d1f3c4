"""Stripe's SDK as we call it: one version of its API, no attempts of its own, and what its errors mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from uuid import UUID

import stripe
from django.conf import settings
from stripe import RequestOptions, StripeClient

from payments.providers.base import OutcomeUnknownError, ProviderRefusedError

# The version that this SDK's types and the stripe-mock of the tests speak: the three change together.
API_VERSION = "2026-08-26.dahlia"
# Seconds to connect and to wait for an answer.
TIMEOUT_S = (2.0, 6.0)
# As at the sandbox, only these answers to a write say that nothing happened.
REFUSALS = {400, 402}


def client() -> StripeClient:
    """Return the client of the account that the settings name."""
    return _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=2)
def _client(api_key: str, base: str) -> StripeClient:
    return StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": base, "files": base} if base else {},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
    )


def keyed(kind: str, our_id: UUID) -> RequestOptions:
    """Name a write by our own id, so that sending it again is answered as the first time."""
    return {"idempotency_key": f"{kind}-{our_id}"}


@contextmanager
def writing() -> Iterator[None]:
    """
    Tell a definite no from an answer that says nothing of an earlier attempt.

    A key that was used with other facts, or is in use right now, is such an answer: the first call may have had its
    effect.

    :raises ProviderRefusedError: a declined card or a request that makes no sense
    :raises OutcomeUnknownError: anything else that is not a yes
    """
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if error.http_status in REFUSALS:
            raise ProviderRefusedError(_code(error)) from error
        raise OutcomeUnknownError(_summary(error)) from error
    except stripe.StripeError as error:
        raise OutcomeUnknownError(_summary(error)) from error


@contextmanager
def reading() -> Iterator[None]:
    """:raises OutcomeUnknownError: no answer, or not the one that was asked for"""
    try:
        yield
    except stripe.StripeError as error:
        raise OutcomeUnknownError(_summary(error)) from error


def _code(error: stripe.StripeError) -> str:
    return error.code or "invalid_request"


def _summary(error: stripe.StripeError) -> str:
    # Not the message, which may quote what a person typed.
    return f"{type(error).__name__} {error.http_status} {error.code} {error.request_id}"
