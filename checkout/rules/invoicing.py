"""What an invoice or credit note says, as facts: parts that sum to its total to the cent (no database)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from backmarket.core.money import Money
from checkout.enums import DocumentKind, TaxTreatment

from .tax import MARGIN_MENTIONS, LineTax, Taxed, split_included

# Facts of another layout are drawn by the code that knew it: a document never changes its face.
LAYOUT = 1
CREDIT_OF = {
    DocumentKind.SALE: DocumentKind.SALE_CREDIT,
    DocumentKind.SERVICE: DocumentKind.SERVICE_CREDIT,
    DocumentKind.COMMISSION: DocumentKind.COMMISSION_CREDIT,
}
CREDITS = frozenset(CREDIT_OF.values())


@dataclass(frozen=True, slots=True)
class Party:
    """Who issues or gets a document; `trade_name` is the name shoppers know, `identifier` the marketplace's for it."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    street2: str = ""
    region: str = ""
    trade_name: str = ""
    vat_number: str = ""
    register_number: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """
    A line before its tax is worked out.

    `amount` includes VAT where the treatment says so. Where the tax was worked out and booked elsewhere, `tax_amount`
    is what comes on top of `amount`.
    """

    name: str
    amount: Money
    tax: LineTax
    detail: str = ""
    quantity: int = 1
    tax_amount: Money | None = None

    def taxed(self) -> Taxed:
        if self.tax_amount is not None:
            return Taxed(self.amount, self.tax_amount)
        return split_included(self.amount, self.tax.rate)


@dataclass(frozen=True, slots=True)
class Reference:
    """The document that a credit note corrects."""

    number: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document without its number and date; the house pays a part of it in the shopper's place for a promotion."""

    kind: DocumentKind
    locale: str
    currency: str
    issuer: Party
    customer: Party
    items: Sequence[Item]
    order_number: str = ""
    supplied_on: date | None = None
    period: tuple[date, date] | None = None
    corrects: Reference | None = None
    paid_by_house_minor: int = 0
    annex: Sequence[Sequence[Any]] = field(default_factory=tuple)

    @property
    def total(self) -> Money:
        return Money.total((item.taxed().gross for item in self.items), self.currency)


def facts_of(draft: Draft, *, number: str, issued_on: date) -> dict[str, Any]:
    """Write down a document in full: plain text, whole minor units, rates as decimal text, ISO dates."""
    lines = [_line(item) for item in draft.items]
    return {
        "layout": LAYOUT,
        "kind": draft.kind.value,
        "number": number,
        "issued_on": issued_on.isoformat(),
        "locale": draft.locale,
        "currency": draft.currency,
        "issuer": asdict(draft.issuer),
        "customer": asdict(draft.customer),
        "order_number": draft.order_number,
        "supplied_on": draft.supplied_on.isoformat() if draft.supplied_on else "",
        "period": [day.isoformat() for day in draft.period] if draft.period else [],
        "corrects": asdict(draft.corrects) if draft.corrects else None,
        "lines": lines,
        "taxes": _taxes(lines),
        **{name: sum(line[name] for line in lines) for name in ("net_minor", "tax_minor", "gross_minor")},
        "paid_by_house_minor": draft.paid_by_house_minor,
        "mentions": _mentions(lines, draft.locale),
        "annex": [list(row) for row in draft.annex],
    }


def _line(item: Item) -> dict[str, Any]:
    taxed = item.taxed()
    return {
        "name": item.name,
        "detail": item.detail,
        "quantity": item.quantity,
        "treatment": item.tax.treatment.value,
        "rate": rate_text(item.tax.rate),
        "jurisdiction": item.tax.jurisdiction,
        "net_minor": taxed.net.amount_minor,
        "tax_minor": taxed.tax.amount_minor,
        "gross_minor": taxed.gross.amount_minor,
    }


def rate_text(rate: Decimal) -> str:
    """Write 0.20 and 0.20000 alike, so that one rate is one group."""
    return f"{rate.normalize():f}"


def _taxes(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum up by treatment, rate and jurisdiction, in the order in which they come."""
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for line in lines:
        key = (line["treatment"], line["rate"], line["jurisdiction"])
        empty = dict(zip(("treatment", "rate", "jurisdiction"), key, strict=True)) | {"net_minor": 0, "tax_minor": 0}
        group = groups.setdefault(key, empty)
        group["net_minor"] += line["net_minor"]
        group["tax_minor"] += line["tax_minor"]
    return list(groups.values())


def _mentions(lines: Sequence[Mapping[str, Any]], locale: str) -> list[str]:
    """Say what the law wants said, in the document's language."""
    if any(line["treatment"] == TaxTreatment.MARGIN for line in lines):
        return [MARGIN_MENTIONS.get(locale.partition("-")[0], MARGIN_MENTIONS["en"])]
    return []


def canonical(facts: Mapping[str, Any]) -> bytes:
    """Write facts in the one form whose digest is kept."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(facts)).hexdigest()
