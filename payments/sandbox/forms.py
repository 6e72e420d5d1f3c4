"""The card form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from .cards import BY_DIGITS, TestCard


class CardForm(forms.Form):
    """Reads a card as people type it; the test bank knows only its own cards."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "cc-number", "placeholder": "4242 4242 4242 4242"}
        ),
    )
    expiry = forms.CharField(
        label=_("Expiry date"),
        max_length=7,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-exp", "placeholder": "12 / 30"}),
    )
    cvc = forms.CharField(
        label=_("Security code"),
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-csc", "placeholder": "123"}),
    )
    holder = forms.CharField(
        label=_("Name on card"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "cc-name"})
    )

    keep = forms.BooleanField(label=_("Keep this card for next time"), required=False)

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, offers_keeping: bool = False) -> None:
        super().__init__(data, label_suffix="")
        if not offers_keeping:
            del self.fields["keep"]
        for name, field in self.fields.items():
            if name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}

    def clean_number(self) -> str:
        digits = "".join(char for char in self.cleaned_data["number"] if char not in " -")
        if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and luhn.is_valid(digits)):
            raise forms.ValidationError(_("This card number is not complete or not valid."))
        return digits

    def clean_expiry(self) -> str:
        digits = "".join(char for char in self.cleaned_data["expiry"] if char.isascii() and char.isdigit())
        if len(digits) not in (4, 6) or not 1 <= int(digits[:2]) <= 12:
            raise forms.ValidationError(_("Enter month and year, for example 12 / 30."))
        year = int(digits[2:]) + (2000 if len(digits) == 4 else 0)
        today = timezone.now()
        if (year, int(digits[:2])) < (today.year, today.month):
            raise forms.ValidationError(_("This card has expired."))
        return f"{digits[:2]}/{year}"

    def clean_cvc(self) -> str:
        code: str = self.cleaned_data["cvc"].strip()
        if not (code.isascii() and code.isdigit() and len(code) in (3, 4)):
            raise forms.ValidationError(_("The security code has three or four digits."))
        return code

    @property
    def card(self) -> TestCard | None:
        return BY_DIGITS.get(self.cleaned_data["number"])
