"""What tests of the Stripe client stand on."""

import pytest

from .stripe_server import forward_to, stripe_server


@pytest.fixture
def stripe_api(settings):
    """A Stripe whose answers the test decides."""
    with stripe_server() as server:
        settings.STRIPE_API_KEY = "sk_test_123"
        settings.STRIPE_API_BASE = server.url
        yield server


@pytest.fixture
def stripe_contract(stripe_api, stripe_mock):
    """Stripe's own stripe-mock, which refuses what Stripe's OpenAPI does not know."""
    stripe_api.answer = forward_to(stripe_mock)
    return stripe_api
