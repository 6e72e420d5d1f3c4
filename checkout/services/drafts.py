"""Read orders, refunds and months into drafts of documents; nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backmarket.core.money import Money
from backmarket.markets.house import house
from backmarket.markets.registry import MARKETS
from catalog.enums import TaxScheme
from checkout.enums import DocumentKind, TaxTreatment
from checkout.models import Order, OrderLine, Parcel
from checkout.rules.deadlines import zone_of
from checkout.rules.invoicing import Draft, Item, Party
from checkout.rules.tax import NO_RATE, LineTax, house_tax, protection_tax, treatment_of
from payments.selectors.views import SettledRefund


def house_party() -> Party:
    facts = house()
    return Party(
        name=facts.name,
        street=facts.street,
        postcode=facts.postcode,
        city=facts.city,
        country=facts.country,
        vat_number=facts.vat_number,
        register_number=facts.register_number,
    )


def seller_party(line_or_parcel: OrderLine | Parcel) -> Party:
    seller = line_or_parcel.seller
    return Party(
        name=seller.legal_name,
        trade_name=seller.name,
        identifier=seller.slug,
        street=seller.street,
        postcode=seller.postcode,
        city=seller.city,
        country=seller.country,
        vat_number=seller.vat_number,
        register_number=seller.register_number,
    )


def shopper_party(order: Order) -> Party:
    return Party(
        name=order.company or order.full_name,
        trade_name=order.full_name if order.company else "",
        street=order.street,
        street2=order.street2,
        postcode=order.postcode,
        city=order.city,
        region=order.region,
        country=order.country,
        vat_number=order.vat_number,
    )


def tax_of(line: OrderLine) -> LineTax:
    """Return the treatment frozen on a line; lines older than that are treated as their seller is today."""
    if line.tax_treatment:
        return LineTax(TaxTreatment(line.tax_treatment), line.tax_rate, line.tax_jurisdiction)
    is_margin_seller = line.seller.tax_scheme == TaxScheme.MARGIN
    return treatment_of(is_margin_seller=is_margin_seller, market=MARKETS[line.order.market])


def sale_of(parcel: Parcel, lines: Sequence[OrderLine]) -> Draft:
    """
    Draft the seller's invoice of a parcel: its goods, their delivery, less what the seller takes off.

    What the house takes off is part of the price all the same: somebody else pays it (Art. 73 of Directive
    2006/112/EC).
    """
    order = parcel.order
    with translation.override(order.locale):
        items = [_goods(line) for line in lines]
        items += [
            Item(
                name=_("Delivery, %(carrier)s") % {"carrier": parcel.carrier_name},
                amount=amount,
                tax=tax,
                tax_amount=_on_top(tax, Money.zero(order.currency)),
            )
            for tax, amount in _by_tax((tax_of(line), line.shipping) for line in lines)
        ]
        items += [
            Item(
                name=_("Discount"),
                quantity=-1,
                amount=-amount,
                tax=tax,
                tax_amount=_on_top(tax, Money.zero(order.currency)),
            )
            for tax, amount in _by_tax((tax_of(line), line.discount_seller) for line in lines)
        ]
    return Draft(
        kind=DocumentKind.SALE,
        locale=order.locale,
        currency=order.currency,
        issuer=seller_party(parcel),
        customer=shopper_party(order),
        items=items,
        order_number=order.number_text,
        supplied_on=parcel.shipped_at.astimezone(zone_of(parcel.seller.country)).date(),
        paid_by_house_minor=sum(line.discount_house.amount_minor for line in lines),
    )


def _goods(line: OrderLine) -> Item:
    details = [line.variant, line.get_grade_display()]
    if line.identifier:
        kind = "IMEI" if line.imei else _("Serial number")
        details.append(f"{kind} {line.identifier}")
    detail = " · ".join(part for part in details if part)
    tax = tax_of(line)
    return Item(
        name=line.title,
        detail=detail,
        quantity=line.quantity,
        amount=line.price,
        tax=tax,
        tax_amount=_on_top(tax, line.sales_tax),
    )


def _on_top(tax: LineTax, amount: Money) -> Money | None:
    """Return the tax that comes on top of a price; all of a line's stands with its goods."""
    return amount if tax.treatment == TaxTreatment.SALES_TAX else None


def _by_tax(amounts: Iterable[tuple[LineTax, Money]]) -> list[tuple[LineTax, Money]]:
    """Sum up by tax, leaving out what is nothing."""
    sums: dict[LineTax, Money] = {}
    for tax, amount in amounts:
        sums[tax] = sums[tax] + amount if tax in sums else amount
    return [(tax, amount) for tax, amount in sums.items() if amount]


def service_of(parcel: Parcel, lines: Sequence[OrderLine]) -> Draft:
    """Draft the house's invoice for what it sold with a parcel: its service fee and protection plans."""
    order = parcel.order
    items = [item for line in lines for item in _service_items(line, fee=line.service_fee, protection=line.protection)]
    return Draft(
        kind=DocumentKind.SERVICE,
        locale=order.locale,
        currency=order.currency,
        issuer=house_party(),
        customer=shopper_party(order),
        items=items,
        order_number=order.number_text,
        supplied_on=parcel.shipped_at.astimezone(zone_of(house().country)).date(),
    )


def _service_items(line: OrderLine, *, fee: Money, protection: Money) -> list[Item]:
    market = MARKETS[line.order.market]
    with translation.override(line.order.locale):
        items = [
            Item(name=_("Service fee"), detail=line.title, amount=fee, tax=house_tax(market)),
            Item(name=_("Protection plan"), detail=line.title, amount=protection, tax=protection_tax(market)),
        ]
    return [item for item in items if item.amount]


