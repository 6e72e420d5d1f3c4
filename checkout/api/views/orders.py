"""Orders: placed, read, paid again, a line cancelled."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from backmarket.core.money import Money
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import public_url
from backmarket.markets.registry import Market
from catalog.api.base import Operation, locale_of
from catalog.api.errors import InvalidBodyError
from catalog.services.stock import OutOfStockError
from checkout.api.base import WRITES, BuyingView, CredentialsMissingError
from checkout.api.choices import parcels_chosen
from checkout.api.serializers.baskets import BasketProblemSerializer
from checkout.api.serializers.orders import NothingBody, OrderBody, OrderSerializer, PayBody
from checkout.api.views.baskets import said
from checkout.enums import CancelledBy
from checkout.flows import placement, refunds
from checkout.models import Basket, Order, OrderLine
from checkout.rules.buyer import Buyer
from checkout.selectors import orders
from checkout.selectors.baskets import BasketView, basket_view
from checkout.selectors.promotions import Shopper
from checkout.services.baskets import BasketClosedError
from checkout.services.placement import BasketChangedError, BasketEmptyError
from checkout.services.promotions import CodeRefusedError
from checkout.services.tenders import DueDiffersError
from checkout.web.forms import DetailsForm
from payments.rules.methods import methods_for
from payments.selectors.payments import payments_of
from payments.selectors.views import PaymentView
from payments.services.stored_value import StoredValueGoneError

CONTACT = ("email", "phone")
COMPANY = {"company": "name", "vat_number": "vat_number"}


class TotalDiffersError(InvalidInputError):
    code = "total_differs"
    message = _("This is not what the basket costs. Show the shopper the total before it is paid.")


class NoOrderError(NotFoundError):
    code = "order_missing"
    message = _("There is no such order, or the key does not open it.")


def answered(order: Order, payment: PaymentView | None) -> dict[str, Any]:
    """Return an order as it is answered."""
    lines = list(order.lines.all())
    for line in lines:
        line.order = order
        if line.parcel is not None:
            line.parcel.order = order
    sums = orders.sums_of(lines, order.currency)
    totals = {**{name: getattr(sums, name) for name in sums.__slots__}, "total": order.total}
    facts = {
        "order": order,
        "key": orders.signed_key(order),
        "totals": totals,
        "credit": order.total - order.due,
        "lines": lines,
        "payment": payment,
        "page_url": public_url(orders.link_path(order)),
    }
    return dict(OrderSerializer(facts).data)


def _read(order_id: int) -> Order:
    return orders.with_tracking(Order.objects.filter(pk=order_id)).get()


@policy(PUBLIC)
class OrdersView(BuyingView):
    throttle_classes = WRITES
    pointers: ClassVar[dict[str, str]] = {
        "total_differs": "#/expected_total",
        "not_served": "#/parcels",
        "pick_up_point_missing": "#/parcels",
    }
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Place the order",
            "Order what is in the basket of the bearer's token: it is held for 15 minutes, and the shopper pays at "
            "`payment.redirect_url`. If anything changed since the shopper saw it, 409 has the basket in `basket` and "
            "nothing was ordered.",
            OrderSerializer,
            body=OrderBody,
            status=201,
            refuses=(404, 409),
            conflict=BasketProblemSerializer,
            takes_key=True,
            needs_key=True,
        )
    }

    def post(self, request: Request) -> Response:
        return self.once(self._place, needs_key=True)

    def _place(self) -> Response:
        basket = self.basket(even_ordered=True)
        wanted = self.body(OrderBody)
        placed = Order.objects.filter(basket=basket).first()
        shopper = Shopper(email=wanted["contact"]["email"])
        view = basket_view(basket, market=self.market, carriers={}, now=self.now, shopper=shopper)
        carriers, points = parcels_chosen(wanted.get("parcels", ()), view, self.market)
        if carriers:
            view = basket_view(basket, market=self.market, carriers=carriers, now=self.now, shopper=shopper)
        buyer = self._buyer(wanted, view)
        expected = Money(**wanted["expected_total"])
        if placed is not None and not _is_same(placed, buyer, expected):
            raise BasketClosedError
        is_told_apart = view.items and not view.is_changed and not any(state.refusal for state in view.codes)
        if placed is None and is_told_apart and expected != view.totals.total:
            raise TotalDiffersError
        due = Money(**wanted["expected_due"]) if wanted.get("expected_due") else None
        method = offered_method(wanted["payment_method"], self.market, due or expected)
        return self._start(basket, buyer, carriers, points, expected, due, method)

    def _buyer(self, wanted: Mapping[str, Any], view: BasketView) -> Buyer:
        """:raises InvalidBodyError: what the country's form refuses, each at its field"""
        company = wanted.get("company") or {}
        typed = {
            **wanted["contact"],
            **wanted["address"],
            "is_company": bool(company),
            "company": company.get("name", ""),
            "vat_number": company.get("vat_number", ""),
            "gift_note": wanted.get("gift_note", ""),
            "wants_texts": wanted["wants_texts"],
        }
        form = DetailsForm(typed, market=self.market, carriers=[parcel.chosen.carrier for parcel in view.parcels])
        if not form.is_valid():
            raise InvalidBodyError(_at_fields(form))
        return form.buyer()

    def _start(
        self,
        basket: Basket,
        buyer: Buyer,
        carriers: dict[int, str],
        points: dict[int, str],
        expected: Money,
        due: Money | None,
        method: str,
    ) -> Response:
        try:
            order, payment = placement.place_and_pay(
                basket_id=basket.pk,
                buyer=buyer,
                carriers=carriers,
                points=points,
                expected_total=expected,
                expected_due=due,
                method=method,
                user_id=None,
                locale=locale_of(self.request._request),  # noqa: SLF001
                actor=Actor.guest("api"),
                now=self.now,
            )
        except (
            *(BasketChangedError, BasketEmptyError, CodeRefusedError, OutOfStockError),
            *(DueDiffersError, StoredValueGoneError),
        ) as error:
            shopper = Shopper(email=buyer.email)
            view = basket_view(basket, market=self.market, carriers=carriers, now=self.now, shopper=shopper)
            return self.refused(error, basket=said(view))
        return Response(answered(_read(order.pk), payment), status=201)


