"""What is owed to sellers, and the two things finance does about it by hand."""

from datetime import UTC

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.downloads import download
from backmarket.core.errors import DomainError
from backmarket.core.money import MINOR_DIGITS, Money
from payments.enums import HoldKind, PayoutSchedule
from payments.flows.payouts import send_payout
from payments.rules.payout_terms import next_payout_date
from payments.selectors.ledger import balances_of, owner_balances
from payments.selectors.maturities import pending_line, pending_of
from payments.selectors.payout_terms import holds_of, terms_of
from payments.selectors.payouts import payouts_of
from payments.services.maturity import release_early
from payments.services.payouts import create_payout

from .adjustments import ReasonForm, decide
from .pages import PAGE_SIZE, names_of, show


def sellers(request: HttpRequest) -> HttpResponse:
    """List balances by seller and currency, the largest debt of the house first."""
    rows = [
        (owner, balance) for owner, by_currency in owner_balances().items() for balance in by_currency.values() if owner
    ]
    rows.sort(key=lambda row: (row[1].payable.currency, -row[1].payable.amount_minor, row[0]))
    if request.GET.get("format") == "csv":
        heading = ("seller", "currency", "pending", "payable", "reserve", "in_transit")
        cells = ((o, b.payable.currency, b.pending, b.payable, b.reserve, b.in_transit) for o, b in rows)
        return download("seller-balances", heading, cells)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    labels = names_of(request, (owner for owner, _balance in page))
    shown = [(owner, labels[owner], balance) for owner, balance in page]
    return show(request, "sellers", tab="money:sellers", title=_("Sellers’ balances"), rows=shown, page=page)


def seller(request: HttpRequest, owner: str) -> HttpResponse:
    """Show a seller's balances, what matures when, and payouts."""
    balances, payouts = balances_of(owner), payouts_of(owner)
    if not balances and not payouts:
        raise Http404
    pending = pending_of(owner)
    labels = names_of(request, {owner, *(row.reference for row in pending), *(row.line_reference for row in pending)})
    lines = [(row, labels[row.reference], labels[row.line_reference]) for row in pending]
    holds = holds_of([owner]).get(owner, [])
    today = clock.now().astimezone(UTC).date()
    agreed = [(currency, terms_of(owner, currency)) for currency in balances]
    return show(
        request,
        "seller",
        tab="money:sellers",
        title=labels[owner].text,
        owner=owner,
        label=labels[owner],
        balances=list(balances.values()),
        lines=lines,
        payouts=payouts,
        terms=[
            (
                currency,
                PayoutSchedule(one.schedule).label,
                one,
                Money(one.minimum_minor, currency),
                next_payout_date(one, today),
            )
            for currency, one in agreed
        ],
        holds=[(hold, HoldKind(hold.kind).label) for hold in holds],
        is_held_by_hand=any(hold.kind == HoldKind.BY_HAND for hold in holds),
    )


@require_http_methods(["GET", "POST"])
def run_payout(request: HttpRequest, owner: str, currency: str) -> HttpResponse:
    """Ask for confirmation, then take all that is payable into a payout and send it."""
    balance = balances_of(owner).get(currency) if currency in MINOR_DIGITS else None
    if balance is None:
        raise Http404
    if request.method == "POST":
        now = clock.now()
        try:
            with transaction.atomic(durable=True):
                payout = create_payout(owner=owner, currency=currency, actor=Actor.of(request), now=now)
        except DomainError as error:
            messages.error(request, str(error.text))
            return redirect("money:seller", owner=owner)
        send_payout(payout_id=payout.public_id, now=now)
        messages.success(request, _("Payout of %(amount)s created and sent.") % {"amount": payout.amount.format()})
        return redirect("money:payout", public_id=payout.public_id)
    label = names_of(request, [owner])[owner]
    return show(
        request, "run_payout", tab="money:sellers", title=_("Run payout"), owner=owner, label=label, balance=balance
    )


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, owner: str, line_reference: str) -> HttpResponse:
    """Ask why, then make a line's money payable before its day."""
    row = pending_line(line_reference)
    if row is None or row.line_reference not in {pending.line_reference for pending in pending_of(owner)}:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("%(amount)s is payable now.") % {"amount": row.amount.format()}
        decide(request, form, release_early, done, line_reference=line_reference)
        return redirect("money:seller", owner=owner)
    labels = names_of(request, [owner, row.reference, line_reference])
    return show(
        request,
        "release",
        tab="money:sellers",
        title=_("Release early"),
        status=422 if form.errors else 200,
        owner=owner,
        label=labels[owner],
        row=row,
        line_label=labels[line_reference],
        order_label=labels[row.reference],
        form=form,
    )
