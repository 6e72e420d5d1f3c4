"""The overview with its search, and the trail of one reference."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backmarket.core.downloads import download
from backmarket.core.money import Money
from payments.enums import EntryKind
from payments.models import Entry, Payment, Payout, Refund
from payments.selectors.flow import Flow, flow_of
from payments.selectors.ledger import entry_view, owners_among, trail
from payments.selectors.payments import payments_of
from payments.selectors.refunds import refunds_of
from payments.selectors.views import EntryView
from payments.services.adjustments import CORRECTABLE
from payments.slots import REFERENCE_LABELS, ReferenceLabel

from .pages import PAGE_SIZE, account_name, names_of, show
from .picture import columns, picture_of

LATEST = 20


@dataclass(frozen=True, slots=True)
class Row:
    account: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True, slots=True)
class EntryRows:
    """An entry as the table shows it: one row a posting."""

    id: int
    kind: str
    reference: str
    reference_label: ReferenceLabel
    line_label: str
    occurred_at: datetime
    note: str
    is_correctable: bool
    rows: tuple[Row, ...]


def _references(entries: list[EntryView]) -> set[str]:
    owners = {posting.account_owner for entry in entries for posting in entry.postings}
    return owners | {entry.reference for entry in entries} | {entry.line_reference for entry in entries}


def _table(entries: list[EntryView], labels: dict[str, ReferenceLabel]) -> list[EntryRows]:
    ids = [entry.id for entry in entries]
    reversed_before = set(Entry.objects.filter(reverses__in=ids).values_list("reverses_id", flat=True))
    return [
        EntryRows(
            entry.id,
            str(EntryKind(entry.kind).label),
            entry.reference,
            labels[entry.reference],
            labels[entry.line_reference].text if entry.line_reference else "",
            entry.occurred_at,
            entry.note,
            entry.kind in CORRECTABLE and entry.id not in reversed_before,
            tuple(
                Row(account_name(p.account_kind, p.account_owner, labels), p.debit, p.credit) for p in entry.postings
            ),
        )
        for entry in entries
    ]


def home(request: HttpRequest) -> HttpResponse:
    """Search by order number, reference or id; below it what happened last."""
    text = request.GET.get("q", "").strip()[:100]
    found = references_for(request, text) if text else []
    owners = owners_among(found)
    if len(found) == 1:
        return redirect(_address(found[0], owners))
    latest = Entry.objects.prefetch_related("postings__account").order_by("-pk")[:LATEST]
    entries = [entry_view(entry) for entry in latest]
    labels = names_of(request, _references(entries) | set(found))
    hits = [(_address(reference, owners), labels[reference]) for reference in found]
    return show(
        request, "home", tab="money:home", title=_("Money"), text=text, hits=hits, entries=_table(entries, labels)
    )


def _address(reference: str, owners: set[str]) -> str:
    return reverse("money:seller" if reference in owners else "money:trail", args=[reference])


def references_for(request: HttpRequest, text: str) -> list[str]:
    """Return the references that a typed text means: an order number, a reference, one of our or the provider's ids."""
    by_name = REFERENCE_LABELS.find(request, text)
    entries = Entry.objects.filter(Q(reference=text) | Q(line_reference=text)).values_list("reference", flat=True)
    found = [*by_name, *entries.order_by("pk")[:PAGE_SIZE], *_by_id(text)]
    return list(dict.fromkeys(found))


def _by_id(text: str) -> list[str]:
    ours = Q(provider_ref=text)
    with contextlib.suppress(ValueError):
        ours |= Q(public_id=UUID(text))
    payments = Payment.objects.filter(ours).values_list("reference", flat=True)
    refunds = Refund.objects.filter(ours).values_list("reference", flat=True)
    return [*payments, *refunds, *(payout.reference for payout in Payout.objects.filter(ours))]


def show_trail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show every entry of a reference with its postings, the picture, and two checks."""
    entries = trail(reference)
    payments, refunds = payments_of(reference), refunds_of(reference)
    if not entries and not payments:
        raise Http404
    labels = names_of(request, _references(entries) | {reference})
    if request.GET.get("format") == "csv":
        return _csv(reference, entries)
    flows = flow_of(entries)
    return show(
        request,
        "trail",
        tab="money:home",
        title=labels[reference].text,
        reference=reference,
        label=labels[reference],
        entries=_table(entries, labels),
        payments=payments,
        refunds=refunds,
        facts=[_facts(flow) for flow in flows.values() if flow.captured],
        pictures=[picture for flow in flows.values() if (picture := picture_of(flow, labels))],
        columns=columns(),
        checks=_checks(entries, flows),
        totals=_totals(entries),
    )


def _csv(reference: str, entries: list[EntryView]) -> HttpResponse:
    heading = ("entry", "occurred_at", "kind", "reference", "line", "account", "owner", "amount", "currency", "note")
    rows = (
        (
            *(e.id, e.occurred_at, e.kind, e.reference, e.line_reference),
            *(p.account_kind, p.account_owner, p.amount, p.amount.currency, e.note),
        )
        for e in entries
        for p in e.postings
    )
    return download(f"trail-{reference.replace(':', '-')}", heading, rows)


def _facts(flow: Flow) -> list[tuple[str, Money, str]]:
    parts = flow.sellers.values()
    paid = sum(part.paid_out for part in parts)
    owed = sum(part.pending + part.payable + part.on_its_way for part in parts)
    return [
        (_("Came in"), flow.money(flow.captured), ""),
        *([(_("Added by our promotions"), flow.money(flow.promotion), "")] if flow.promotion else []),
        (_("Waits for dispatch"), flow.money(flow.waiting), ""),
        (_("Still owed to sellers"), flow.money(owed), "bad" if owed < 0 else ""),
        (_("Paid out to sellers"), flow.money(paid), ""),
        (_("Back to the shopper"), flow.money(flow.refunded), ""),
        (_("Ours, after tax and costs"), flow.money(flow.kept), "bad" if flow.kept < 0 else ""),
    ]


def _totals(entries: list[EntryView]) -> list[tuple[Money, Money]]:
    """Return the sums of both columns by currency."""
    amounts = [posting.amount for entry in entries for posting in entry.postings]
    return [
        (
            Money.total((a for a in amounts if a.currency == currency and a.amount_minor > 0), currency),
            -Money.total((a for a in amounts if a.currency == currency and a.amount_minor < 0), currency),
        )
        for currency in sorted({amount.currency for amount in amounts})
    ]


def _checks(entries: list[EntryView], flows: dict[str, Flow]) -> list[tuple[bool, str]]:
    """Return what must hold of any trail, and whether it does."""
    balanced = all(debit == credit for debit, credit in _totals(entries))
    covered = all(flow.refunded <= flow.captured for flow in flows.values())
    checks = [(balanced, _("The sum of all postings is zero"))]
    if any(flow.captured for flow in flows.values()):
        checks.append((covered, _("Refunds do not exceed what was captured")))
    return checks
