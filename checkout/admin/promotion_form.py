"""What staff decide of a promotion; each error says what to do, and the facts come out in minor units."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money, round_half_up
from backmarket.markets.registry import MARKETS
from catalog.selectors.choices import category_choices, seller_choices
from checkout.enums import PromotionKind
from checkout.rules.codes import normal_code
from checkout.services.promotions import PromotionFacts

MONEY_FIELDS = ("amount", "cap", "minimum")


def _moment(label: Any, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say when it starts."), "invalid": _("Enter a day and a time.")},
        **more,
    )


def _amount(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=14, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **more
    )


def _one_of(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


def _count(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=10_000_000, **more)


class PromotionForm(forms.Form):
    use_required_attribute = False
    market = forms.ChoiceField(label=_("Market"), choices=[(code, market.name) for code, market in MARKETS.items()])
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Shoppers read it beside what they save, in the market's language."),
        error_messages={"required": _("Give it a name that shoppers understand.")},
    )
    code = forms.CharField(
        label=_("Code"), max_length=40, required=False, help_text=_("Empty: it applies by itself to every basket.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PromotionKind.choices)
    percent = forms.DecimalField(
        label=_("Percent"), required=False, min_value=Decimal("0.1"), max_value=100, decimal_places=1
    )
    amount = _amount(_("Amount"), help_text=_("For a fixed amount, such as 10.00"))
    cap = _amount(_("At most"), help_text=_("The most that one order saves; empty: no such limit"))
    minimum = _amount(_("From"), help_text=_("What the goods it is for must cost together; empty: any"))
    category = _one_of(_("Only in"))
    seller = _one_of(_("Only of"))
    seller_percent = forms.DecimalField(
        label=_("Borne by the seller, %"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=1,
        help_text=_("The rest is borne by us. Empty: all of it"),
    )
    is_first_order_only = forms.BooleanField(label=_("First order only"), required=False)
    is_stackable = forms.BooleanField(label=_("May be combined with others that may"), required=False)
    uses_limit = _count(_("Uses in all"), help_text=_("Empty: no limit"))
    uses_per_shopper = _count(_("Uses for each shopper"), help_text=_("Empty: no limit"))
    starts_at = _moment(_("Starts"), help_text=_("In UTC"))
    ends_at = _moment(_("Ends"), required=False, help_text=_("In UTC; empty: when somebody ends it"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, error_messages={"required": _("Say why, for the audit trail.")}
    )

    GROUPS = (
        (_("What shoppers see"), ("market", "name", "code")),
        (_("What comes off"), ("kind", "percent", "amount", "cap", "minimum")),
        (_("What it is for, and who bears it"), ("category", "seller", "seller_percent")),
        (_("How often, and for whom"), ("uses_limit", "uses_per_shopper", "is_first_order_only", "is_stackable")),
        (_("From when to when"), ("starts_at", "ends_at", "reason")),
    )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields under the heading that says what they are about."""
        return [(heading, [self[name] for name in names]) for heading, names in self.GROUPS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("Everything")), *category_choices()]  # type: ignore[attr-defined]
        self.fields["seller"].choices = [("", _("Every seller")), *seller_choices()]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        code = normal_code(typed)
        if typed.strip() and not code:
            raise forms.ValidationError(_("A code has 3 to 24 letters from A to Z, digits or hyphens."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in MONEY_FIELDS:
            data[f"{name}_minor"] = self._minor(name, data)
        kind = data.get("kind")
        if kind == PromotionKind.PERCENT and not data.get("percent") and "percent" not in self.errors:
            self.add_error("percent", _("Say how many percent come off."))
        if kind == PromotionKind.AMOUNT and not data["amount_minor"] and "amount" not in self.errors:
            self.add_error("amount", _("Say how much comes off."))
        if data.get("seller_percent") and not data.get("seller"):
            self.add_error("seller", _("Name the seller who bears a part of it."))
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("It must end after it starts."))
        return data

    def _minor(self, name: str, data: dict[str, Any]) -> int | None:
        """Read an amount in the market's currency; an empty one is None."""
        typed = data.get(name, "").strip()
        if not typed or "market" not in data:
            return None
        try:
            amount = Money.parse(typed, MARKETS[data["market"]].currency)
        except ValueError:
            amount = None
        if amount is None or not 0 < amount.amount_minor <= 10**9:
            self.add_error(name, _("Enter an amount above zero, such as 10.00."))
            return None
        return amount.amount_minor

    def facts(self) -> PromotionFacts:
        """Return what was decided; what belongs to another kind is left out."""
        data = self.cleaned_data
        kind, percent = data["kind"], data["percent"] or 0
        return PromotionFacts(
            market=data["market"],
            name=data["name"],
            code=data["code"],
            kind=kind,
            permille=round_half_up(percent * Decimal(10)) if kind == PromotionKind.PERCENT else 0,
            amount_minor=data["amount_minor"] or 0 if kind == PromotionKind.AMOUNT else 0,
            cap_minor=data["cap_minor"],
            minimum_minor=data["minimum_minor"] or 0,
            category_id=data["category"],
            seller_id=data["seller"],
            seller_permille=round_half_up((data["seller_percent"] or 0) * Decimal(10)),
            is_first_order_only=data["is_first_order_only"],
            is_stackable=data["is_stackable"],
            uses_limit=data["uses_limit"],
            uses_per_shopper=data["uses_per_shopper"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
        )


class EndForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why"), max_length=200, error_messages={"required": _("Say why, for the audit trail.")}
    )
