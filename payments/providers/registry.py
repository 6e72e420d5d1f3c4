"""The providers by name."""

from .base import Provider
from .sandbox import SandboxProvider

DEFAULT = "sandbox"
_PROVIDERS: dict[str, Provider] = {"sandbox": SandboxProvider()}


def provider_named(name: str) -> Provider:
    """:raises KeyError: there is none"""
    return _PROVIDERS[name]
