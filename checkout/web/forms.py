"""Contact, address, company and gift note, asked for as the market's country writes them."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backmarket.markets.carriers import Carrier
from backmarket.markets.postcodes import example_of, normal_postcode
from backmarket.markets.regions import REGIONS, spanish_province
from backmarket.markets.registry import Market
from backmarket.markets.remote import remote_area
from checkout.rules import addresses, companies
from checkout.rules.buyer import Buyer

MAX_NOTE = 300
# Holds the parts of an emoji together; other marks that nobody sees can turn a text around.
JOINER = "\u200d"
NO_CONTROLS = RegexValidator(
    r"^[^\x00-\x1f\x7f]*$", gettext_lazy("This contains characters that cannot be printed on a label.")
)
HAS_LETTER = RegexValidator(r"\w", gettext_lazy("Please enter letters or digits."))


def printable(text: str) -> None:
    """Refuse what no carrier's label carries, and say which character it is."""
    refused = addresses.unprintable(text)
    if refused and refused >= " " and refused != "\x7f":
        raise ValidationError(
            _("“%(character)s” cannot be printed on a label. Use Latin letters, as in a passport."),
            code="unprintable",
            params={"character": refused},
        )


class LabelField(forms.CharField):
    """A line of the label: composed letters, nothing that a carrier cannot print."""

    def __init__(self, label: Any, *, max_length: int, missing: Any = None, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            label=label,
            max_length=max_length,
            required=missing is not None,
            error_messages={"required": missing} if missing else None,
            validators=[NO_CONTROLS, HAS_LETTER, printable],
            widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "")


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the address with its width."""

    field: BoundField
    css: str


class AddressForm(forms.Form):
    """A delivery address of one country, in the order in which its post writes it."""

    phone = forms.CharField(
        label=gettext_lazy("Mobile"),
        max_length=32,
        error_messages={"required": gettext_lazy("Enter a number the carrier can reach you on.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    first_name = LabelField(
        gettext_lazy("First name"),
        max_length=80,
        missing=gettext_lazy("Enter your first name."),
        autocomplete="shipping given-name",
    )
    last_name = LabelField(
        gettext_lazy("Last name"),
        max_length=80,
        missing=gettext_lazy("Enter your last name."),
        autocomplete="shipping family-name",
    )
    street = LabelField(
        gettext_lazy("Street and number"),
        max_length=160,
        missing=gettext_lazy("Enter the street and the number."),
        autocomplete="shipping address-line1",
    )
    house_number = LabelField(
        gettext_lazy("House number"),
        max_length=15,
        missing=gettext_lazy("Enter the house number."),
        autocomplete="off",
    )
    street2 = LabelField(gettext_lazy("Flat, floor, entrance"), max_length=160, autocomplete="shipping address-line2")
    postcode = LabelField(
        gettext_lazy("Postcode"),
        max_length=16,
        missing=gettext_lazy("Enter the postcode."),
        autocomplete="shipping postal-code",
    )
    city = LabelField(
        gettext_lazy("Town"),
        max_length=80,
        missing=gettext_lazy("Enter the town."),
        autocomplete="shipping address-level2",
    )
    region = forms.ChoiceField(
        label=pgettext_lazy("address", "State"),
        widget=forms.Select(attrs={"autocomplete": "shipping address-level1"}),
    )

    def __init__(self, *args: Any, market: Market, carriers: Sequence[Carrier] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market = market
        self.carriers = carriers
        self.format = addresses.FORMATS[market.code]
        for name in {"house_number", "region"} - {name for name, _css in self.format.fields}:
            del self.fields[name]
        self._name_fields()
        if "region" in self.fields:
            self._offer_regions()

    def _name_fields(self) -> None:
        style, fields = self.format, self.fields
        fields["street"].label, fields["city"].label = style.street, style.city
        fields["postcode"].label = style.postcode
        fields["street"].help_text = _("For example %(example)s") % {"example": style.street_example}
        fields["postcode"].help_text = _("For example %(example)s") % {"example": example_of(self.market.code)}
        fields["phone"].help_text = _("Only the carrier gets it, for example %(example)s") % {
            "example": addresses.national_form(self.market.phone_example, self.market.code)
        }
        fields["postcode"].required = style.postcode_required
        if self.market.code == "US":
            fields["postcode"].error_messages["required"] = _("Enter the ZIP code.")
            fields["postcode"].widget.attrs["inputmode"] = "numeric"
        if "house_number" in fields:
            # Both are stored as one line.
            fields["street"].validators.append(MaxLengthValidator(140))
            fields["street"].error_messages["required"] = _("Enter the street.")
            fields["house_number"].help_text = _("With its addition, for example %(example)s") % {"example": "70 A"}
            street, number = addresses.split_house_number(str(self.initial.get("street") or ""))
            if number and not self.initial.get("house_number"):
                self.initial = {**self.initial, "street": street, "house_number": number}

    def _offer_regions(self) -> None:
        field, style = self.fields["region"], self.format
        field.label = style.region or field.label
        field.required = style.region_required
        empty = {"US": _("Choose a state"), "IE": _("Choose a county")}.get(self.market.code, _("Choose a province"))
        field.choices = [("", empty), *sorted(REGIONS[self.market.code].items(), key=lambda item: item[1])]  # type: ignore[attr-defined]
        missing = {"US": _("Choose the state."), "IE": _("Choose the county.")}
        field.error_messages["required"] = missing.get(self.market.code, _("Choose the province."))

    def address_rows(self) -> Iterator[Row]:
        """Yield the fields below the names, in the country's order."""
        for name, css in self.format.fields:
            yield Row(self[name], css)

    def clean_postcode(self) -> str:
        typed = str(self.cleaned_data["postcode"])
        if not typed:
            return ""
        postcode = normal_postcode(typed, self.market.code)
        if postcode is None:
            example = example_of(self.market.code)
            raise ValidationError(
                _("“%(typed)s” is no postcode of %(country)s. It looks like %(example)s."),
                params={"typed": typed, "country": self.market.name, "example": example},
            )
        return postcode

    def clean_phone(self) -> str:
        phone = addresses.e164(str(self.cleaned_data["phone"]), self.market.code)
        if phone is None:
            raise ValidationError(
                _("This is no phone number that can be called. An example: %(example)s"),
                params={"example": self.market.phone_example},
            )
        return phone

    def clean_house_number(self) -> str:
        number = str(self.cleaned_data["house_number"])
        if not number[0].isdigit():
            text = _("A house number begins with a digit, for example %(example)s.")
            raise ValidationError(text % {"example": "70 A"})
        return number

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        self._check_region(data)
        self._check_boxes(data)
        self._check_reach(data)
        return data

    def _check_region(self, data: dict[str, Any]) -> None:
        postcode, region = data.get("postcode"), data.get("region")
        if self.market.code == "IE" and postcode == "" and region == "":
            self.add_error("region", _("Choose the county, or enter the Eircode."))
        if self.market.code != "ES" or not postcode or not region:
            return
        province = spanish_province(postcode)
        if region != province:
            text = _("Postcode %(postcode)s lies in %(province)s. Choose that, or mend the postcode.")
            self.add_error("region", text % {"postcode": postcode, "province": province})

    def _check_boxes(self, data: dict[str, Any]) -> None:
        """Refuse a post office box where a chosen carrier rings at doors only, and say who opens boxes."""
        lines = {name: data.get(name) or "" for name in ("street", "street2")}
        name = next((n for n, line in lines.items() if addresses.names_po_box(line, self.market.code)), "")
        refusing = next((c for c in self.carriers if not (c.to_po_boxes or c.pick_up)), None)
        if not name or refusing is None:
            return
        others = [c.name for c in self.market.carriers if c.to_po_boxes]
        if others:
            text = _("%(carrier)s does not deliver to post office boxes. Enter a street address, or choose %(others)s.")
        else:
            text = _("%(carrier)s does not deliver to post office boxes. Enter a street address.")
        self.add_error(name, text % {"carrier": refusing.name, "others": ", ".join(others)})

    def _check_reach(self, data: dict[str, Any]) -> None:
        """Refuse a far region that a chosen carrier does not serve, and say who does."""
        area = remote_area(data.get("postcode") or "", self.market.code)
        refusing = next((carrier for carrier in self.carriers if not carrier.serves(area)), None)
        if area is None or refusing is None:
            return
        others = ", ".join(carrier.name for carrier in self.market.carriers if carrier.serves(area))
        text = _("%(carrier)s does not deliver to this region: %(area)s. Choose another delivery: %(others)s.")
        self.add_error("postcode", text % {"carrier": refusing.name, "area": area.name, "others": others})

    def address(self) -> dict[str, str]:
        """Return what was checked, the house number joined to its street."""
        data = self.cleaned_data
        street = f"{data['street']} {data.get('house_number', '')}".strip()
        rest = ("first_name", "last_name", "street2", "postcode", "city", "region", "phone")
        return {"street": street, **{name: data.get(name, "") for name in rest}, "country": self.market.code}


