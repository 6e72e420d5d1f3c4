"""Addresses by country: the form of postcodes, and phone numbers in E.164."""

import re

import phonenumbers

# Formats as the postal services publish them.
POSTCODES = {
    "FR": (r"\d{5}", "75011"),
    "DE": (r"\d{5}", "10115"),
    "ES": (r"(0[1-9]|[1-4]\d|5[0-2])\d{3}", "28004"),
    "IT": (r"\d{5}", "20121"),
    "NL": (r"[1-9]\d{3} ?[A-Z]{2}", "1012 AB"),
    "BE": (r"[1-9]\d{3}", "1000"),
    "IE": (r"[AC-FHKNPRTV-Y]\d[0-9W] ?[0-9AC-FHKNPRTV-Y]{4}", "D02 AF30"),
    "AT": (r"[1-9]\d{3}", "1010"),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "EC1A 1BB"),
    "US": (r"\d{5}(-\d{4})?", "10001"),
}
US_STATES = tuple(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)


def normal_postcode(text: str, country: str) -> str | None:
    """Return a postcode as the country's post writes it, or None if it is none."""
    candidate = re.sub(r"\s+", " ", text.strip().upper())
    pattern, _example = POSTCODES[country]
    if not re.fullmatch(pattern, candidate):
        return None
    if country in ("NL", "GB", "IE") and " " not in candidate:
        cut = {"NL": 4, "IE": 3, "GB": len(candidate) - 3}[country]
        return f"{candidate[:cut]} {candidate[cut:]}"
    return candidate


def e164(text: str, country: str) -> str | None:
    """Return a phone number in E.164, read as one of `country` unless it starts with +; None if it is none."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
