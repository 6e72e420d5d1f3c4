"""The fields for gift cards and credit on the checkout page."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import DomainError
from backmarket.core.often import is_too_often
from checkout.models import Basket
from checkout.services import tenders
from checkout.web.codes import refused_at

# Found by trying, a code is money: fewer tries than for promotions.
CARDS_AN_HOUR, HOUR_S = 10, 3600
BUTTONS = ("add_gift", "remove_gift", "use_credit", "keep_credit")


class TooManyCardTriesError(DomainError):
    code = "too_many_gift_card_tries"
    http_status = 429
    message = _("These were many gift cards in a short time. Please come back in an hour.")


class GiftForm(forms.Form):
    """One code; what is wrong with it is said by the service."""

    use_required_attribute = False
    gift_code = forms.CharField(
        label=_("Code of the gift card"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "maxlength": 40,
                "placeholder": "XXXX-XXXX-XXXX-XXXX",
            }
        ),
        error_messages={"required": _("Type the 16 characters of your gift card.")},
    )


def is_about_gifts(request: HttpRequest) -> bool:
    """Tell whether a form was sent for a gift card or credit: by a button, or by any other with a code typed in."""
    sent = request.method == "POST"
    return sent and (any(name in request.POST for name in BUTTONS) or bool(_typed(request)))


def _typed(request: HttpRequest) -> str:
    return request.POST.get("gift_code", "").strip()


def take_gifts(request: HttpRequest, basket: Basket, *, now: datetime) -> GiftForm:
    """Do what a button says of gift cards and credit; return the form to show, a refusal at its field."""
    if not is_about_gifts(request):
        return GiftForm()
    try:
        with transaction.atomic(durable=True):
            if not _pressed(request, basket, now):
                return refused_at(GiftForm(request.POST), "gift_code")
    except DomainError as error:
        return refused_at(GiftForm(request.POST), "gift_code", error)
    basket.refresh_from_db(fields=["gift_cards", "uses_credit"])
    return GiftForm()


def _pressed(request: HttpRequest, basket: Basket, now: datetime) -> bool:
    """Do it; False where a code was to be used and none was typed."""
    if "remove_gift" in request.POST:
        card_id = _id(request.POST["remove_gift"])
        if card_id is not None:
            tenders.remove_gift_card(basket_id=basket.pk, card_id=card_id, now=now)
    elif "use_credit" in request.POST or "keep_credit" in request.POST:
        tenders.set_credit_used(basket_id=basket.pk, wanted="use_credit" in request.POST, now=now)
    elif not _typed(request):
        return False
    else:
        enter_gift_card(request, basket, _typed(request), now=now)
    return True


def count_try(request: HttpRequest) -> None:
    """
    Count a code that is tried, ten an hour from one address.

    :raises TooManyCardTriesError: this is one more
    """
    if is_too_often(request, "gift-card", limit=CARDS_AN_HOUR, period_s=HOUR_S):
        raise TooManyCardTriesError


def enter_gift_card(request: HttpRequest, basket: Basket, text: str, *, now: datetime) -> None:
    """
    Put a gift card into the basket.

    :raises TooManyCardTriesError: see `count_try`
    :raises DomainError: see `services.tenders.enter_gift_card`
    """
    count_try(request)
    tenders.enter_gift_card(basket_id=basket.pk, text=text, now=now)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
