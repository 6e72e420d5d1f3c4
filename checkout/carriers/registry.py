"""Who speaks for the carriers: the sandbox for all of them, until one is connected here."""

from collections.abc import Mapping

from .base import CarrierClient
from .sandbox import SandboxCarrier

_SANDBOX = SandboxCarrier()
_CLIENTS: Mapping[str, CarrierClient] = {_SANDBOX.name: _SANDBOX}


def client_named(name: str) -> CarrierClient:
    """:raises KeyError: there is none"""
    return _CLIENTS[name]


def client_of(carrier: str) -> CarrierClient:
    """Return who carries for a carrier of a market."""
    return _SANDBOX
