"""The providers by name."""

from .base import Provider
from .sandbox import SandboxProvider
from .stripe import StripeProvider

DEFAULT = "sandbox"
_PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (SandboxProvider(), StripeProvider())}


def provider_named(name: str) -> Provider:
    """:raises KeyError: there is none, or its settings are missing"""
    provider = _PROVIDERS[name]
    if not provider.is_configured:
        raise KeyError(name)
    return provider


def configured_providers() -> list[str]:
    """Return the names of those whose settings are there."""
    return [name for name, provider in _PROVIDERS.items() if provider.is_configured]
