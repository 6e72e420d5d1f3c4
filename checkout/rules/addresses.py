"""Addresses by country: the order of the lines, what a label can carry, post office boxes, phones in E.164."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FULL, HALF, THIRD, TWO_THIRDS = "", "half", "third keep", "two-thirds keep"


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """
    How a country writes an address: fields in their order with their widths, and what each is called there.

    `region_required` says that the post wants the state or province; where it is False the county may stay empty.
    """

    fields: tuple[tuple[str, str], ...]
    street_example: str
    street: "StrPromise" = _("Street and number")
    city: "StrPromise" = _("Town")
    postcode: "StrPromise" = _("Postcode")
    region: "StrPromise | None" = None
    region_required: bool = True
    postcode_required: bool = True


_STREET = (("street", FULL), ("street2", FULL))
_POSTCODE_FIRST = (*_STREET, ("postcode", THIRD), ("city", TWO_THIRDS))

FORMATS: dict[str, AddressFormat] = {
    "FR": AddressFormat(_POSTCODE_FIRST, "12 rue de la Roquette"),
    "DE": AddressFormat(_POSTCODE_FIRST, "Torstraße 12"),
    "AT": AddressFormat(_POSTCODE_FIRST, "Mariahilfer Straße 12/3/7"),
    "BE": AddressFormat(_POSTCODE_FIRST, "Hoogstraat 12"),
    "NL": AddressFormat(
        (
            ("street", TWO_THIRDS),
            ("house_number", THIRD),
            ("street2", FULL),
            ("postcode", THIRD),
            ("city", TWO_THIRDS),
        ),
        "Damrak",
        street=_("Street"),
    ),
    "ES": AddressFormat(
        (*_STREET, ("postcode", THIRD), ("city", TWO_THIRDS), ("region", FULL)),
        "Calle de Alcalá 12",
        region=_("Province"),
    ),
    "IT": AddressFormat(
        (*_STREET, ("postcode", THIRD), ("city", TWO_THIRDS), ("region", FULL)),
        "Via Garibaldi 12",
        region=_("Province"),
    ),
    "GB": AddressFormat(
        (*_STREET, ("city", TWO_THIRDS), ("postcode", THIRD)),
        "12 High Street",
        city=_("Town or city"),
    ),
    "IE": AddressFormat(
        (*_STREET, ("city", HALF), ("region", HALF), ("postcode", HALF)),
        "14 Rialto Street",
        city=_("Town or city"),
        postcode=_("Eircode"),
        region=_("County"),
        region_required=False,
        postcode_required=False,
    ),
    "US": AddressFormat(
        (*_STREET, ("city", "third"), ("region", THIRD), ("postcode", THIRD)),
        "350 5th Ave",
        street=_("Street address"),
        city=pgettext_lazy("address", "City"),
        postcode=_("ZIP code"),
        region=pgettext_lazy("address", "State"),
    ),
}

_BOX = r"(?:\W|$)"
_BOXES: dict[str, str] = {
    "FR": rf"\b(?:b\.? ?p\.?|c\.? ?s\.?|tsa) ?\d|\bbo[iî]te postale{_BOX}",
    "DE": rf"\bpostfach{_BOX}",
    "AT": rf"\bpostfach{_BOX}",
    "ES": rf"\bapartado(?: de correos| postal)?\.? ?(?:n[º°.] ?)?\d|\bapdo\.? ?\d|\bapartado de correos{_BOX}",
    "IT": rf"\bcasella postale{_BOX}|\bc\.? ?p\.? ?\d",
    "NL": rf"\bpostbus{_BOX}|\bantwoordnummer{_BOX}",
    "BE": rf"\bpostbus{_BOX}|\bbo[iî]te postale{_BOX}|\bb\.? ?p\.? ?\d",
}
_ENGLISH_BOX = rf"\bp\.? ?o\.? ?box{_BOX}|\bpost office box{_BOX}"


def e164(text: str, country: str) -> str | None:
    """Return a phone number in E.164, read as one of `country` unless it starts with +; None if it is none."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_form(phone: str, country: str) -> str:
    """Write an E.164 number as people of the country do; one of elsewhere stays international."""
    number = phonenumbers.parse(phone)
    is_own = phonenumbers.region_code_for_number(number) == country
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if is_own else style.INTERNATIONAL)


def names_po_box(text: str, country: str) -> bool:
    """Tell whether a line of an address is a post office box, in the words of its country or in English."""
    folded = text.casefold()
    own = _BOXES.get(country)
    return bool(re.search(_ENGLISH_BOX, folded) or (own and re.search(own, folded)))


def unprintable(text: str) -> str:
    """
    Return the first character that no carrier's label carries, or nothing.

    Labels are set in Latin letters with their accents, digits and punctuation: what machines sort by and couriers
    read. Emoji, other scripts (also those written from right to left) and invisible marks are not printed.
    """
    composed = unicodedata.normalize("NFC", text)
    return next((character for character in composed if not _is_printed(character)), "")


def _is_printed(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    kind = unicodedata.category(character)
    if kind.startswith("L"):
        return unicodedata.name(character, "").startswith(("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"))
    return character in "°´’‘“”«»–—·ʼ…¿¡\u00a0"


def split_house_number(street: str) -> tuple[str, str]:
    """Cut a Dutch street line into street and house number with its addition; no number, no second part."""
    found = re.fullmatch(r"(.*?\D) +(\d.*)", street)
    return (found[1], found[2]) if found else (street, "")


def address_lines(
    *, street: str, street2: str, postcode: str, city: str, region: str, region_name: str, country: str
) -> list[str]:
    """
    Write the lines of an address below the names, in the order of its country's post.

    `region_name` is the region as people read it; the post of the US and of Italy wants its code beside the town.
    """
    if country == "US":
        last = [f"{city}, {region} {postcode}".strip(", ")]
    elif country == "GB":
        last = [city, postcode]
    elif country == "IE":
        last = [city, region_name, postcode]
    elif country == "IT":
        last = [f"{postcode} {city} {region}"]
    else:
        last = [f"{postcode} {city}", region_name if region_name != city else ""]
    # In France the flat and the building stand above the street.
    first = [street2, street] if country == "FR" else [street, street2]
    return [line.strip() for line in (*first, *last) if line.strip()]
