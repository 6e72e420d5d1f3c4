"""A document as PDF/A-3 with its XML inside, set by Typst."""

import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from .words import clean, page_of
from .xml import xml_of

HERE = Path(__file__).parent
TEMPLATE = HERE / "invoice.typ"
XML_NAME = "factur-x.xml"
# What our typefaces and Typst's own can draw for certain; PDF/A allows no empty boxes.
UNDRAWN = re.compile(
    r"[^\u0020-\u007e\u00a0-\u017f\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u2010-\u2022\u2026\u202f\u2039\u203a\u20ac\u2122\u2192\u2212]"
)

# The Factur-X properties and their description, as PDF/A-3 wants custom metadata (Factur-X 1.0.7, 6.2).
PROPERTIES = {
    "DocumentFileName": (XML_NAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters"),
    "Version": ("1.0", "The version of the standard that the embedded XML document follows"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded XML document"),
}
NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


@lru_cache(maxsize=1)
def compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[HERE / "fonts"])
    return typst.Compiler(root=HERE, font_paths=fonts)


def pdf_of(facts: Mapping[str, Any]) -> bytes:
    """Draw a document; the same facts give the same bytes with the same version of the tools."""
    page = clean(page_of(facts))
    xml = xml_of(facts).decode()
    try:
        drawn = _set(page, xml, facts)
    except typst.TypstError:
        # A letter of a script that no typeface here has. The XML keeps it.
        drawn = _set(_drawable(page), xml, facts)
    return _with_metadata(drawn)


def _set(page: Mapping[str, Any], xml: str, facts: Mapping[str, Any]) -> bytes:
    at = datetime.fromisoformat(facts["issued_on"]).replace(tzinfo=ZoneInfo("UTC"))
    drawn = compiler().compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={"page": json.dumps(page), "xml": xml, "issued_on": facts["issued_on"]},
        pdf_standards=["a-3b"],
        timestamp=at,
    )
    assert isinstance(drawn, bytes)
    return drawn


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return UNDRAWN.sub("?", value)
    if isinstance(value, list):
        return [_drawable(item) for item in value]
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    return value


def _schema() -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, (_value, meaning) in PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _description() -> str:
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _meaning) in PROPERTIES.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}">{values}</rdf:Description>'


def _with_metadata(pdf: bytes) -> bytes:
    """Say in the metadata that this is Factur-X: Typst attaches the file and cannot yet write these properties."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = "%PDF-1.7"
    reference = writer.root_object.raw_get("/Metadata")
    text = reference.get_object().get_data().decode()
    for end, added in (("</rdf:Bag></pdfaExtension:schemas>", _schema()), ("</rdf:RDF>", _description())):
        if text.count(end) != 1:
            raise ValueError(f"the metadata of Typst has changed: {end} is not there once")
        text = text.replace(end, f"{added}{end}")
    stream = DecodedStreamObject()
    stream.set_data(text.encode())
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    writer._replace_object(reference, stream)  # noqa: SLF001 — the library has no public way to swap an object
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