class DetailsForm(AddressForm):
    """What an order needs to know of its buyer; the country is the market's."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter your e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address such as name@example.com."),
        },
        help_text=gettext_lazy("For the receipt and the tracking links"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    is_company = forms.BooleanField(label=gettext_lazy("I buy for a company"), required=False)
    company = LabelField(gettext_lazy("Company"), max_length=120, autocomplete="organization")
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    gift_note = forms.CharField(
        label=gettext_lazy("Note for the person who gets it"),
        max_length=MAX_NOTE,
        required=False,
        help_text=gettext_lazy("The seller puts it into the parcel. The packing slip shows no price."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_NOTE}),
    )
    wants_texts = forms.BooleanField(
        label=gettext_lazy("Text me when the parcel leaves, arrives and is there"), required=False
    )
    keep_address = forms.BooleanField(label=gettext_lazy("Keep this address for next time"), required=False)
    field_order = ["email", "phone", "first_name", "last_name"]

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, market=market, **kwargs)
        number = self.fields["vat_number"]
        if market.code == "US":
            number.label = _("Employer identification number (EIN)")
        number.help_text = _("Printed on the invoice, for example %(example)s. Leave it empty if there is none.") % {
            "example": companies.EXAMPLES[market.code]
        }
        # The field shows it as soon as the box is ticked: for the eye it is not optional.
        self.fields["company"].error_messages["required"] = _("Enter the company’s name.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("is_company"):
            return {**data, "company": "", "vat_number": ""}
        if data.get("company") == "":
            self.add_error("company", _("Enter the company’s name."))
        typed = data.get("vat_number")
        number = companies.company_number(typed, self.market.code) if typed else ""
        if number is None:
            self.add_error("vat_number", self._wrong_number(str(typed)))
        return {**data, "vat_number": number or ""}

    def _wrong_number(self, typed: str) -> str:
        example = companies.EXAMPLES[self.market.code]
        if self.market.code == "US":
            return _("“%(typed)s” is no EIN. It looks like %(example)s.") % {"typed": typed, "example": example}
        text = _("“%(typed)s” is no VAT number: its check digits do not fit. It looks like %(example)s.")
        return text % {"typed": typed, "example": example}

    def clean_gift_note(self) -> str:
        lines = str(self.cleaned_data["gift_note"]).replace("\r\n", "\n").strip()
        plain = lines.replace("\n", "").replace(JOINER, "")
        if any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn") for character in plain):
            raise ValidationError(_("This contains characters that cannot be printed."))
        return lines

    def buyer(self) -> Buyer:
        """Return what was checked."""
        data = self.cleaned_data
        extra = {name: data.get(name, "") for name in ("email", "company", "vat_number", "gift_note")}
        return Buyer(**self.address(), **extra, wants_texts=bool(data.get("wants_texts")))
