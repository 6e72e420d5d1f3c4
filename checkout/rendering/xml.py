"""A document as Factur-X (ZUGFeRD) XML in the profile EN 16931, checked against its schema."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation
from facturx import generate_cii_xml

from backmarket.core.money import Money
from checkout.enums import DocumentKind, TaxTreatment
from checkout.rules.invoicing import CREDITS

from .words import clean, page_of

PROFILE = "en16931"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
CARD, CLEARING = "48", "97"  # UNTDID 4461
PIECE = "C62"
CATEGORIES = {  # UNTDID 5305
    TaxTreatment.VAT: "S",
    TaxTreatment.MARGIN: "E",
    TaxTreatment.EXEMPT: "E",
    TaxTreatment.SALES_TAX: "O",
    TaxTreatment.OUTSIDE: "O",
}
SECOND_HAND, INSURANCE, OUTSIDE = "VATEX-EU-F", "VATEX-EU-135-1", "VATEX-EU-O"


class _Cii:
    """The library's fields, by the names of EN 16931 (BT-1 is the number)."""

    def __init__(self, facts: Mapping[str, Any], page: Mapping[str, Any]) -> None:
        self.facts, self.page = facts, page

    def money(self, minor: int) -> str:
        return str(Money(minor, self.facts["currency"]).decimal)

    def category(self, treatment: str) -> str:
        """Who has no number of any register cannot be a taxable dealer to the machine: outside the scope, then."""
        issuer = self.facts["issuer"]
        is_registered = bool(issuer["vat_number"] or issuer["register_number"])
        return CATEGORIES[TaxTreatment(treatment)] if is_registered or treatment != TaxTreatment.MARGIN else "O"

    def fields(self) -> dict[str, Any]:
        facts = self.facts
        sales_tax = self._sales_tax()
        charges = {"BG-21": [self._charge(tax) for tax in sales_tax]} if sales_tax else {}
        charged = sum(tax["tax_minor"] for tax in sales_tax)
        net = facts["net_minor"]
        fields: dict[str, Any] = {
            "BT-1": facts["number"],
            "BT-2": facts["issued_on"],
            "BT-3": CREDIT_NOTE if facts["kind"] in CREDITS else INVOICE,
            "BT-5": facts["currency"],
            "BT-20": self.page["settled"],
            "BT-72": facts["supplied_on"] or facts["issued_on"],
            "BT-81": CLEARING if facts["kind"] in _TO_SELLER else CARD,
            "BG-1": [{"BT-22": note} for note in self.page["notes"]],
            "BG-4": self._party(facts["issuer"]),
            "BG-7": self._party(facts["customer"]),
            "BG-25": [self._line(place, line) for place, line in enumerate(facts["lines"], 1)],
            "BG-23": self._breakdown(charged),
            **charges,
            "BT-106": self.money(net),
            "BT-108": self.money(charged) if charged else "",
            "BT-109": self.money(net + charged),
            "BT-110": self.money(facts["tax_minor"] - charged),
            "BT-112": self.money(facts["gross_minor"]),
            "BT-113": self.money(facts["gross_minor"]),
            "BT-115": self.money(0),
        }
        if facts["order_number"]:
            fields["BT-13"] = facts["order_number"]
        if facts["period"]:
            fields["BT-73"], fields["BT-74"] = facts["period"]
        if facts["corrects"]:
            fields["BG-3"] = [{"BT-25": facts["corrects"]["number"], "BT-26": facts["corrects"]["issued_on"]}]
        return {name: value for name, value in fields.items() if value}

    def _party(self, party: Mapping[str, str]) -> dict[str, Any]:
        # Who sells outside the scope of VAT must not name a VAT number (BR-O-02 of EN 16931).
        is_outside = any(self.category(line["treatment"]) == "O" for line in self.facts["lines"])
        found: dict[str, Any] = {
            "name": party["name"],
            "identifiers": {None: party["identifier"]} if party["identifier"] else {},
            "biz_name": party["trade_name"],
            "addr_l1": party["street"],
            "addr_l2": party["street2"],
            "postcode": party["postcode"],
            "city": party["city"],
            "country_code": party["country"],
            "country_subdivision": party["region"],
            "legal_identifier": party["register_number"],
            "vat_identifier": "" if is_outside else party["vat_number"],
        }
        if party is self.facts["issuer"] and not party["vat_number"]:
            found["tax_identifier"] = party["register_number"]
        return {name: value for name, value in found.items() if value}

    def _line(self, place: int, line: Mapping[str, Any]) -> dict[str, Any]:
        count = abs(line["quantity"])
        price = line["net_minor"] if line["quantity"] > 0 else -line["net_minor"]
        fields = {
            "BT-126": str(place),
            "BT-129": str(line["quantity"]),
            "BT-130": PIECE,
            "BT-131": self.money(line["net_minor"]),
            # The price of all units at once: a third of a cent cannot be written.
            "BT-146": self.money(price),
            "BT-149": str(count) if count > 1 else "",
            "BT-151": self.category(line["treatment"]),
            "BT-152": self._percent(line),
            "BT-153": line["name"],
            "BT-154": line["detail"],
        }
        return {name: value for name, value in fields.items() if value}

    def _percent(self, tax: Mapping[str, Any]) -> str:
        category = self.category(tax["treatment"])
        if category == "O":
            return ""
        return f"{Decimal(tax['rate']) * 100:.2f}"

    def _sales_tax(self) -> list[Mapping[str, Any]]:
        return [tax for tax in self.facts["taxes"] if tax["treatment"] == TaxTreatment.SALES_TAX and tax["tax_minor"]]

    def _charge(self, tax: Mapping[str, Any]) -> dict[str, str]:
        """EN 16931 knows no sales tax: it is a charge on the whole document."""
        name = f"Sales tax {tax['jurisdiction']}"
        return {"amount": self.money(tax["tax_minor"]), "reason": name, "vat_category_code": "O"}

    def _breakdown(self, charged: int) -> list[dict[str, str]]:
        groups: dict[tuple[str, str], list[int]] = {}
        for tax in self.facts["taxes"]:
            group = groups.setdefault((self.category(tax["treatment"]), self._percent(tax)), [0, 0])
            group[0] += tax["net_minor"]
            group[1] += tax["tax_minor"] if tax["treatment"] == TaxTreatment.VAT else 0
        return [
            self._group(category, percent, net + (charged if category == "O" else 0), tax)
            for (category, percent), (net, tax) in groups.items()
        ]

    def _group(self, category: str, percent: str, net: int, tax: int) -> dict[str, str]:
        mentions = self.facts["mentions"]
        exempt = {"BT-120": "; ".join(mentions), "BT-121": SECOND_HAND} if mentions else {"BT-121": INSURANCE}
        reasons = {"E": exempt, "O": {"BT-120": "Not subject to VAT", "BT-121": OUTSIDE}}
        return {
            "BT-116": self.money(net),
            "BT-117": self.money(tax),
            "BT-118": category,
            **({"BT-119": percent} if percent else {}),
            **reasons.get(category, {}),
        }


_TO_SELLER = (DocumentKind.COMMISSION, DocumentKind.COMMISSION_CREDIT)


def xml_of(facts: Mapping[str, Any]) -> bytes:
    """
    Write a document's facts as Factur-X.

    :raises Exception: it does not hold against the schema; such a document must not leave the house
    """
    facts = clean(dict(facts))
    with translation.override(facts["locale"]):
        page = page_of(facts)
    xml: bytes = generate_cii_xml(_Cii(facts, page).fields(), level=PROFILE, check_xsd=True, check_schematron=None)
    return xml
