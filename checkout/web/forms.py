"""Contact and delivery address, checked by country; every error says what to do."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backmarket.markets.postcodes import example_of, normal_postcode
from backmarket.markets.registry import Market
from checkout.rules import addresses
from checkout.services.placement import Buyer

NO_CONTROLS = RegexValidator(r"^[^\x00-\x1f\x7f]*$", _("This contains characters that cannot be printed on a label."))
HAS_LETTER = RegexValidator(r"\w", _("Please enter letters or digits."))


def _text(label: Any, *, max_length: int, missing: Any = None, autocomplete: str) -> forms.CharField:
    """Return a line of an address; what may stay empty has no text for when it is missing."""
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=missing is not None,
        error_messages={"required": missing} if missing else None,
        validators=[NO_CONTROLS, HAS_LETTER],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


class DetailsForm(forms.Form):
    """What an order needs to know of its buyer; the country is the market's."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
        help_text=_("For the receipt and the tracking links"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=32,
        error_messages={"required": _("Enter a number the carrier can reach you on.")},
        help_text=_("Only the carrier gets it"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    first_name = _text(_("First name"), max_length=80, missing=_("Enter your first name."), autocomplete="given-name")
    last_name = _text(_("Last name"), max_length=80, missing=_("Enter your last name."), autocomplete="family-name")
    company = _text(_("Company"), max_length=120, autocomplete="organization")
    street = _text(
        _("Street and number"),
        max_length=160,
        missing=_("Enter the street and the number."),
        autocomplete="address-line1",
    )
    street2 = _text(_("Flat, floor, entrance"), max_length=160, autocomplete="address-line2")
    postcode = _text(_("Postcode"), max_length=16, missing=_("Enter the postcode."), autocomplete="postal-code")
    city = _text(_("Town"), max_length=80, missing=_("Enter the town."), autocomplete="address-level2")
    region = forms.ChoiceField(
        label=pgettext_lazy("address", "State"),
        required=False,
        error_messages={"required": _("Choose the state.")},
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market = market
        if market.code == "US":
            states = [("", _("Choose a state")), *((state, state) for state in addresses.US_STATES)]
            self.fields["region"].choices = states  # type: ignore[attr-defined]
            self.fields["region"].required = True
            self.fields["postcode"].label = _("ZIP code")
            self.fields["postcode"].error_messages["required"] = _("Enter the ZIP code.")
        else:
            del self.fields["region"]
        if market.code == "IE":
            self.fields["postcode"].label = _("Eircode")
            self.fields["postcode"].error_messages["required"] = _("Enter the Eircode.")

    def clean_postcode(self) -> str:
        typed = str(self.cleaned_data["postcode"])
        postcode = normal_postcode(typed, self.market.code)
        if postcode is None:
            example = example_of(self.market.code)
            raise forms.ValidationError(
                _("“%(typed)s” is no postcode of %(country)s. It looks like %(example)s."),
                params={"typed": typed, "country": self.market.name, "example": example},
            )
        return postcode

    def clean_phone(self) -> str:
        phone = addresses.e164(str(self.cleaned_data["phone"]), self.market.code)
        if phone is None:
            raise forms.ValidationError(
                _("This is no phone number that can be called. An example: %(example)s"),
                params={"example": self.market.phone_example},
            )
        return phone

    def buyer(self) -> Buyer:
        """Return what was checked."""
        data = self.cleaned_data
        facts = {name: data.get(name, "") for name in Buyer.__slots__ if name != "country"}
        return Buyer(**facts, country=self.market.code)
