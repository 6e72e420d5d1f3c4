"""Issue invoices and credit notes: each once, with the next number of its series, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from checkout import locks
from checkout.enums import DocumentKind
from checkout.models import Document, InvoiceSeries, OrderLine, Parcel
from checkout.rules.deadlines import zone_of
from checkout.rules.invoicing import Draft, Reference, digest, facts_of
from checkout.rules.months import Month
from checkout.selectors import orders
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import SettledRefund

from . import drafts

BY_SELLERS = frozenset({DocumentKind.SALE, DocumentKind.SALE_CREDIT})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A draft with what it is of; `seller_id` issues it or gets it, and is None where the house bills a shopper."""

    draft: Draft
    cause: str
    seller_id: int | None
    order_id: int | None = None
    parcel_id: int | None = None
    corrects_id: int | None = None


def issued_on(draft: Draft, now: datetime) -> date:
    """Date a document as its issuer's calendar does."""
    return now.astimezone(zone_of(draft.issuer.country)).date()


def _series_of(wanted: Wanted, year: int) -> InvoiceSeries:
    """Lock the series a document is numbered in, opening it with the year's first."""
    kind = wanted.draft.kind
    issuer_id = wanted.seller_id if kind in BY_SELLERS else None
    whose = {"seller": None} if issuer_id is None else {"seller_id": issuer_id}
    series, _is_new = InvoiceSeries.objects.get_or_create(kind=kind, year=year, **whose)
    return locks.lock_series(series.pk)


def document_of(wanted: Wanted, series: InvoiceSeries, now: datetime) -> Document:
    """Make the unsaved next document of a locked series."""
    series.last_number += 1
    number = series.number_text(series.last_number)
    facts = facts_of(wanted.draft, number=number, issued_on=issued_on(wanted.draft, now))
    return Document(
        series=series,
        number=series.last_number,
        number_text=number,
        kind=wanted.draft.kind,
        order_id=wanted.order_id,
        parcel_id=wanted.parcel_id,
        seller_id=wanted.seller_id,
        corrects_id=wanted.corrects_id,
        cause=wanted.cause,
        currency=wanted.draft.currency,
        total_minor=facts["gross_minor"],
        facts=facts,
        sha256=digest(facts),
        issued_at=now,
    )


def _issue(wanted: Wanted, now: datetime) -> Document:
    """Write a document, or answer the one that was written for the same cause."""
    known = Document.objects.filter(cause=wanted.cause).first()
    if known is not None:
        return known
    series = _series_of(wanted, issued_on(wanted.draft, now).year)
    # Somebody else may have written it while this one waited for the series.
    known = Document.objects.filter(cause=wanted.cause).first()
    if known is not None:
        return known
    document = document_of(wanted, series, now)
    series.save(update_fields=["last_number"])
    document.save()
    return document


def wanted_of_parcel(parcel: Parcel, lines: Sequence[OrderLine]) -> list[Wanted]:
    """Say which documents a dispatched parcel asks for: the seller's invoice and, for its fee, the house's."""
    wanted = [
        Wanted(
            draft=drafts.sale_of(parcel, lines),
            cause=f"parcel:{parcel.public_id}:{DocumentKind.SALE}",
            seller_id=parcel.seller_id,
            order_id=parcel.order_id,
            parcel_id=parcel.pk,
        )
    ]
    service = drafts.service_of(parcel, lines)
    if service.items:
        cause = f"parcel:{parcel.public_id}:{DocumentKind.SERVICE}"
        wanted.append(Wanted(service, cause, None, order_id=parcel.order_id, parcel_id=parcel.pk))
    return wanted


@transaction.atomic
def issue_for_parcel(*, parcel_id: int, now: datetime) -> list[Document]:
    """Issue the invoices of a dispatched parcel, once; a repeat answers them."""
    parcel = Parcel.objects.select_related("order", "seller").get(pk=parcel_id)
    lines = list(parcel.lines.select_related("order", "seller").order_by("pk"))
    return [_issue(wanted, now) for wanted in wanted_of_parcel(parcel, lines)]


@transaction.atomic
def issue_for_refund(*, refund_id: str, now: datetime) -> list[Document]:
    """
    Issue the credit notes of a refund that reached the shopper, once; a repeat answers them.

    Each corrects the invoice of the line's parcel, which is issued first if its own event is late. Money that went
    back before dispatch was never billed, and a gesture of the house changes no price: both have no credit note.
    """
    refund = payment_refunds.settled_refund(refund_id)
    line = _line_of(refund.line_reference) if refund else None
    if refund is None or line is None or line.parcel_id is None:
        return []
    invoices = {document.kind: document for document in issue_for_parcel(parcel_id=line.parcel_id, now=now)}
    return [_issue(wanted, now) for wanted in wanted_of_refund(line, refund, invoices)]


def wanted_of_refund(line: OrderLine, refund: SettledRefund, invoices: dict[str, Document]) -> list[Wanted]:
    """Say which credit notes a refund of a dispatched line asks for."""
    drafted = (
        (DocumentKind.SALE, drafts.sale_credit_of(line, refund)),
        (DocumentKind.SERVICE, drafts.service_credit_of(line, refund)),
    )
    wanted = []
    for kind, draft in drafted:
        if not draft.items:
            continue
        invoice = invoices[kind]
        note = replace(
            draft,
            corrects=Reference(invoice.number_text, invoice.facts["issued_on"]),
            supplied_on=date.fromisoformat(invoice.facts["supplied_on"]),
        )
        wanted.append(
            Wanted(
                draft=note,
                cause=f"refund:{refund.public_id}:{note.kind}",
                seller_id=invoice.seller_id,
                order_id=line.order_id,
                parcel_id=line.parcel_id,
                corrects_id=invoice.pk,
            )
        )
    return wanted


def _line_of(reference: str) -> OrderLine | None:
    public_id = orders.public_id_of(reference)
    if public_id is None:
        return None
    return OrderLine.objects.select_related("order", "seller").filter(public_id=public_id).first()


def commission_cause(seller_id: int, currency: str, month: Month) -> str:
    return f"commission:{seller_id}:{currency}:{month.first_date:%Y-%m}"


@transaction.atomic
def issue_commission(
    *, seller_id: int, currency: str, month: Month, refunds: Sequence[SettledRefund], now: datetime
) -> Document | None:
    """
    Issue what the house bills a seller for a month in one currency, once; nothing if the month came to nothing.

    `refunds` are those of the seller's lines that reached their shoppers in the month.
    """
    rows = OrderLine.objects.select_related("order", "seller").filter(seller_id=seller_id, currency=currency)
    sent = rows.filter(shipped_at__gte=month.start_at, shipped_at__lt=month.end_at).order_by("shipped_at", "pk")
    ids = [orders.public_id_of(refund.line_reference) for refund in refunds]
    refunded = {line.reference: line for line in rows.filter(public_id__in=[key for key in ids if key])}
    draft = drafts.commission_of_month(
        list(sent),
        [(refunded[refund.line_reference], refund) for refund in refunds if refund.line_reference in refunded],
        period=(month.first_date, month.last_date),
    )
    if draft is None:
        return None
    return _issue(Wanted(draft, commission_cause(seller_id, currency, month), seller_id), now)