def sale_credit_of(line: OrderLine, refund: SettledRefund) -> Draft:
    """Draft the seller's credit note of what a refund took back of a line's price, the house's part with it."""
    shares = refund.shares
    amount = shares.seller + shares.commission + shares.commission_vat
    tax = tax_of(line)
    goods = Item(
        name=line.title, detail=line.variant, amount=amount, tax=tax, tax_amount=_on_top(tax, shares.sales_tax)
    )
    items = [goods] if amount or shares.sales_tax else []
    note = _credit(line.order, DocumentKind.SALE_CREDIT, seller_party(line), items)
    return replace(note, paid_by_house_minor=shares.promotion.amount_minor)


def service_credit_of(line: OrderLine, refund: SettledRefund) -> Draft:
    """Draft the house's credit note of what a refund took back of a line's fee and protection plan."""
    items = _service_items(line, fee=refund.shares.service_fee, protection=refund.shares.protection)
    return _credit(line.order, DocumentKind.SERVICE_CREDIT, house_party(), items)


def _credit(order: Order, kind: DocumentKind, issuer: Party, items: Sequence[Item]) -> Draft:
    return Draft(
        kind=kind,
        locale=order.locale,
        currency=order.currency,
        issuer=issuer,
        customer=shopper_party(order),
        items=items,
        order_number=order.number_text,
    )


def commission_of_month(
    lines: Sequence[OrderLine],
    refunds: Sequence[tuple[OrderLine, SettledRefund]],
    *,
    period: tuple[date, date],
) -> Draft | None:
    """
    Draft what the house bills a seller for a month, in one currency; None if that is nothing.

    Commission of what was dispatched, less what was given back on refunds that arrived. A month that gave back more
    is a credit note.
    """
    one = next(iter(lines), None) or next((line for line, _refund in refunds), None)
    if one is None:
        return None
    locale = MARKETS[one.seller.home_market].default_locale
    with translation.override(locale):
        items = [*_commissions(lines), *_given_back(refunds)]
    if not items:
        return None
    total = Money.total((item.taxed().gross for item in items), one.currency)
    kind = DocumentKind.COMMISSION
    if total.amount_minor < 0:
        kind, items = DocumentKind.COMMISSION_CREDIT, [_turned(item) for item in items]
    return Draft(
        kind=kind,
        locale=locale,
        currency=one.currency,
        issuer=house_party(),
        customer=seller_party(one),
        items=items,
        supplied_on=period[1],
        period=period,
        annex=[*(_dispatched_row(line) for line in lines), *(_refunded_row(*pair) for pair in refunds)],
    )


def _commission_tax(line: OrderLine) -> LineTax:
    """Commission carries the VAT that was frozen and booked with it."""
    market = MARKETS.get(line.vat_jurisdiction)
    if market is None or not market.vat_rate:
        return LineTax(TaxTreatment.OUTSIDE, NO_RATE, "")
    return LineTax(TaxTreatment.VAT, market.vat_rate, line.vat_jurisdiction)


def _commissions(lines: Sequence[OrderLine]) -> list[Item]:
    groups: dict[tuple[int, LineTax], list[OrderLine]] = {}
    for line in lines:
        groups.setdefault((line.commission_permille, _commission_tax(line)), []).append(line)
    return [
        Item(
            name=_("Commission, %(rate)s %%") % {"rate": f"{Decimal(permille) / 10:f}"},
            detail=ngettext("%(count)s item", "%(count)s items", len(group)) % {"count": len(group)},
            amount=Money(sum(line.commission_minor for line in group), group[0].currency),
            tax=tax,
            tax_amount=Money(sum(line.commission_vat_minor for line in group), group[0].currency),
        )
        for (permille, tax), group in groups.items()
    ]


def _given_back(refunds: Sequence[tuple[OrderLine, SettledRefund]]) -> list[Item]:
    groups: dict[LineTax, list[SettledRefund]] = {}
    for line, refund in refunds:
        if refund.shares.commission or refund.shares.commission_vat:
            groups.setdefault(_commission_tax(line), []).append(refund)
    return [
        Item(
            name=_("Commission given back"),
            detail=ngettext("%(count)s refund", "%(count)s refunds", len(group)) % {"count": len(group)},
            quantity=-1,
            amount=-Money.total((refund.shares.commission for refund in group), group[0].amount.currency),
            tax=tax,
            tax_amount=-Money.total((refund.shares.commission_vat for refund in group), group[0].amount.currency),
        )
        for tax, group in groups.items()
    ]


def _turned(item: Item) -> Item:
    return Item(
        name=item.name,
        detail=item.detail,
        quantity=-item.quantity,
        amount=-item.amount,
        tax=item.tax,
        tax_amount=-item.tax_amount if item.tax_amount is not None else None,
    )


def _dispatched_row(line: OrderLine) -> list[str | int]:
    at = line.shipped_at or line.order.placed_at
    sold = line.gross.amount_minor
    return [at.date().isoformat(), line.order.number_text, line.title, sold, line.commission_minor]


def _refunded_row(line: OrderLine, refund: SettledRefund) -> list[str | int]:
    given, back = -refund.amount.amount_minor, -refund.shares.commission.amount_minor
    return [refund.settled_at.date().isoformat(), line.order.number_text, line.title, given, back]
