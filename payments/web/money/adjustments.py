"""Pages on which finance holds money back, lets it go, or puts a wrong entry right."""

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import MINOR_DIGITS, Money
from payments.models import Entry
from payments.selectors.ledger import balances_of, entry_view
from payments.services import adjustments

from .pages import names_of, show


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "class": "in"})
    )


def decide(request: HttpRequest, form: ReasonForm, change: Callable[..., object], done: str, **facts: object) -> None:
    """Do what was decided, for the reason in the form, in the person's name; say that it is done, or why it is not."""
    try:
        with transaction.atomic(durable=True):
            change(reason=form.cleaned_data["reason"], actor=Actor.of(request), now=clock.now(), **facts)
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, done)


class AmountForm(ReasonForm):
    """An amount that moves for a reason; `key` makes a double click one movement."""

    amount = forms.CharField(
        label=gettext_lazy("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})  # type: ignore[arg-type]


def parsed_amount(text: str, currency: str) -> Money:
    """:raises forms.ValidationError: no amount of this currency"""
    try:
        return Money.parse(text, currency)
    except ValueError as error:
        raise forms.ValidationError(_("Enter an amount such as 25.00.")) from error


class ReserveForm(AmountForm):
    field_order = ("amount", "reason", "key")

    def __init__(self, data: object, currency: str) -> None:
        super().__init__(data)
        self.currency = currency

    def clean_amount(self) -> Money:
        return parsed_amount(self.cleaned_data["amount"], self.currency)


@require_http_methods(["GET", "POST"])
def reserve(request: HttpRequest, owner: str, currency: str, step: str) -> HttpResponse:
    """Hold back some of what is payable, or release some of what is held back."""
    balance = balances_of(owner).get(currency) if currency in MINOR_DIGITS else None
    if balance is None or step not in ("hold", "release"):
        raise Http404
    form = ReserveForm(request.POST if request.method == "POST" else None, currency)
    if request.method == "POST" and form.is_valid() and _moved(request, form, owner, step):
        return redirect("money:seller", owner=owner)
    holds = step == "hold"
    return show(
        request,
        "reserve",
        tab="money:sellers",
        title=_("Hold money back") if holds else _("Release held-back money"),
        status=422 if form.errors else 200,
        owner=owner,
        label=names_of(request, [owner])[owner],
        there=balance.payable if holds else balance.reserve,
        form=form,
    )


def _moved(request: HttpRequest, form: ReserveForm, owner: str, step: str) -> bool:
    move: Callable[..., Entry] = adjustments.hold_reserve if step == "hold" else adjustments.release_reserve
    try:
        with transaction.atomic(durable=True):
            move(
                owner=owner,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                actor=Actor.of(request),
                key=f"reserve:{form.cleaned_data['key']}",
                now=clock.now(),
            )
    except DomainError as error:
        form.add_error("amount", str(error.text))
        return False
    messages.success(request, _("Done."))
    return True


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Ask why, then reverse an entry by a new one."""
    entry = get_object_or_404(Entry, pk=entry_id, kind__in=adjustments.CORRECTABLE)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("The entry was reversed by a new one.")
        decide(request, form, adjustments.correct_entry, done, entry_id=entry.pk)
        return redirect("money:trail", reference=entry.reference)
    view = entry_view(entry)
    labels = names_of(request, [entry.reference])
    return show(
        request,
        "correct",
        tab="money:home",
        title=_("Put an entry right"),
        status=422 if form.errors else 200,
        entry=view,
        label=labels[entry.reference],
        amount=view.postings[0].debit or view.postings[0].credit,
        form=form,
    )
