"""The visitor's basket: found, merged at sign-in, opened when something is put in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from checkout.models import Basket
from checkout.selectors.baskets import BasketView
from checkout.selectors.own_baskets import BY_MARKET_KEY, SESSION_KEY, basket_with_leftovers, guest_tokens, open_basket
from checkout.selectors.promotions import Shopper
from checkout.services import basket_lives, baskets, shared_baskets

CARRIERS_KEY = "carriers"
SHARES_KEY = "shared_baskets"
DETAILS_KEY = "details"


def shopper_of(request: HttpRequest) -> Shopper:
    """Say who buys as far as it is known: the account, and the address typed now or before."""
    kept = request.session.get(DETAILS_KEY)
    typed = request.POST.get("email") or (kept.get("email") if isinstance(kept, dict) else "")
    email = str(typed or "").replace("\0", "").strip()[:254]
    if not request.user.is_authenticated:
        return Shopper(email=email)
    return Shopper(request.user.pk, email or request.user.email)


def current_basket(request: HttpRequest, *, now: datetime) -> Basket | None:
    """
    Return the basket, after what a guest chose and shared has moved to the account that they signed in to.

    After an order, what it did not buy is in the next basket.
    """
    if request.user.is_authenticated:
        _merge(request, request.user.pk, now)
    basket = open_basket(request)
    return _next_basket(request, now) if basket is None else basket


def _merge(request: HttpRequest, user_id: int, now: datetime) -> None:
    tokens, shares = guest_tokens(request), share_tokens(request)
    if not tokens and not shares:
        return
    with transaction.atomic(durable=True):
        for token in tokens:
            basket_lives.merge_guest_basket(token=token, user_id=user_id, now=now)
        shared_baskets.claim_shares(tokens=shares, user_id=user_id)
    for key in (SESSION_KEY, BY_MARKET_KEY, SHARES_KEY):
        request.session.pop(key, None)


def _next_basket(request: HttpRequest, now: datetime) -> Basket | None:
    ordered_id = basket_with_leftovers(request)
    if ordered_id is None:
        return None
    with transaction.atomic(durable=True):
        basket = basket_lives.carry_left_behind(ordered_id=ordered_id, now=now)
    if basket is not None:
        name_basket(request, basket)
    return basket


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
        name_basket(request, basket)
    keep_session(request)
    return basket


def name_basket(request: HttpRequest, basket: Basket) -> None:
    """Let a guest's session name this basket as theirs in its market; an account's is known by its owner."""
    if basket.user_id is None:
        token = str(basket.token)
        request.session[SESSION_KEY] = token
        request.session[BY_MARKET_KEY] = {**request.session.get(BY_MARKET_KEY, {}), basket.market: token}


def keep_session(request: HttpRequest) -> None:
    """Let a guest's session, which names their basket, live as long as the basket from now on."""
    if not request.user.is_authenticated:
        request.session.modified = True


def note_shown(request: HttpRequest, view: BasketView, *, now: datetime) -> None:
    """Note what a person was shown of their basket; what a browser fetches on a mere guess was not shown."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    is_kept_anew = view.basket.touched_at <= now - baskets.TOUCHED_FOR
    if view.shown or is_kept_anew:
        with transaction.atomic(durable=True):
            baskets.note_shown(basket_id=view.basket.pk, shown=view.shown, now=now)
    if is_kept_anew:
        keep_session(request)


def share_tokens(request: HttpRequest) -> list[UUID]:
    """Return the links that a guest made, as their session knows them."""
    kept = request.session.get(SHARES_KEY, [])
    return [UUID(text) for text in kept] if isinstance(kept, list) else []


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
