"""What people fill in on the shop's own pages."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import AlertKind

AMOUNT = re.compile(r"[0-9]{1,7}([.,][0-9]{1,2})?")
NO_CONTROLS = RegexValidator(r"^[^\x00-\x1f\x7f]*$", _("Enter an e-mail address such as name@example.com."))


class PriceField(forms.CharField):
    """An amount in the market's currency, with a point or a comma, as people type it."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(max_length=12, **options)
        self.currency = currency

    def clean(self, value: Any) -> Money | None:
        text = super().clean(value).strip().replace("\u00a0", "").replace(" ", "")
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise forms.ValidationError(_("Enter a price above zero, such as 349."), code="price")
        minor = int(Decimal(text.replace(",", ".")).scaleb(2))
        if minor <= 0:
            raise forms.ValidationError(_("Enter a price above zero, such as 349."), code="price")
        return Money(minor, self.currency)


class AlertForm(forms.Form):
    """Which news of a device somebody wants; the address is asked of guests only."""

    kind = forms.ChoiceField(
        label=_("Tell me when"),
        choices=[(AlertKind.PRICE, _("it costs no more than my price")), (AlertKind.STOCK, _("it is in stock again"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to hear of."), "invalid_choice": _("Choose one of these.")},
    )
    any_version = forms.ChoiceField(
        label=_("Which versions count"),
        choices=[("", _("only this version")), ("any", _("any version, any grade"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, market: Market, asks_email: bool, in_stock: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if in_stock:
            # Of what is in stock only a lower price is news.
            self.fields["kind"].widget = forms.HiddenInput()
        self.fields["price"] = PriceField(
            label=_("My price"),
            currency=market.currency,
            required=self.data.get("kind") != AlertKind.STOCK,
            error_messages={"required": _("Enter the price you wait for.")},
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        if asks_email:
            self.fields["email"] = forms.EmailField(
                label=_("E-mail"),
                max_length=254,
                validators=[NO_CONTROLS],
                error_messages={
                    "required": _("Enter your e-mail address."),
                    "invalid": _("Enter an e-mail address such as name@example.com."),
                },
                help_text=_("We send one mail to confirm it, and then only what you asked for."),
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )
        self.order_fields(["kind", "price", "any_version", "email"])
