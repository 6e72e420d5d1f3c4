"""Gift cards and credit: what is out there, and what finance gives away or blocks."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backmarket.accounts.selectors import user_id_by_email
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import MINOR_DIGITS
from payments.models import GiftCard
from payments.selectors.stored_value import gift_cards
from payments.services import gift_cards as services

from .adjustments import AmountForm, ReasonForm, parsed_amount
from .pages import PAGE_SIZE, show


class GrantForm(AmountForm):
    """What is given away, in one of our currencies."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in sorted(MINOR_DIGITS)], initial="EUR"
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and "currency" in cleaned:
            try:
                cleaned["money"] = parsed_amount(cleaned["amount"], cleaned["currency"])
            except forms.ValidationError as error:
                self.add_error("amount", error)
        return cleaned


class GiftCardForm(GrantForm):
    expires_on = forms.DateField(
        label=gettext_lazy("Can be used until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("amount", "currency", "expires_on", "reason", "key")

    def expires_at(self) -> datetime | None:
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day else None

    def clean_expires_on(self) -> object:
        day = self.cleaned_data["expires_on"]
        if day is not None and day < clock.now().date():
            raise forms.ValidationError(_("This day has passed."))
        return day


class CreditForm(GrantForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address of the account"))
    field_order = ("email", "amount", "currency", "reason", "key")


def cards(request: HttpRequest) -> HttpResponse:
    """List gift cards, the latest first; found by their last four characters or by a word of the reason."""
    found = request.GET.get("q", "").strip()
    rows = GiftCard.objects.all()
    if found:
        rows = rows.filter(last4__iexact=found) | rows.filter(reason__icontains=found)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    views = {view.public_id: view for view in gift_cards([card.public_id for card in page], now=clock.now())}
    shown = [(card, views[card.public_id]) for card in page]
    return show(request, "cards", tab="money:cards", title=_("Gift cards"), rows=shown, page=page, found=found)


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a gift card and show its code, this once."""
    form = GiftCardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                card, code = services.issue_gift_card(
                    amount=form.cleaned_data["money"],
                    reason=form.cleaned_data["reason"],
                    expires_at=form.expires_at(),
                    actor=Actor.of(request),
                    key=f"gift-card:{form.cleaned_data['key']}",
                    now=clock.now(),
                )
        except DomainError as error:
            form.add_error("amount", str(error.text))
        else:
            return show(request, "issued", tab="money:cards", title=_("Gift card issued"), card=card, code=code)
    title = _("Issue a gift card")
    return show(request, "grant", tab="money:cards", title=title, form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Give credit to an account."""
    form = CreditForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _granted(request, form):
        messages.success(request, _("The credit is given."))
        return redirect("money:cards")
    title = _("Give credit to an account")
    return show(request, "grant", tab="money:cards", title=title, form=form, status=422 if form.errors else 200)


def _granted(request: HttpRequest, form: CreditForm) -> bool:
    user_id = user_id_by_email(form.cleaned_data["email"])
    if user_id is None:
        form.add_error("email", _("No account has this address."))
        return False
    try:
        with transaction.atomic(durable=True):
            services.grant_credit(
                owner=f"user:{user_id}",
                amount=form.cleaned_data["money"],
                reason=form.cleaned_data["reason"],
                actor=Actor.of(request),
                key=f"credit:{form.cleaned_data['key']}",
                now=clock.now(),
            )
    except DomainError as error:
        form.add_error("amount", str(error.text))
        return False
    return True


@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Ask why, then block a card, or let it be used again."""
    card = get_object_or_404(GiftCard, public_id=card_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            services.set_blocked(
                card_id=card_id,
                is_blocked=not card.is_blocked,
                reason=form.cleaned_data["reason"],
                actor=Actor.of(request),
                now=clock.now(),
            )
        messages.success(request, _("Done."))
        return redirect("money:cards")
    title = _("Let a gift card be used again") if card.is_blocked else _("Block a gift card")
    status = 422 if form.errors else 200
    return show(request, "grant", tab="money:cards", title=title, form=form, card=card, status=status)
