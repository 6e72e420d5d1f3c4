"""Who buys and where to."""

from dataclasses import dataclass

# What an account may keep of a buyer.
ADDRESS = (
    *("first_name", "last_name", "company", "vat_number"),
    *("street", "street2", "postcode", "city", "region", "country", "phone"),
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where to: checked and normalised by the form (E.164 phone, postcode as the post writes it)."""

    email: str
    first_name: str
    last_name: str
    company: str
    street: str
    street2: str
    postcode: str
    city: str
    region: str
    country: str
    phone: str
    vat_number: str = ""
    gift_note: str = ""
    wants_texts: bool = False
