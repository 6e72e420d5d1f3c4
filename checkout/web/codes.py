"""The field for promotion codes, on the basket and on the checkout page."""

from datetime import datetime
from typing import TypeVar

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from backmarket.core.often import is_too_often
from checkout.models import Basket
from checkout.selectors.promotions import Shopper
from checkout.services import promotions

FormT = TypeVar("FormT", bound=forms.Form)
CODES_AN_HOUR, HOUR_S = 30, 3600


class TooManyTriesError(DomainError):
    """Codes are short: without a limit a program would find them."""

    code = "too_many_code_tries"
    http_status = 429
    message = _("These were many codes in a short time. Please come back in an hour.")


class CodeForm(forms.Form):
    """One code; what is wrong with it is said by the service."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Promotion code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40}
        ),
        error_messages={"required": _("Type the code that you have.")},
    )


def is_about_codes(request: HttpRequest) -> bool:
    """Tell whether a form was sent for its code: by one of its buttons, or by any other with a code typed in."""
    sent = request.method == "POST"
    return sent and ("add_code" in request.POST or "remove_code" in request.POST or bool(_typed(request)))


def _typed(request: HttpRequest) -> str:
    return request.POST.get("code", "").strip()


def take_codes(request: HttpRequest, basket: Basket, *, shopper: Shopper, now: datetime) -> CodeForm:
    """Put the typed code into the basket, or take one out; return the form to show, a refusal at its field."""
    if not is_about_codes(request):
        return CodeForm()
    try:
        with transaction.atomic(durable=True):
            if "remove_code" in request.POST:
                promotions.remove_code(basket_id=basket.pk, text=request.POST["remove_code"], now=now)
            elif not _typed(request):
                return refused_at(CodeForm(request.POST), "code")
            elif is_too_often(request, "code", limit=CODES_AN_HOUR, period_s=HOUR_S):
                raise TooManyTriesError
            else:
                promotions.enter_code(basket_id=basket.pk, text=_typed(request), shopper=shopper, now=now)
    except DomainError as error:
        return refused_at(CodeForm(request.POST), "code", error)
    basket.refresh_from_db(fields=["codes"])
    return CodeForm()


def refused_at(form: FormT, name: str, error: DomainError | None = None) -> FormT:
    """Say at a field of what was typed what is wrong with it: what a service refused, else what the form does."""
    form.is_valid()
    if error is not None:
        form.errors.pop(name, None)
        form.add_error(name, str(error.text))
    return form
