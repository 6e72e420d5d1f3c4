"""
The sandbox carrier: stands for all carriers where none is connected, and keeps nothing.

A shipment's number is its own memory: the same shipment gets the same tracking number however often it is asked for.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from backmarket.core.signatures import header, is_signed
from backmarket.markets.carriers import CARRIERS
from checkout.enums import ParcelCode
from checkout.rules.parcels import normal_number

from . import numbers
from .base import BadCarrierMessageError, BoughtLabel, CarrierRefusedError, Reading, Scan, Shipment

SIGNATURE_HEADER = "Carrier-Signature"
MAX_SCANS = 500
MAX_WEIGHT_G = 30_000
KNOWN = {carrier.key for carriers in CARRIERS.values() for carrier in carriers}
POSTS = {"colissimo", "correos", "poste", "postnl", "postnl_point", "bpost", "an_post", "an_post_point", "royal_mail"}
POSTS |= {"post_at", "post_at_station", "usps"}


class SandboxCarrier:
    name = "sandbox"

    def buy_label(self, shipment: Shipment) -> BoughtLabel:
        if shipment.weight_g > MAX_WEIGHT_G:
            raise CarrierRefusedError(f"{shipment.weight_g} g is above the limit of {MAX_WEIGHT_G} g")
        if not shipment.recipient.postcode.strip() and shipment.recipient.country != "IE":
            raise CarrierRefusedError("the recipient has no postcode")
        place = shipment.pickup_point or shipment.recipient.postcode
        routing = "".join(letter for letter in place.upper() if letter.isalnum())[:20]
        return BoughtLabel(_number(shipment), f"{shipment.recipient.country} {routing}")

    def void_label(self, *, key: str, tracking_number: str) -> None:
        """Nothing to give back: a number that is never scanned costs nothing here."""

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
        signature = headers.get(SIGNATURE_HEADER, "")
        if not is_signed(signature, body, secrets=settings.CARRIER_WEBHOOK_SECRETS, now=now):
            raise BadCarrierMessageError
        try:
            found = json.loads(body)["id"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadCarrierMessageError from error
        if not isinstance(found, str) or not 0 < len(found) <= 80 or "\0" in found:
            raise BadCarrierMessageError
        return found

    def read(self, body: bytes) -> Reading:
        told = json.loads(body).get("scans")
        if not isinstance(told, list) or not told or len(told) > MAX_SCANS:
            return Reading([], [f"`scans` is a list of 1 to {MAX_SCANS}"])
        scans, problems = [], []
        for place, one in enumerate(told):
            try:
                scans.append(_scan(one))
            except ValueError as error:
                problems.append(f"scan {place + 1}: {error}")
        return Reading(scans, problems)


def signed_message(message_id: str, scans: Sequence[Mapping[str, str]], *, now: datetime) -> tuple[bytes, str]:
    """Return a message as the sandbox carrier sends it, and its signature header."""
    body = json.dumps({"id": message_id, "scans": list(scans)}).encode()
    return body, header(settings.CARRIER_WEBHOOK_SECRETS[0], int(now.timestamp()), body)


def _number(shipment: Shipment) -> str:
    carrier, serial = shipment.carrier, shipment.number
    if carrier.startswith("ups"):
        return numbers.ups("BM0042", serial)
    if carrier in POSTS:
        return numbers.s10("RB", serial, shipment.sender.country)
    return numbers.sscc("3400123", serial)


def _scan(told: Any) -> Scan:
    """:raises ValueError: saying what is wrong with it"""
    if not isinstance(told, dict):
        raise ValueError("is not an object")  # noqa: TRY004 — one kind of error for all that is wrong
    at = parse_datetime(_text(told, "at", 40))
    if at is None or at.tzinfo is None:
        raise ValueError("`at` is not an instant with a time zone")
    scan = Scan(
        carrier=_text(told, "carrier", 30),
        tracking_number=normal_number(_text(told, "tracking_number", 60)),
        event_id=_text(told, "id", 80),
        code=_text(told, "code", 20),
        at=at,
        text=_text(told, "text", 200, required=False),
        place=_text(told, "place", 120, required=False),
    )
    if scan.carrier not in KNOWN:
        raise ValueError(f"no carrier {scan.carrier!r}")
    if scan.code not in ParcelCode.values:
        raise ValueError(f"no code {scan.code!r}")
    return scan


def _text(told: Mapping[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or "\0" in value or len(value) > longest or (required and not value.strip()):
        raise ValueError(f"`{name}` is a text of at most {longest} letters")
    return value.strip()
