"""What finance agrees on with a seller about payouts, what holds them, and who is due today."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import MINOR_DIGITS, Money
from payments.enums import HoldKind, PayoutOutcome, PayoutSchedule
from payments.flows.due_payouts import pay_due
from payments.rules.payout_terms import Terms
from payments.selectors.due_payouts import due_payouts
from payments.selectors.ledger import balances_of
from payments.selectors.payout_terms import terms_of
from payments.services.payout_terms import hold_payouts, lift_hold, set_terms

from .adjustments import ReasonForm, decide, parsed_amount
from .pages import names_of, show


class TermsForm(ReasonForm):
    """Terms as people write them: the minimum in major units, the reserve in percent."""

    schedule = forms.ChoiceField(label=gettext_lazy("Payouts leave"), choices=PayoutSchedule.choices)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week, if once a week"), choices=list(WEEKDAYS.items())[:5], coerce=int
    )
    minimum = forms.CharField(label=gettext_lazy("Smallest payout"), max_length=20)
    reserve_percent = forms.DecimalField(
        label=gettext_lazy("Reserve, in percent"), min_value=0, max_value=Decimal("99.99"), decimal_places=2
    )
    reserve_days = forms.IntegerField(label=gettext_lazy("Reserve kept for days"), min_value=0, max_value=365)
    field_order = ("schedule", "weekday", "minimum", "reserve_percent", "reserve_days", "reason")

    def __init__(self, data: object, terms: Terms, currency: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.currency = currency
        self.initial = {
            "schedule": terms.schedule,
            "weekday": terms.weekday,
            "minimum": str(Money(terms.minimum_minor, currency).decimal),
            "reserve_percent": terms.reserve_percent,
            "reserve_days": terms.reserve_days,
        }

    def clean_minimum(self) -> Money:
        return parsed_amount(self.cleaned_data["minimum"], self.currency)

    def terms(self) -> Terms:
        """Return what was typed and checked."""
        typed: dict[str, Any] = self.cleaned_data
        return Terms(
            schedule=typed["schedule"],
            weekday=typed["weekday"],
            minimum_minor=typed["minimum"].amount_minor,
            reserve_percent=typed["reserve_percent"],
            reserve_days=typed["reserve_days"],
        )


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, owner: str, currency: str) -> HttpResponse:
    """Show and change when a seller is paid, from which amount, and what stays in reserve."""
    if currency not in MINOR_DIGITS or currency not in balances_of(owner):
        raise Http404
    form = TermsForm(request.POST if request.method == "POST" else None, terms_of(owner, currency), currency)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                set_terms(
                    owner=owner,
                    currency=currency,
                    terms=form.terms(),
                    reason=form.cleaned_data["reason"],
                    actor=Actor.of(request),
                    now=clock.now(),
                )
        except DomainError as error:
            form.add_error("reserve_percent", str(error.text))
        else:
            messages.success(request, _("Done. It holds from the next payout on."))
            return redirect("money:seller", owner=owner)
    return show(
        request,
        "terms",
        tab="money:sellers",
        title=_("Payout terms"),
        status=422 if form.errors else 200,
        owner=owner,
        label=names_of(request, [owner])[owner],
        currency=currency,
        form=form,
    )


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, owner: str, step: str) -> HttpResponse:
    """Ask why, then hold a seller's payouts by hand, or lift that."""
    if step not in ("hold", "lift") or not balances_of(owner):
        raise Http404
    holds = step == "hold"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change = hold_payouts if holds else lift_hold
        decide(request, form, change, _("Done."), owner=owner, kind=HoldKind.BY_HAND)
        return redirect("money:seller", owner=owner)
    return show(
        request,
        "decision",
        tab="money:sellers",
        title=_("Hold payouts to this seller") if holds else _("Let this seller be paid again"),
        status=422 if form.errors else 200,
        lead=names_of(request, [owner])[owner].text,
        back=reverse("money:seller", args=[owner]),
        form=form,
    )


@require_http_methods(["GET", "POST"])
def due(request: HttpRequest) -> HttpResponse:
    """Show who is due today and what would be paid; the button makes and sends it."""
    now = clock.now()
    if request.method == "POST":
        try:
            paid, left = pay_due(actor=Actor.of(request), now=now)
        except DomainError as error:
            messages.error(request, str(error.text))
        else:
            messages.success(request, _("%(paid)s payouts made and sent.") % {"paid": paid})
            if left:
                messages.warning(request, _("%(left)s are left: press the button again.") % {"left": left})
        return redirect("money:due")
    rows = due_payouts(now.astimezone(UTC).date())
    labels = names_of(request, (row.owner for row in rows))
    paying = [row for row in rows if row.plan.outcome == PayoutOutcome.PAID_OUT]
    totals: dict[str, Money] = {}
    for row in paying:
        currency = row.payable.currency
        totals[currency] = totals.get(currency, Money.zero(currency)) + row.plan.amount
    return show(
        request,
        "due",
        tab="money:payouts",
        title=_("Due today"),
        rows=[(row, labels[row.owner], PayoutOutcome(row.plan.outcome)) for row in rows],
        paying=len(paying),
        totals=list(totals.values()),
    )
