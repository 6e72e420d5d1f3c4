"""What a document says to people: labels, dates and amounts in its own language, ready to be set."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, to_locale

from backmarket.core.money import Money
from backmarket.markets.regions import REGIONS
from checkout.enums import DocumentKind, TaxTreatment
from checkout.rules.addresses import address_lines
from checkout.rules.invoicing import CREDITS

BY_SELLER = (DocumentKind.SALE, DocumentKind.SALE_CREDIT)
TO_SELLER = (DocumentKind.COMMISSION, DocumentKind.COMMISSION_CREDIT)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def clean(value: Any) -> Any:
    """Take out characters that neither XML nor a page can hold; people paste them into addresses."""
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return value


def title_of(kind: str) -> str:
    return _("Credit note") if kind in CREDITS else pgettext("document", "Invoice")


class Words:
    """The words of one document's facts; used inside `translation.override(locale)`."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.kind: str = facts["kind"]
        self.locale: str = facts["locale"]
        self.babel = Locale.parse(to_locale(self.locale))

    def money(self, minor: int) -> str:
        return Money(minor, self.facts["currency"]).format(self.locale)

    def day(self, text: str) -> str:
        return format_date(date.fromisoformat(text), "long", locale=self.babel)

    def rate(self, text: str) -> str:
        return format_percent(Decimal(text), format="#,##0.###\u00a0%", locale=self.babel)

    def page(self) -> dict[str, Any]:
        """Return everything that the page shows."""
        facts = self.facts
        return {
            "language": self.locale.partition("-")[0],
            "title": title_of(self.kind),
            "number": facts["number"],
            "labels": self._labels(),
            "issuer": self._party(facts["issuer"]),
            "customer": self._party(facts["customer"]),
            "facts": self._facts(),
            "has_rate": any(line["treatment"] == TaxTreatment.VAT for line in facts["lines"]),
            "rows": [self._row(line) for line in facts["lines"]],
            "sums": self._sums(),
            "total": self.money(facts["gross_minor"]),
            "settled": self._settled(),
            "notes": self._notes(),
            "annex": [self._annex_row(row) for row in facts["annex"]],
        }

    def _labels(self) -> dict[str, str]:
        with_tax = _("Amount") if self._tax_on_top else _("Amount with VAT")
        is_plain = not any(line["tax_minor"] for line in self.facts["lines"])
        return {
            "from": _("Billed by"),
            "to": _("Billed to"),
            "item": _("Item"),
            "quantity": _("Quantity"),
            "rate": _("VAT"),
            "amount": _("Amount") if is_plain else with_tax,
            "total": _("Total"),
            "page": pgettext("of a document", "Page"),
            "annex": _("What this bill is about"),
            "day": pgettext("of a document", "Date"),
            "order": _("Order"),
            "sold": _("Sold for"),
            "commission": _("Commission"),
        }

    @property
    def _tax_on_top(self) -> bool:
        """Bills between businesses and prices of the United States are written without tax."""
        treatments = {line["treatment"] for line in self.facts["lines"]}
        return self.kind in TO_SELLER or TaxTreatment.SALES_TAX in treatments

    def _party(self, party: Mapping[str, str]) -> list[str]:
        lines = [
            party["name"],
            party["trade_name"] if party["trade_name"] != party["name"] else "",
            *address_lines(
                **{name: party[name] for name in ("street", "street2", "postcode", "city", "region", "country")},
                region_name=REGIONS.get(party["country"], {}).get(party["region"], party["region"]),
            ),
            self.babel.territories.get(party["country"], party["country"]),
            party["register_number"],
            _("VAT number %(number)s") % {"number": party["vat_number"]} if party["vat_number"] else "",
        ]
        return [line for line in lines if line]

    def _facts(self) -> list[list[str]]:
        facts = self.facts
        found = [[_("Date of issue"), self.day(facts["issued_on"])]]
        if facts["supplied_on"] and not facts["period"]:
            found.append([_("Date of supply"), self.day(facts["supplied_on"])])
        if facts["period"]:
            first, last = (format_date(date.fromisoformat(day), "medium", locale=self.babel) for day in facts["period"])
            found.append([_("Period"), f"{first} – {last}"])
        if facts["order_number"]:
            found.append([_("Order"), facts["order_number"]])
        if facts["corrects"]:
            known = facts["corrects"]
            found.append([_("Corrects invoice"), f"{known['number']}, {self.day(known['issued_on'])}"])
        return found

    def _row(self, line: Mapping[str, Any]) -> dict[str, str]:
        amount = line["net_minor"] if self._tax_on_top else line["gross_minor"]
        shows_rate = line["treatment"] == TaxTreatment.VAT
        return {
            "name": line["name"],
            "detail": line["detail"],
            "quantity": str(line["quantity"]),
            "rate": self.rate(line["rate"]) if shows_rate else "",
            "amount": self.money(amount),
        }

    def _sums(self) -> list[list[str]]:
        if not self.facts["tax_minor"]:
            return []
        sums = [[_("Without tax"), self.money(self.facts["net_minor"])]]
        taxes = [tax for tax in self.facts["taxes"] if tax["tax_minor"]]
        return [*sums, *([self._tax_label(tax), self.money(tax["tax_minor"])] for tax in taxes)]

    def _tax_label(self, tax: Mapping[str, Any]) -> str:
        if tax["treatment"] == TaxTreatment.SALES_TAX:
            state = tax["jurisdiction"].removeprefix("US-")
            return _("Sales tax %(state)s, %(rate)s") % {"state": state, "rate": self.rate(tax["rate"])}
        country = self.babel.territories.get(tax["jurisdiction"], tax["jurisdiction"])
        names = {"rate": self.rate(tax["rate"]), "country": country, "net": self.money(tax["net_minor"])}
        return _("VAT %(rate)s %(country)s, of %(net)s") % names

    def _settled(self) -> str:
        if self.kind in TO_SELLER:
            return _("Settled with your sales. There is nothing to pay.")
        by_house = self.facts["paid_by_house_minor"]
        if by_house:
            rest = self.facts["gross_minor"] - by_house
            sums = {"rest": self.money(rest), "by_house": self.money(by_house)}
            if self.kind in CREDITS:
                return _("%(rest)s sent back to you, %(by_house)s to backmarket, which had paid them.") % sums
            return _("%(rest)s paid by you, %(by_house)s by backmarket. There is nothing left to pay.") % sums
        if self.kind in CREDITS:
            return _("Sent back the way it was paid.")
        return _("Paid. There is nothing left to pay.")

    def _notes(self) -> list[str]:
        notes = list(self.facts["mentions"])
        if any(line["treatment"] == TaxTreatment.EXEMPT for line in self.facts["lines"]):
            notes.append(_("Insurance is exempt from VAT (Article 135(1)(a) of Directive 2006/112/EC)."))
        if self.kind in BY_SELLER:
            notes.append(_("Issued by backmarket in the name and on behalf of the seller."))
        if any(line["treatment"] == TaxTreatment.SALES_TAX and line["tax_minor"] for line in self.facts["lines"]):
            notes.append(_("Sales tax is collected and paid by backmarket as marketplace facilitator."))
        return notes

    def _annex_row(self, row: list[Any]) -> list[str]:
        day, order, title, sold, commission = row
        short = format_date(date.fromisoformat(day), "short", locale=self.babel)
        return [short, order, title, self.money(sold), self.money(commission)]


def page_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document's page shows, in the document's language."""
    with translation.override(facts["locale"]):
        return Words(facts).page()
