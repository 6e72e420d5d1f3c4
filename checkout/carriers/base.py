"""What a carrier's client can do; every carrier of every market is reached through one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class CarrierRefusedError(Exception):
    """The carrier said no, in words for the seller; nothing was bought or cancelled."""


class CarrierUnavailableError(Exception):
    """Nobody knows whether it was done; the same key is asked again later."""


class BadCarrierMessageError(Exception):
    """Not signed by the carrier, too old, or without an id."""


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or recipient; `lines` is the address as the country's post writes it, without the country."""

    name: str
    company: str
    lines: Sequence[str]
    postcode: str
    country: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """
    A parcel to be: `key` makes it one however often it is asked for, `number` is our running number of it.

    `pickup_point` is the carrier's own key of one, empty for a delivery to the door. `weight_g` in grams.
    """

    key: str
    number: int
    carrier: str
    sender: Party
    recipient: Party
    pickup_point: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class BoughtLabel:
    tracking_number: str
    routing_code: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as the carrier told it: `code` is a `ParcelCode`, `at` its own instant, `event_id` its own id."""

    carrier: str
    tracking_number: str
    event_id: str
    code: str
    at: datetime
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message holds: its scans, and what of it could not be read."""

    scans: Sequence[Scan]
    problems: Sequence[str]


class CarrierClient(Protocol):
    name: str

    def buy_label(self, shipment: Shipment) -> BoughtLabel:
        """
        Buy one label a key.

        :raises CarrierRefusedError: it will not carry this
        :raises CarrierUnavailableError: ask again with the same key
        """

    def void_label(self, *, key: str, tracking_number: str) -> None:
        """
        Give a label back; repeating it changes nothing.

        :raises CarrierRefusedError: it is on its way already
        :raises CarrierUnavailableError: ask again with the same key
        """

    def verify(self, *, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
        """
        Return the id of a message that the carrier signed.

        :raises BadCarrierMessageError: it did not, or the message is too old
        """

    def read(self, body: bytes) -> Reading:
        """Read a message that was verified when it came."""
