"""Checkout of known shoppers: a kept address, a kept card, the total and one button; and what they no longer keep."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backmarket.accounts.selectors import user_id_of
from backmarket.core import clock
from backmarket.core.policies import SIGNED_IN, policy
from backmarket.markets.registry import Market
from checkout.enums import BasketState
from checkout.models import Basket, Order, SavedAddress
from checkout.rules.addresses import split_house_number
from checkout.rules.buyer import ADDRESS, Buyer
from checkout.selectors.baskets import BasketView
from checkout.selectors.delivery import ParcelDelivery
from checkout.selectors.orders import wanted_texts_last
from checkout.selectors.promotions import Shopper
from checkout.selectors.saved import addresses_of, cards_of_person, payments_owner
from checkout.selectors.tenders import own_credit
from checkout.services import saved
from checkout.services.saved import AddressUnknownError
from checkout.web.codes import CodeForm, is_about_codes, take_codes
from checkout.web.forms import AddressForm
from checkout.web.gifts import GiftForm, is_about_gifts, take_gifts
from checkout.web.methods import keep_method, ways_to_pay
from checkout.web.views.details import (
    Search,
    basket_of,
    choices_of,
    missing_points,
    order_and_pay,
    shown_due,
    shown_total,
    without_basket,
)
from payments.enums import PaymentMethod
from payments.flows import cards
from payments.selectors.views import CardView
from payments.services.cards import CardUnknownError

ANOTHER_CARD = "new"
EXPRESS = "checkout/express.html"


@dataclass(frozen=True, slots=True)
class ExpressPage:
    """All that the page shows; `card` is None where the card is entered at the provider."""

    addresses: list[SavedAddress]
    address: SavedAddress
    cards: list[CardView]
    card: CardView | None
    method: str
    form: AddressForm
    view: BasketView
    deliveries: list[ParcelDelivery]
    search: Search
    missing: list[ParcelDelivery]

    @property
    def problems(self) -> list[str]:
        """What stands against this address or card, in words."""
        wrong = [str(error) for errors in self.form.errors.values() for error in errors]
        if self.card is not None and self.card.is_expired:
            wrong.append(_("This card has expired. Choose another one."))
        return wrong

    @property
    def is_ready(self) -> bool:
        return not self.problems and not self.missing


def _chosen_address(request: HttpRequest, addresses: list[SavedAddress]) -> SavedAddress:
    """Return the address that was chosen, else the one used last; another's is none."""
    named = request.POST.get("address")
    if named is None:
        return addresses[0]
    found = next((address for address in addresses if str(address.public_id) == named), None)
    if found is None:
        raise Http404
    return found


def _chosen_card(request: HttpRequest, kept: list[CardView]) -> CardView | None:
    """Return the card that was chosen, else the newest that has not expired; another's is none."""
    named = request.POST.get("card")
    if named is None:
        return next((card for card in kept if not card.is_expired), None)
    if named == ANOTHER_CARD or named in PaymentMethod.values:
        return None
    found = next((card for card in kept if str(card.public_id) == named), None)
    if found is None:
        raise Http404
    return found


def _form_of(address: SavedAddress, market: Market, view: BasketView) -> AddressForm:
    """Check a kept address as one that is typed now: rules and carriers may have changed since."""
    facts = {name: getattr(address, name) for name in ADDRESS}
    if market.code == "NL":
        facts["street"], facts["house_number"] = split_house_number(address.street)
    return AddressForm(facts, market=market, carriers=[parcel.chosen.carrier for parcel in view.parcels])


def _shopper(request: HttpRequest) -> Shopper:
    """Say who buys here: the account with its own address."""
    return Shopper(user_id_of(request), request.user.email)  # type: ignore[union-attr]


