"""The visitor's basket: found, merged at sign-in, opened when something is put in."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from checkout.models import Basket
from checkout.selectors.baskets import SESSION_KEY, open_basket, token_of
from checkout.services import baskets

CARRIERS_KEY = "carriers"


def current_basket(request: HttpRequest, *, now: datetime) -> Basket | None:
    """Return the basket, after what a guest chose has moved to the account that they signed in to."""
    token = token_of(request)
    if request.user.is_authenticated and token is not None:
        with transaction.atomic(durable=True):
            baskets.merge_guest_basket(
                token=token,
                user_id=request.user.pk,
                market=request.market.code,  # type: ignore[attr-defined]
                now=now,
            )
        del request.session[SESSION_KEY]
    return open_basket(request)


def ensure_basket(request: HttpRequest, *, now: datetime) -> Basket:
    """Return the basket, opened if there is none."""
    basket = current_basket(request, now=now)
    if basket is None:
        with transaction.atomic(durable=True):
            basket = baskets.create_basket(
                user_id=request.user.pk if request.user.is_authenticated else None,
                market=request.market.code,  # type: ignore[attr-defined]
                now=now,
            )
        if not request.user.is_authenticated:
            request.session[SESSION_KEY] = str(basket.token)
    return basket


def carriers_of(request: HttpRequest) -> dict[int, str]:
    """Return the carriers that the visitor chose, by seller."""
    kept = request.session.get(CARRIERS_KEY, {})
    return {int(seller): str(key) for seller, key in kept.items()} if isinstance(kept, dict) else {}


def keep_carriers(request: HttpRequest) -> dict[int, str]:
    """Read the choices `carrier-<seller>` of a form, and keep them for the next page."""
    chosen = carriers_of(request)
    for name, value in request.POST.items():
        seller = name.removeprefix("carrier-")
        if name != seller and seller.isdecimal() and len(seller) < 19:
            chosen[int(seller)] = str(value)[:30]
    request.session[CARRIERS_KEY] = {str(seller): key for seller, key in chosen.items()}
    return chosen
