"""Say in plain words what is wrong with an IMEI that somebody typed or scanned."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum import luhn

DIGITS = 15


def imei_problem(text: str) -> str:
    """Return what is wrong with an IMEI, or nothing: 15 digits, the last of which checks the others (Luhn)."""
    digits = "".join(character for character in text if character not in " -/.")
    if not digits:
        return _("Enter the IMEI. Dial *#06# on the device to see it.")
    if not (digits.isascii() and digits.isdigit()):
        return _("An IMEI has digits only.")
    if len(digits) != DIGITS:
        return ngettext(
            "An IMEI has 15 digits; this has %(count)s.", "An IMEI has 15 digits; this has %(count)s.", len(digits)
        ) % {"count": len(digits)}
    fitting = luhn.calc_check_digit(digits[:-1])
    if fitting != digits[-1]:
        return _(
            "The last digit does not fit: it should be %(fitting)s, not %(typed)s. So one of the 15 digits is wrong. "
            "Scan again, or dial *#06# on the device. Nothing was saved."
        ) % {"fitting": fitting, "typed": digits[-1]}
    return ""


def clean_imei(text: str) -> str:
    """Return the digits alone."""
    return "".join(character for character in text if character.isdigit())
