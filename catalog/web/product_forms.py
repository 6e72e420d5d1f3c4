"""What shoppers type on a product's pages, refused in plain words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backmarket.markets.postcodes import LONGEST, example_of, normal_postcode
from backmarket.markets.registry import Market
from catalog.services.questions import MAX_ANSWER, MAX_NAME, MAX_QUESTION, MIN_QUESTION


class PostcodeForm(forms.Form):
    """Where to deliver; left empty, the postcode is forgotten."""

    postcode = forms.CharField(required=False, max_length=LONGEST * 2, strip=True)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market = market
        is_american = market.code == "US"
        self.fields["postcode"].label = _("ZIP code") if is_american else _("Postcode")
        if market.code == "IE":
            self.fields["postcode"].label = _("Eircode")
        self.fields["postcode"].error_messages["max_length"] = self._wrong("…")

    def _wrong(self, typed: str) -> Any:
        return _("“%(typed)s” is no postcode of %(country)s. It looks like %(example)s.") % {
            "typed": typed,
            "country": self.market.name,
            "example": example_of(self.market.code),
        }

    def clean_postcode(self) -> str:
        typed = str(self.cleaned_data["postcode"])
        if not typed:
            return ""
        postcode = normal_postcode(typed, self.market.code)
        if postcode is None:
            raise forms.ValidationError(self._wrong(typed))
        return postcode


class QuestionForm(forms.Form):
    """A question about a product; whoever has not signed in gives a name. `website` is bait for programs."""

    text = forms.CharField(
        label=_("Your question"),
        min_length=MIN_QUESTION,
        max_length=MAX_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write your question."),
            "min_length": _("Please write at least %(limit_value)s characters, so that it can be understood."),
            "max_length": _("Please keep it to %(limit_value)s characters; this has %(show_value)s."),
        },
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=MAX_NAME,
        help_text=_("Shown with the question; a first name is enough."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={
            "required": _("Give a name; a first name is enough."),
            "max_length": _("Please keep the name to %(limit_value)s characters."),
        },
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_bait_taken(self) -> bool:
        return bool(self.data.get("website"))


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write your answer."),
            "max_length": _("Please keep it to %(limit_value)s characters; this has %(show_value)s."),
        },
    )