def _page(request: HttpRequest, basket: Basket, addresses: list[SavedAddress], now: datetime) -> ExpressPage:
    market: Market = request.market  # type: ignore[attr-defined]
    address = _chosen_address(request, addresses)
    kept = cards_of_person(user_id_of(request), now=now)
    place = (address.postcode, address.region)
    view, deliveries, search = choices_of(request, basket, market, place, shopper=_shopper(request), now=now)
    return ExpressPage(
        addresses=addresses,
        address=address,
        cards=kept,
        card=_chosen_card(request, kept),
        method=keep_method(request, request.POST.get("card", "")) if request.method == "POST" else PaymentMethod.CARD,
        form=_form_of(address, market, view),
        view=view,
        deliveries=deliveries,
        search=search,
        missing=missing_points(deliveries) if request.method == "POST" else [],
    )


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def express(request: HttpRequest) -> HttpResponse:
    """Show address, delivery, card and total of a known shopper; the button places the order and pays it."""
    now = clock.now()
    market: Market = request.market  # type: ignore[attr-defined]
    basket = basket_of(request, now)
    if basket is None:
        return without_basket(request, market)
    if basket.state == BasketState.ORDERED:
        return redirect("checkout:return", public_id=Order.objects.get(basket=basket).public_id)
    addresses = list(addresses_of(user_id_of(request)).filter(country=market.code))
    if not addresses:
        return redirect("checkout:details")
    code_form = take_codes(request, basket, shopper=_shopper(request), now=now)
    gift_form = take_gifts(request, basket, now=now)
    page = _page(request, basket, addresses, now)
    if not page.view.items:
        return redirect("checkout:basket")
    if request.method != "POST" or "update" in request.POST or is_about_codes(request) or is_about_gifts(request):
        return _render_again(request, page, code_form, gift_form)
    return _answer(request, basket, page, now)


def _render_again(request: HttpRequest, page: ExpressPage, code_form: CodeForm, gift_form: GiftForm) -> HttpResponse:
    forms: dict[str, Any] = {"code_form": code_form, "gift_form": gift_form}
    if request.method == "POST" and request.headers.get("X-Requested-With") == "swap":
        return _render(request, page, template="checkout/parts/live_express.html", **forms)
    return _render(request, page, status=422 if code_form.errors or gift_form.errors else 200, **forms)


def _answer(request: HttpRequest, basket: Basket, page: ExpressPage, now: datetime) -> HttpResponse:
    if not page.is_ready:
        return _render(request, page, status=422)
    shown = (shown_total(request, page.view), shown_due(request, page.view))
    if shown != (page.view.totals.total, page.view.tenders.due) and not page.view.is_changed:
        return _render(request, page, status=409, total_changed=True)
    return _pay(request, basket, page, now)


def _render(
    request: HttpRequest, page: ExpressPage, *, status: int = 200, template: str = EXPRESS, **more: Any
) -> HttpResponse:
    context = {
        "page": page,
        "view": page.view,
        "code_form": CodeForm(),
        "gift_form": GiftForm(),
        "ways": ways_to_pay(request, request.market, page.view.tenders.due),  # type: ignore[attr-defined]
        "own_credit": own_credit(user_id_of(request), page.view.totals.total.currency),
        **more,
    }
    return render(request, template, context, status=status)


def _pay(request: HttpRequest, basket: Basket, page: ExpressPage, now: datetime) -> HttpResponse:
    buyer = Buyer(
        email=request.user.email,  # type: ignore[union-attr]
        **{name: getattr(page.address, name) for name in ADDRESS},
        wants_texts=wanted_texts_last(user_id_of(request)),
    )
    try:
        return order_and_pay(
            request,
            basket,
            buyer,
            expected=shown_total(request, page.view),
            expected_due=shown_due(request, page.view),
            now=now,
            keeps_address=True,
            card_id=page.card.public_id if page.card else None,
            method=page.method,
        )
    except CardUnknownError as error:
        raise Http404 from error


@policy(SIGNED_IN)
@require_POST
def forget_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Delete one of the person's own addresses."""
    try:
        with transaction.atomic(durable=True):
            saved.forget_address(user_id=user_id_of(request), address_id=address_id)
    except AddressUnknownError as error:
        raise Http404 from error
    messages.success(request, _("The address is deleted."))
    return redirect("accounts:home")


@policy(SIGNED_IN)
@require_POST
def forget_card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Delete one of the person's own cards, here and at the provider."""
    try:
        cards.forget_card(owner=payments_owner(user_id_of(request)), card_id=card_id, now=clock.now())
    except CardUnknownError as error:
        raise Http404 from error
    messages.success(request, _("The card is deleted."))
    return redirect("accounts:home")
