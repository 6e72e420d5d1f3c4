"""The invoices and credit notes of the seeded orders, numbered in the order in which they would have been written."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from backmarket.markets.house import house
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.orders import DAYS, SeededOrder, paid_lines
from catalog.models import Seller
from checkout.flows import commissions
from checkout.models import Document, InvoiceSeries, OrderLine, Parcel
from checkout.rules.deadlines import zone_of
from checkout.rules.months import closed_months
from checkout.services import documents
from checkout.services.documents import Wanted
from payments.selectors import refunds as payment_refunds

# Bills of a month are written when its last refunds are known.
BILLED_AFTER = timedelta(days=2)


def load_documents(orders: Sequence[SeededOrder], sellers: Sequence[Seller], *, now: datetime) -> None:
    """Write what every parcel, refund and month would have been billed by."""
    by_pk = {seller.pk: seller for seller in sellers}
    lines: dict[str, OrderLine] = {}
    sent: dict[int, list[OrderLine]] = {}
    parcels: dict[int, Parcel] = {}
    for entry, _index, line in paid_lines(orders):
        line.order, line.seller = entry.order, by_pk[line.seller_id]
        lines[line.reference] = line
        if line.parcel is not None:
            line.parcel.order, line.parcel.seller = entry.order, line.seller
            parcels[line.parcel.pk] = line.parcel
            sent.setdefault(line.parcel.pk, []).append(line)
    issued = _write(
        (parcel.shipped_at, wanted)
        for parcel in sorted(parcels.values(), key=lambda parcel: parcel.shipped_at)
        for wanted in documents.wanted_of_parcel(parcel, sent[parcel.pk])
    )
    invoices: dict[int | None, dict[str, Document]] = {}
    for document in issued:
        invoices.setdefault(document.parcel_id, {})[document.kind] = document
    _write(
        (refund.settled_at, wanted)
        for refund in payment_refunds.refunds_settled_between(now - timedelta(days=DAYS), now)
        if refund.line_reference in lines and lines[refund.line_reference].parcel is not None
        for line in [lines[refund.line_reference]]
        for wanted in documents.wanted_of_refund(line, refund, invoices[line.parcel.pk if line.parcel else None])
    )
    _bill_months(now)


def _write(wanted: Iterable[tuple[datetime, Wanted]]) -> Sequence[Document]:
    series: dict[tuple[int | None, str, int], InvoiceSeries] = {}
    made = []
    for at, one in wanted:
        kind, year = one.draft.kind, documents.issued_on(one.draft, at).year
        issuer = one.seller_id if kind in documents.BY_SELLERS else None
        numbers = series.setdefault(
            (issuer, kind, year), InvoiceSeries(seller_id=issuer, kind=kind, year=year, last_number=0)
        )
        made.append(documents.document_of(one, numbers, at))
    copy_rows(list(series.values()))
    return copy_rows(made)


def _bill_months(now: datetime) -> None:
    for month in closed_months(now, zone_of(house().country), count=commissions.MONTHS_BACK):
        at = min(now, month.end_at + BILLED_AFTER)
        for seller_id, currency, refunds in commissions.due_in(month):
            documents.issue_commission(seller_id=seller_id, currency=currency, month=month, refunds=refunds, now=at)
