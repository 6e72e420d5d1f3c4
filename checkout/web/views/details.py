"""Checkout on one page: contact, address, delivery and total; sending it places the order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.postcodes import normal_postcode
from backmarket.markets.registry import MARKETS, Market
from backmarket.markets.visitor import remembered_postcode
from catalog.services.stock import OutOfStockError
from checkout.enums import BasketState
from checkout.flows import placement
from checkout.models import Basket, Order
from checkout.rules.buyer import Buyer
from checkout.selectors import orders
from checkout.selectors.baskets import BasketView, basket_view
from checkout.selectors.delivery import ParcelDelivery, parcel_deliveries
from checkout.selectors.own_baskets import basket_elsewhere
from checkout.selectors.promotions import Shopper
from checkout.selectors.saved import addresses_of
from checkout.selectors.tenders import own_credit
from checkout.services.placement import BasketChangedError, BasketEmptyError, NotServedError, PickUpPointMissingError
from checkout.services.promotions import CodeRefusedError
from checkout.services.tenders import DueDiffersError
from checkout.web.baskets import DETAILS_KEY, carriers_of, current_basket, keep_carriers, shopper_of
from checkout.web.codes import CodeForm, is_about_codes, take_codes
from checkout.web.delivery import NEAR_KEY, keep_points, place_looked_at, points_of
from checkout.web.forms import DetailsForm
from checkout.web.gifts import GiftForm, is_about_gifts, take_gifts
from checkout.web.methods import chosen_method, ways_to_pay
from checkout.web.origin import origin_of
from payments.enums import PaymentMethod
from payments.services.stored_value import StoredValueGoneError

# Nothing is left to do at the provider: the page of return says how it ended.
DECIDED = ("captured", "failed", "cancelled")
CONTACT = ("email", "phone")
# What is of a person and not of a country: it goes along into another market.
PERSONAL = ("email", "first_name", "last_name", "is_company", "company", "gift_note")


@dataclass(frozen=True, slots=True)
class Search:
    """The postcode near which pick-up points are shown, what was typed that is none, and what was typed."""

    near: str
    wrong: str
    typed: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows; `missing` are the parcels that were sent without their pick-up point."""

    form: DetailsForm
    view: BasketView
    deliveries: list[ParcelDelivery]
    search: Search
    contact_done: bool
    address_done: bool
    missing: list[ParcelDelivery]

    @property
    def delivery_done(self) -> bool:
        return all(delivery.is_complete for delivery in self.deliveries)

    @property
    def problems(self) -> int:
        return len(self.form.errors) + len(self.missing)


