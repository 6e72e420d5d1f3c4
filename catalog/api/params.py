"""What an address may ask; each view declares its parameters, and what is not declared is refused by name."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from backmarket.markets.registry import MARKETS
from catalog.enums import Grade

from .errors import InvalidParametersError

MARKET_CHOICES = [(code, market.name) for code, market in MARKETS.items()]
PAGE_SIZE = 24
MAX_PAGE_SIZE = 100
MAX_VALUES = 40
CURSOR = ("cursor", "page_size")


class NoParams(serializers.Serializer[Any]):
    """An address without parameters."""


class MarketParams(serializers.Serializer[Any]):
    """The one parameter of every answer: prices, sellers and languages are those of a market."""

    market = serializers.ChoiceField(
        choices=MARKET_CHOICES,
        help_text="Country of the shop, as `/markets/` lists them.",
        error_messages={
            "invalid_choice": gettext_lazy("Unknown market “{input}”. Known are: %(markets)s.")
            % {"markets": ", ".join(MARKETS)}
        },
    )


class PagedParams(MarketParams):
    """A page of a list."""

    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=400,
        help_text="Where the page starts: `next` of the page before, as it is; without one, the first page.",
    )
    page_size = serializers.IntegerField(
        required=False, default=PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE, help_text="How many entries at most."
    )


class VersionParams(MarketParams):
    """One version of a product: all that is not given is chosen as the product page chooses it."""

    sku = serializers.UUIDField(required=False, help_text="Id of the SKU.")
    grade = serializers.ChoiceField(choices=Grade.choices, required=False, help_text="Looks of the device.")


def values_of(facet: str) -> serializers.ListField:
    """Return a parameter that takes several values of a facet."""
    return serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"),
        required=False,
        max_length=MAX_VALUES,
        help_text=f"Any of these values of the facet “{facet}”; repeat the parameter for several.",
    )


def read(params_class: type[serializers.Serializer[Any]], query: QueryDict) -> dict[str, Any]:
    """
    Return the checked parameters of an address.

    :raises InvalidParametersError: with every wrong parameter and what is wrong with it
    """
    form = params_class()
    lists = {name for name, field in form.fields.items() if isinstance(field, serializers.ListField)}
    # Plain values, because of a form's ones an empty text would count as not given, whatever the parameter takes.
    form = params_class(data={name: query.getlist(name) if name in lists else query[name] for name in query})
    wrong: dict[str, Any] = {}
    for name in query:
        field = form.fields.get(name)
        if field is None:
            known = ", ".join(form.fields) or "–"
            message = _("Unknown parameter. This address knows: %(known)s.") % {"known": known}
            wrong[name[:80]] = [serializers.ErrorDetail(message, "unknown_parameter")]
        elif name not in lists and len(query.getlist(name)) > 1:
            wrong[name] = [serializers.ErrorDetail(_("This parameter can be given once."), "repeated")]
    if not form.is_valid():
        wrong = {**form.errors, **wrong}
    if wrong:
        raise InvalidParametersError(wrong)
    return dict(form.validated_data)


def question_of(path: str, query: QueryDict) -> str:
    """Return what an address asks, whichever page of the answer it wants."""
    asked = sorted((name, value) for name, values in query.lists() if name not in CURSOR for value in values)
    return f"{path}?{urlencode(asked)}"
