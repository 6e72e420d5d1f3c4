"""Who the marketplace is on its own invoices."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class House:
    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_number: str
    register_number: str


def house() -> House:
    return House(**settings.HOUSE)