def typed_details(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed, and keep it: whatever happens next, nothing has to be typed again."""
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:500] for name in DetailsForm.base_fields}
    typed |= {name: name in request.POST for name in ("is_company", "keep_address")}
    typed["market"] = request.market.code  # type: ignore[attr-defined]
    request.session[DETAILS_KEY] = typed
    return typed


def _initial(request: HttpRequest, market: Market) -> dict[str, Any]:
    """Fill the form with what the visitor typed last, else with what the account's last order says."""
    kept = request.session.get(DETAILS_KEY)
    if isinstance(kept, dict):
        return kept if kept.get("market") == market.code else {name: kept.get(name, "") for name in PERSONAL}
    if not request.user.is_authenticated:
        return {}
    last = Order.objects.filter(user=request.user, market=market.code).first()
    if last is None:
        return {"email": request.user.email}
    names = set(DetailsForm.base_fields) - {"is_company", "keep_address", "gift_note", "house_number"}
    return {**{name: getattr(last, name) for name in names}, "is_company": bool(last.company)}


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Contact, address, delivery and total on one page; sending it places the order and goes to the card page."""
    now = clock.now()
    market: Market = request.market  # type: ignore[attr-defined]
    is_post = request.method == "POST"
    values = typed_details(request) if is_post else _initial(request, market)
    basket = basket_of(request, now)
    if basket is None:
        return without_basket(request, market)
    if basket.state == BasketState.ORDERED:
        return redirect("checkout:return", public_id=Order.objects.get(basket=basket).public_id)
    if not is_post and "edit" not in request.GET and is_known(request, market):
        return redirect("checkout:express")
    code_form = take_codes(request, basket, shopper=shopper_of(request), now=now)
    gift_form = take_gifts(request, basket, now=now)
    sent = is_post and "update" not in request.POST and not is_about_codes(request) and not is_about_gifts(request)
    page = _page(request, basket, market, values, sent=sent, now=now)
    if not page.view.items:
        return redirect("checkout:basket")
    if not sent:
        return _render_again(request, page, code_form, gift_form)
    if page.problems:
        return _render(request, page, status=422)
    return _place(request, basket, page, now)


def is_known(request: HttpRequest, market: Market) -> bool:
    """Tell whether the page of few choices is enough: nothing was typed here, and an address is kept."""
    if not request.user.is_authenticated or isinstance(request.session.get(DETAILS_KEY), dict):
        return False
    return addresses_of(request.user.pk).filter(country=market.code).exists()


def choices_of(
    request: HttpRequest, basket: Basket, market: Market, place: tuple[str, str], *, shopper: Shopper, now: datetime
) -> tuple[BasketView, list[ParcelDelivery], Search]:
    """
    Read the choices of delivery, of the form or as they were kept, and what each parcel costs and takes by them.

    `place` is postcode and region, each empty as long as it is not known.
    """
    postcode, region = place
    is_post = request.method == "POST"
    carriers = keep_carriers(request) if is_post else carriers_of(request)
    points = keep_points(request) if is_post else points_of(request)
    view = basket_view(
        basket, market=market, carriers=carriers, now=now, postcode=postcode, region=region, shopper=shopper
    )
    near, wrong = place_looked_at(request, market, postcode)
    deliveries = parcel_deliveries(view, market=market, postcode=postcode, near=near, points=points, now=now)
    return view, deliveries, Search(near, wrong, str(request.session.get(NEAR_KEY, "")))


def missing_points(deliveries: list[ParcelDelivery]) -> list[ParcelDelivery]:
    """Return the parcels that are to be picked up nobody knows where."""
    return [one for one in deliveries if not one.is_complete and one.parcel.chosen.carrier.pick_up]


def _page(
    request: HttpRequest, basket: Basket, market: Market, values: dict[str, Any], *, sent: bool, now: datetime
) -> Page:
    typed = normal_postcode(str(values.get("postcode") or ""), market.code)
    postcode = typed or remembered_postcode(request, market)
    place = (postcode, str(values.get("region") or ""))
    view, deliveries, search = choices_of(request, basket, market, place, shopper=shopper_of(request), now=now)
    chosen = [parcel.chosen.carrier for parcel in view.parcels]
    checked = DetailsForm(values, market=market, carriers=chosen, initial=values)
    form = checked if sent else DetailsForm(initial=values, market=market, carriers=chosen)
    if not request.user.is_authenticated:
        del form.fields["keep_address"]
    wrong = set(checked.errors)
    return Page(
        form=form,
        view=view,
        deliveries=deliveries,
        search=search,
        contact_done=not wrong & set(CONTACT),
        address_done=not wrong - set(CONTACT) - {"gift_note"},
        missing=missing_points(deliveries) if sent else [],
    )


def _render_again(request: HttpRequest, page: Page, code_form: CodeForm, gift_form: GiftForm) -> HttpResponse:
    """Show the page with another total: in place, where a script asked for it, which takes no refusals."""
    forms: dict[str, Any] = {"code_form": code_form, "gift_form": gift_form}
    if request.method == "POST" and request.headers.get("X-Requested-With") == "swap":
        return _render(request, page, template="checkout/parts/live.html", **forms)
    return _render(request, page, status=422 if code_form.errors or gift_form.errors else 200, **forms)


def _render(
    request: HttpRequest, page: Page, *, status: int = 200, template: str = "checkout/details.html", **more: Any
) -> HttpResponse:
    context = {
        "page": page,
        "form": page.form,
        "view": page.view,
        "code_form": CodeForm(),
        "gift_form": GiftForm(),
        "ways": ways_to_pay(request, request.market, page.view.tenders.due),  # type: ignore[attr-defined]
        "own_credit": own_credit(request.user.pk, page.view.totals.total.currency),
        **more,
    }
    return render(request, template, context, status=status)


def basket_of(request: HttpRequest, now: datetime) -> Basket | None:
    """
    Return the basket that the form was made for, even when another tab ordered it meanwhile.

    Never another one in its place: the back button of a paid order must not buy what was put in since.
    """
    current = current_basket(request, now=now)
    if request.method != "POST":
        return current
    named = request.POST.get("basket", "")
    if current is not None and named == str(current.token):
        return current
    try:
        token = UUID(named)
    except ValueError:
        return None
    ordered = orders.visible_to(request).filter(basket__token=token).select_related("basket").first()
    return ordered.basket if ordered is not None else None


def without_basket(request: HttpRequest, market: Market) -> HttpResponse:
    """Say why there is nothing to pay here: it is in another country's basket, the session is over, or it changed."""
    elsewhere = basket_elsewhere(request, market=market.code)
    if elsewhere is not None:
        other = MARKETS[elsewhere.market]
        context = {"other": other, "locale": _locale_of(other, request.LANGUAGE_CODE)}
        return render(request, "checkout/elsewhere.html", context, status=409 if request.method == "POST" else 200)
    if request.method == "POST":
        messages.warning(
            request,
            _("Your session ended or your basket changed meanwhile. Nothing was ordered and nothing was charged."),
        )
    return redirect("checkout:basket")


def _locale_of(market: Market, language: str) -> str:
    """Return the market's locale in the visitor's language, else its first."""
    wanted = f"{language.split('-')[0]}-{market.code.lower()}"
    return wanted if wanted in market.locales else market.default_locale


def shown_total(request: HttpRequest, view: BasketView) -> Money:
    """Return the total that the shopper saw when they pressed the button; a forged one only refuses itself."""
    return _shown(request, "total_minor", view)


def shown_due(request: HttpRequest, view: BasketView) -> Money:
    """Return what the shopper saw was left to be paid by card; all of it on a page that knew no gift cards."""
    return _shown(request, "due_minor" if "due_minor" in request.POST else "total_minor", view)


def _shown(request: HttpRequest, name: str, view: BasketView) -> Money:
    text = request.POST.get(name, "")
    minor = int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else -1
    return Money(minor, view.totals.total.currency)


def _place(request: HttpRequest, basket: Basket, page: Page, now: datetime) -> HttpResponse:
    shown, due = shown_total(request, page.view), shown_due(request, page.view)
    if (shown, due) != (page.view.totals.total, page.view.tenders.due) and not page.view.is_changed:
        # Delivery changed and nothing counted again before the button, or a code is not for this address.
        return _render(request, page, status=409, total_changed=True)
    keeps = bool(page.form.cleaned_data.get("keep_address"))
    buyer = page.form.buyer()
    return order_and_pay(
        request,
        basket,
        buyer,
        expected=shown,
        expected_due=due,
        now=now,
        keeps_address=keeps,
        method=chosen_method(request),
    )


def order_and_pay(
    request: HttpRequest,
    basket: Basket,
    buyer: Buyer,
    *,
    expected: Money,
    expected_due: Money,
    now: datetime,
    keeps_address: bool = False,
    card_id: UUID | None = None,
    method: str = PaymentMethod.CARD,
) -> HttpResponse:
    """
    Place the order and go where it is paid: the provider's page, or the answer if a kept card was charged.

    If too little is left, ask whether that will do.
    """
    try:
        order, payment = placement.place_and_pay(
            basket_id=basket.pk,
            buyer=buyer,
            carriers=carriers_of(request),
            points=points_of(request),
            origin=origin_of(request),
            expected_total=expected,
            expected_due=expected_due,
            user_id=request.user.pk if request.user.is_authenticated else None,
            locale=request.LANGUAGE_CODE,
            actor=Actor.of(request),
            now=now,
            keeps_address=keeps_address,
            card_id=card_id,
            method=method,
        )
    except OutOfStockError:
        return redirect("checkout:left")
    except (BasketChangedError, BasketEmptyError) as error:
        return _changed(request, basket, error, now)
    except (
        *(NotServedError, PickUpPointMissingError, CodeRefusedError),
        *(DueDiffersError, StoredValueGoneError),
    ) as error:
        messages.warning(request, str(error.text))
        return redirect("checkout:details")
    except placement.PaymentOverError:
        placed = Order.objects.get(basket=basket)
        orders.remember(request, placed)
        return redirect(placed)
    orders.remember(request, order)
    if payment is not None and payment.redirect_url and payment.state not in DECIDED:
        return redirect(payment.redirect_url)
    return redirect("checkout:return", public_id=order.public_id)


def _changed(request: HttpRequest, basket: Basket, error: DomainError, now: datetime) -> HttpResponse:
    """Show a price that changed in the basket, and what was sold on a page that asks whether the rest will do."""
    view = basket_view(basket, market=MARKETS[basket.market], carriers=carriers_of(request), now=now)
    if view.is_short and view.items:
        return redirect("checkout:left")
    messages.warning(request, str(error.text))
    return redirect("checkout:basket")
