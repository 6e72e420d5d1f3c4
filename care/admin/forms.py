"""What an agent fills in; each form is shown again as a preview before anything happens."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from care.services.tickets import MAX_TEXT
from payments.enums import BorneBy

# Before dispatch the money is still the customer's; that is no choice of an agent.
BEARERS = [(value.value, value.label) for value in (BorneBy.SELLER, BorneBy.MARKETPLACE)]


class TextForm(forms.Form):
    """A reply to the shopper, or a note for colleagues."""

    text = forms.CharField(
        label=_("Message"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6, "class": "ta"})
    )


class TakeOverForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class ResolveForm(forms.Form):
    resolution = forms.CharField(
        label=_("Outcome"), max_length=200, help_text=_("The shopper reads this, in their mail and on their page.")
    )


class RefundForm(forms.Form):
    """A refund carries a key from its first preview on, so that firing it twice refunds once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.CharField(label=_("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    borne_by = forms.ChoiceField(label=_("Borne by"), choices=BEARERS)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    resolves = forms.BooleanField(label=_("This resolves the ticket"), required=False, initial=True)

    def __init__(self, *args: Any, currency: str, left: Money | None, **kwargs: Any) -> None:
        """`left` caps the amount; None leaves it to the service, which knows a refund that was made already."""
        self.currency = currency
        self.left = left
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> Money:
        try:
            amount = Money.parse(self.cleaned_data["amount"], self.currency)
        except ValueError as error:
            raise forms.ValidationError(_("Enter an amount such as 129.90.")) from error
        if amount.amount_minor <= 0:
            raise forms.ValidationError(_("Enter an amount above zero."))
        if self.left is not None and amount > self.left:
            raise forms.ValidationError(
                _("Only %(left)s is left to refund of this item."), params={"left": self.left.format()}
            )
        return amount