def offered_method(method: str, market: Market, amount: Money) -> str:
    """:raises InvalidBodyError: it is not offered in the market, or not for this amount"""
    if amount and method not in methods_for(market, amount):
        said = serializers.ErrorDetail(
            str(_("This way to pay is not offered here or not for this amount.")), "not_offered"
        )
        raise InvalidBodyError({"payment_method": [said]})
    return method


def _is_same(order: Order, buyer: Buyer, expected: Money) -> bool:
    """Tell whether an order is the one that is asked for again, after its answer was lost."""
    return order.total == expected and all(getattr(order, f.name) == getattr(buyer, f.name) for f in fields(buyer))


def _at_fields(form: DetailsForm) -> dict[str, Any]:
    """Put each error of the form at the field of the body."""
    found: dict[str, Any] = {}
    for name, errors in form.errors.as_data().items():
        said_of = [
            serializers.ErrorDetail(text, error.code or "invalid") for error in errors for text in error.messages
        ]
        if name in CONTACT:
            found.setdefault("contact", {})[name] = said_of
        elif name in COMPANY:
            found.setdefault("company", {})[COMPANY[name]] = said_of
        elif name == "gift_note":
            found[name] = said_of
        else:
            found.setdefault("address", {})[name] = said_of
    return found


class SessionReader(BaseAuthentication):
    """Knows who has signed in to the shop; only for what is read, because no token guards against other sites."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        return request._request.user, None  # noqa: SLF001


class OwnOrderView(BuyingView):
    """An order that its key opens; to be read, also by the session that may see its page."""

    def order(self, public_id: UUID, *, by_session: bool = False) -> Order:
        """
        Find the order with its lines.

        :raises CredentialsMissingError: no key was sent, and no session opens it
        :raises NoOrderError: no such order of this market, or not opened by this key
        """
        if self.request.headers.get("Authorization"):
            mine = Order.objects.filter(public_id=public_id) if orders.key_opens(self.bearer, public_id) else None
        elif by_session and orders.is_known(self.request._request):  # noqa: SLF001
            mine = orders.visible_to(self.request._request).filter(public_id=public_id)  # noqa: SLF001
        else:
            raise CredentialsMissingError
        order = None if mine is None else orders.with_tracking(mine.filter(market=self.market.code)).first()
        if order is None:
            raise NoOrderError
        return order

    def answer(self, order: Order) -> Response:
        payment = next((p for p in reversed(payments_of(order.reference)) if p.public_id == order.payment_id), None)
        return Response(answered(order, payment))


@policy(PUBLIC)
class OrderView(OwnOrderView):
    authentication_classes = (SessionReader,)
    operations: ClassVar[dict[str, Operation]] = {
        "get": Operation(
            "An order",
            "The order with its lines, its payment and where its parcels are. The key of its mails' links opens it, "
            "and so does a session that may see its page.",
            OrderSerializer,
            refuses=(404,),
        )
    }

    def get(self, request: Request, order: UUID) -> Response:
        return self.answer(self.order(order, by_session=True))


@policy(PUBLIC)
class OrderPaymentView(OwnOrderView):
    throttle_classes = WRITES
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Pay again",
            "Ask how the payment stands; after a decline another one starts, whose page is `payment.redirect_url`.",
            OrderSerializer,
            body=PayBody,
            refuses=(404, 409),
            takes_key=True,
        )
    }

    def post(self, request: Request, order: UUID) -> Response:
        return self.once(lambda: self._pay(order))

    def _pay(self, public_id: UUID) -> Response:
        order = self.order(public_id)
        method = offered_method(self.body(PayBody)["payment_method"], self.market, order.due)
        settled = placement.settle_payment(order_id=order.pk, now=self.now)
        if settled is None or settled.state != "captured":
            declined = settled is not None and settled.state in ("failed", "cancelled")
            retry_after = order.payment_attempts if declined else None
            settled = placement.pay(order_id=order.pk, now=self.now, retry_after=retry_after, method=method)
        return Response(answered(_read(order.pk), settled))


@policy(PUBLIC)
class OrderLineCancellationView(OwnOrderView):
    throttle_classes = WRITES
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Cancel a line",
            "Cancel what its seller has not accepted yet; its money goes back at once.",
            OrderSerializer,
            body=NothingBody,
            refuses=(404, 409),
            takes_key=True,
        )
    }

    def post(self, request: Request, order: UUID, line: UUID) -> Response:
        return self.once(lambda: self._cancel(order, line))

    def _cancel(self, public_id: UUID, line_id: UUID) -> Response:
        order = self.order(public_id)
        self.body(NothingBody)
        line: OrderLine | None = next((known for known in order.lines.all() if known.public_id == line_id), None)
        if line is None:
            raise NoOrderError
        refunds.cancel_line(
            line_id=line.pk,
            by=CancelledBy.SHOPPER,
            reason="cancelled by the shopper",
            actor=Actor.guest("api"),
            now=self.now,
        )
        return self.answer(_read(order.pk))
