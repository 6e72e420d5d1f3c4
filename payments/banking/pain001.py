"""Customer credit transfers: an ISO 20022 pain.001.001.09 file, checked against its published schema."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree
from sepaxml import SepaTransfer
from stdnum import bic as bic_number
from stdnum.exceptions import ValidationError as NumberError
from text_unidecode import unidecode

from backmarket.core.errors import DomainError
from backmarket.core.money import Money

from .iban import sepa_iban

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
CURRENCY = "EUR"
# Implementation guidelines of the SEPA credit transfer (EPC132-08): 0.01 to 999,999,999.99 euros.
MAX_AMOUNT_MINOR = 99_999_999_999
MAX_NAME = 70
MAX_REMITTANCE = 140
# EPC217-08: the characters that every bank takes, and identifiers without slashes at the ends or doubled.
FOREIGN_CHARACTER = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
IDENTIFIER = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+][A-Za-z0-9/\-?:().,'+ ]{0,34}(?<![/ ])")
# What EPC217-08 proposes where a letter-by-letter transcription would lose the sign.
SIGNS = str.maketrans({"&": "+", "€": "E", "_": "-", "–": "-", "—": "-", ";": ",", "[": "(", "]": ")"})


class TransferInvalidError(DomainError):
    """A batch that no bank would take; no file is made."""

    code = "transfer_invalid"
    http_status = 422
    message = _("This transfer cannot be sent to the bank.")


class TransferCurrencyError(TransferInvalidError):
    code = "transfer_currency"
    message = _("Transfers of this kind are in euros only.")


class TransferAmountError(TransferInvalidError):
    code = "transfer_amount"
    message = _("A transfer is over 0.01 to 999,999,999.99 euros.")


class TransferTextError(TransferInvalidError):
    code = "transfer_text"
    message = _("Nothing is left of this text in the characters that banks take, or it is too long.")


class TransferIdentifierError(TransferInvalidError):
    code = "transfer_identifier"
    message = _("This reference has characters or a length that banks do not take.")


class TransferDoubledError(TransferInvalidError):
    code = "transfer_doubled"
    message = _("Two transfers have the same reference.")


class TransferBicError(TransferInvalidError):
    code = "transfer_bic"
    message = _("This bank code (BIC) is not right.")


class TransferAddressError(TransferInvalidError):
    code = "transfer_address"
    message = _("An address needs its town and country.")


class TransfersMissingError(TransferInvalidError):
    code = "transfers_missing"
    message = _("There is nothing to transfer.")


class TransferSchemaError(TransferInvalidError):
    code = "transfer_schema"
    message = _("The file for the bank does not follow its schema.")


@dataclass(frozen=True, slots=True)
class Address:
    """A structured postal address; `country` is an ISO 3166 code of two letters."""

    country: str
    town: str
    postcode: str = ""
    street: str = ""
    building_number: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account pays."""

    name: str
    iban: str
    bic: str
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer; `end_to_end_id` comes back on the report and on the statement."""

    end_to_end_id: str
    creditor_name: str
    iban: str
    address: Address
    amount: Money
    remittance: str
    bic: str = ""


def credit_transfers(
    *,
    message_id: str,
    created_at: datetime,
    batch_id: str,
    execution_date: date,
    debtor: Debtor,
    transfers: Sequence[Transfer],
) -> bytes:
    """
    Write the file that orders a bank to pay a batch; the same input gives the same bytes.

    Names and texts are transcribed into the characters every bank takes. Names and lines of an address are cut at the
    scheme's length, as banks do themselves; a remittance text is not, because its end may be what tells two apart.

    :raises IbanInvalidError: an account number is wrong
    :raises IbanOutsideSepaError: an account is in a country that takes no part in SEPA
    :raises TransferInvalidError: one of its kinds, by what is wrong
    """
    if not transfers:
        raise TransfersMissingError
    for identifier in (message_id, batch_id):
        _require_identifier(identifier)
    _require_distinct(transfers)
    config: dict[str, Any] = {
        "name": sepa_text(debtor.name, MAX_NAME),
        "IBAN": sepa_iban(debtor.iban),
        "BIC": _bic(debtor.bic),
        "batch": True,
        "currency": CURRENCY,
    }
    if debtor.address:
        config["address"] = _address(debtor.address)
    # Not the library's own cleaning: it cuts texts silently and leaves characters that banks refuse.
    file = SepaTransfer(config, schema=SCHEMA, clean=False)
    for transfer in transfers:
        file.add_payment(_payment(transfer, execution_date))
    return _finished(file.export(validate=False), message_id, batch_id, created_at)


def sepa_text(text: str, limit: int) -> str:
    """
    Transcribe a text into the character set of SEPA and cut it at a limit.

    :raises TransferTextError: nothing but signs is left
    """
    latin = unidecode(text.translate(SIGNS)).translate(SIGNS)
    plain = " ".join(FOREIGN_CHARACTER.sub(" ", latin).split())[:limit].strip()
    if not any(character.isalnum() for character in plain):
        raise TransferTextError(text=text)
    return plain


def _payment(transfer: Transfer, execution_date: date) -> dict[str, Any]:
    if transfer.amount.currency != CURRENCY:
        raise TransferCurrencyError(end_to_end_id=transfer.end_to_end_id, currency=transfer.amount.currency)
    if not 0 < transfer.amount.amount_minor <= MAX_AMOUNT_MINOR:
        raise TransferAmountError(end_to_end_id=transfer.end_to_end_id, amount_minor=transfer.amount.amount_minor)
    remittance = sepa_text(transfer.remittance, MAX_REMITTANCE + 1)
    if len(remittance) > MAX_REMITTANCE:
        raise TransferTextError(end_to_end_id=transfer.end_to_end_id, text=transfer.remittance)
    payment = {
        "name": sepa_text(transfer.creditor_name, MAX_NAME),
        "IBAN": sepa_iban(transfer.iban),
        "amount": transfer.amount.amount_minor,
        "description": remittance,
        "execution_date": execution_date,
        "endtoend_id": transfer.end_to_end_id,
        "address": _address(transfer.address),
    }
    return payment | ({"BIC": _bic(transfer.bic)} if transfer.bic else {})


def _address(address: Address) -> dict[str, str]:
    if not re.fullmatch(r"[A-Z]{2}", address.country) or not address.town.strip():
        raise TransferAddressError(country=address.country, town=address.town)
    lines = {
        "street_name": (address.street, 70),
        "building_number": (address.building_number, 16),
        "postcode": (address.postcode, 16),
        "town": (address.town, 35),
    }
    written = {name: sepa_text(text, limit) for name, (text, limit) in lines.items() if text.strip()}
    return {**written, "country": address.country}


def _bic(text: str) -> str:
    try:
        return str(bic_number.validate(text))
    except NumberError as error:
        raise TransferBicError(bic=text) from error


def _require_identifier(text: str) -> None:
    if not IDENTIFIER.fullmatch(text):
        raise TransferIdentifierError(identifier=text)


def _require_distinct(transfers: Sequence[Transfer]) -> None:
    seen = set()
    for transfer in transfers:
        _require_identifier(transfer.end_to_end_id)
        # Banks compare without case.
        folded = transfer.end_to_end_id.upper()
        if folded in seen:
            raise TransferDoubledError(end_to_end_id=transfer.end_to_end_id)
        seen.add(folded)


def _finished(document: bytes, message_id: str, batch_id: str, created_at: datetime) -> bytes:
    """Replace the ids and the time that the library draws by itself, and check the whole against the schema."""
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    given = {
        "MsgId": message_id,
        "CreDtTm": created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "PmtInfId": batch_id,
    }
    for name, text in given.items():
        (element,) = root.iter(f"{{{NAMESPACE}}}{name}")
        element.text = text
    schema = _schema()
    if not schema.validate(root):
        raise TransferSchemaError(reason=str(schema.error_log.last_error))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@cache
def _schema() -> Any:
    with as_file(files("sepaxml") / "schemas" / f"{SCHEMA}.xsd") as path:
        return etree.XMLSchema(etree.parse(path))
