"""What people type in the back office, checked and refused in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from care.services.tickets import MAX_TEXT
from catalog.services.listings import MAX_QUANTITY
from merchants.enums import Role
from merchants.rules.imei import clean_imei, imei_problem

REASONS = (
    ("out_of_stock", _("Out of stock")),
    ("failed_test", _("The device failed a last test")),
    ("address", _("Cannot deliver to this address")),
    ("other", _("Another reason")),
)


class ListingForm(forms.Form):
    """A listing's price, quantity or publication in one market; what is not sent stays as it is."""

    market = forms.ChoiceField(choices=[(code, code) for code in MARKETS])
    price = forms.CharField(required=False, max_length=40)
    quantity = forms.CharField(required=False, max_length=20)
    published = forms.ChoiceField(required=False, choices=[("", ""), ("1", "1"), ("0", "0")])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "market" in cleaned:
            self._read("price", cleaned, self._price)
            self._read("quantity", cleaned, self._quantity)
        published = cleaned.get("published") or None
        cleaned["published"] = None if published is None else published == "1"
        return cleaned

    def _read(self, name: str, cleaned: dict[str, Any], reader: Any) -> None:
        text = (cleaned.get(name) or "").strip()
        cleaned[name] = None
        if name not in self.data:
            return
        try:
            cleaned[name] = reader(text, MARKETS[cleaned["market"]])
        except ValidationError as error:
            self.add_error(name, error)

    @staticmethod
    def _price(text: str, market: Any) -> Money:
        if not text:
            raise ValidationError(_("Enter a price."))
        try:
            return Money.parse(text, market.currency)
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is not a price. Write it like 129.90."), params={"text": text[:20]}
            ) from error

    @staticmethod
    def _quantity(text: str, market: Any) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > len(str(MAX_QUANTITY)):
            raise ValidationError(_("A quantity is a whole number between 0 and 100,000."))
        return int(text)


class ShipForm(forms.Form):
    """One parcel: carrier, tracking number, and for each accepted line whether it is in it and its number."""

    carrier = forms.ChoiceField(label=_("Carrier"))
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=60,
        error_messages={"required": _("Enter the tracking number of the parcel.")},
    )
    # Which address the seller has seen; a page from before this field was there says nothing of it.
    address_version = forms.IntegerField(required=False, min_value=0, max_value=32767, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, lines: Iterable[Any], market: str, labels: Iterable[Any] = ()
    ) -> None:
        super().__init__(data)
        self.lines = list(lines)
        if self.lines:
            self.fields["address_version"].initial = self.lines[0].order.address_version
        carrier = self.fields["carrier"]
        if isinstance(carrier, forms.ChoiceField):
            carrier.choices = [(one.key, one.name) for one in MARKETS[market].carriers]
        if self.lines:
            carrier.initial = self.lines[0].carrier
        label = next((one for one in labels if one.tracking_number), None)
        sent = {line.pk for line in label.lines.all()} if label else {line.pk for line in self.lines}
        if label:
            carrier.initial, self.fields["tracking_number"].initial = label.carrier, label.tracking_number
        for line in self.lines:
            self.fields[f"send_{line.pk}"] = forms.BooleanField(
                label=str(line), required=False, initial=line.pk in sent
            )
            if line.identifier_kind:
                self.fields[f"number_{line.pk}"] = self._number_field(
                    line, is_sent=data is None or f"send_{line.pk}" in data
                )

    @staticmethod
    def _number_field(line: Any, *, is_sent: bool) -> forms.CharField:
        is_imei = line.identifier_kind == "imei"
        missing = imei_problem("") if is_imei else _("Enter the serial number of the device.")
        return forms.CharField(
            label=_("IMEI") if is_imei else _("Serial number"),
            required=is_sent,
            max_length=60,
            error_messages={"required": missing},
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [line for line in self.lines if cleaned.get(f"send_{line.pk}")]
        if not chosen:
            self.add_error(None, _("Choose at least one item for this parcel."))
        cleaned["identifiers"] = {line.pk: self._number(line, cleaned) for line in chosen}
        self._refuse_twins(cleaned["identifiers"])
        return cleaned

    def _number(self, line: Any, cleaned: dict[str, Any]) -> str:
        text = str(cleaned.get(f"number_{line.pk}") or "").strip()
        if line.identifier_kind != "imei":
            return text
        problem = imei_problem(text)
        if text and problem:
            self.add_error(f"number_{line.pk}", problem)
        return clean_imei(text)

    def _refuse_twins(self, identifiers: dict[int, str]) -> None:
        seen: set[str] = set()
        for pk, number in identifiers.items():
            if number and number in seen:
                self.add_error(f"number_{pk}", _("You entered this number twice; each device has its own."))
            seen.add(number)

    def units(self) -> list[dict[str, Any]]:
        """Return the fields of each item together, as the page lays them out."""
        return [
            {
                "send": self[f"send_{line.pk}"],
                "number": self[f"number_{line.pk}"] if f"number_{line.pk}" in self.fields else None,
                "inputmode": "numeric" if line.identifier_kind == "imei" else "text",
            }
            for line in self.lines
        ]


class LabelForm(forms.Form):
    """A label for some accepted lines; it carries a key from its first showing on, so that sent twice it is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    carrier = forms.ChoiceField(label=_("Carrier"))
    weight_g = forms.IntegerField(
        label=_("Weight in grams, packed"),
        min_value=1,
        max_value=50_000,
        initial=500,
        error_messages={
            "required": _("Enter what the parcel weighs."),
            "invalid": _("The weight is a whole number of grams, up to 50,000."),
            "min_value": _("The weight is a whole number of grams, up to 50,000."),
            "max_value": _("The weight is a whole number of grams, up to 50,000."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, lines: Iterable[Any], market: str) -> None:
        super().__init__(data, prefix="label")
        self.lines = list(lines)
        carrier = self.fields["carrier"]
        if isinstance(carrier, forms.ChoiceField):
            carrier.choices = [(one.key, one.name) for one in MARKETS[market].carriers]
        if self.lines:
            carrier.initial = self.lines[0].carrier
        for line in self.lines:
            self.fields[f"in_{line.pk}"] = forms.BooleanField(label=str(line), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"in_{line.pk}") for line in self.lines):
            self.add_error(None, _("Choose at least one item for this parcel."))
        return cleaned

    @property
    def line_ids(self) -> list[int]:
        return [line.pk for line in self.lines if self.cleaned_data.get(f"in_{line.pk}")]

    def items(self) -> list[Any]:
        """Return the items' fields, none where there is nothing to choose."""
        return [self[f"in_{line.pk}"] for line in self.lines]


class CancelForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, widget=forms.RadioSelect)
    details = forms.CharField(
        label=_("Anything to add"), required=False, max_length=150, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def words(self) -> str:
        """The reason as the order keeps it."""
        details = self.cleaned_data["details"].strip()
        label = dict(REASONS)[self.cleaned_data["reason"]]
        return f"{label}: {details}" if details else str(label)


class MemberForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.READ_ONLY)


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files; care checks what they really are when it re-encodes them."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in data or [] if file]


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Your answer"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 5}))
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
    )
