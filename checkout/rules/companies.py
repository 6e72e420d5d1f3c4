"""Companies as buyers: the number that their invoice names, checked as its country computes it."""

from stdnum import exceptions
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat
from stdnum.us import ein

# A number that its country would compute so, for people to copy the form of.
EXAMPLES = {
    "FR": "FR83404833048",
    "DE": "DE136695976",
    "ES": "ESB58378431",
    "IT": "IT00743110157",
    "NL": "NL004495445B01",
    "BE": "BE0403019261",
    "IE": "IE6433435F",
    "AT": "ATU13585627",
    "GB": "GB980780684",
    "US": "91-1144442",
}


def company_number(text: str, country: str) -> str | None:
    """
    Return a VAT number (in the US an EIN) as it is written on invoices, or None if it is none.

    A buyer of the EU may name the number of any member state; without a country in front it is the market's own.
    """
    try:
        if country == "US":
            return str(ein.format(ein.validate(text)))
        if country == "GB":
            return f"GB{gb_vat.validate(text)}"
        return _european(text, country)
    except exceptions.ValidationError:
        return None


def _european(text: str, country: str) -> str:
    compact = "".join(character for character in text.upper() if character.isalnum())
    if not eu_vat.is_valid(compact):
        compact = f"{country}{compact}"
    return str(eu_vat.validate(compact))
