"""The providers by name."""

from django.conf import settings

from .base import Provider
from .sandbox import SandboxProvider

DEFAULT = "sandbox"
_PROVIDERS: dict[str, Provider] = {"sandbox": SandboxProvider()}


def provider_named(name: str) -> Provider:
    """:raises KeyError: there is none, or its settings are missing"""
    provider = _providers()[name]
    if not provider.is_configured:
        raise KeyError(name)
    return provider


def configured_providers() -> list[str]:
    """Return the names of those whose settings are there."""
    return [name for name, provider in _providers().items() if provider.is_configured]


def _providers() -> dict[str, Provider]:
    """Load Stripe's SDK only where it is used: it costs each process a quarter of a second and 24 MB."""
    if settings.STRIPE_API_KEY and "stripe" not in _PROVIDERS:
        from .stripe import StripeProvider

        _PROVIDERS["stripe"] = StripeProvider()
    return _PROVIDERS
