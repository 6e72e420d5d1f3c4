"""Baskets of guests: opened, filled, looked at, taken note of, shared."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core import idempotency
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import public_url
from backmarket.markets.postcodes import example_of, normal_postcode
from catalog.api.base import Operation, locale_of
from catalog.api.errors import InvalidParametersError
from catalog.api.params import MarketParams
from catalog.selectors.offers import listing_id_of
from checkout.api.base import WRITES, BuyingView
from checkout.api.choices import carriers_asked
from checkout.api.serializers.baskets import (
    AddBody,
    BasketDeliverySerializer,
    BasketProblemSerializer,
    BasketSerializer,
    CodeBody,
    GiftCardBody,
    LineBody,
    SeenBody,
    ShareSerializer,
)
from checkout.api.serializers.orders import NothingBody
from checkout.models import Basket, BasketLine
from checkout.selectors.baskets import BasketView as BasketFacts
from checkout.selectors.baskets import basket_view
from checkout.selectors.delivery import parcel_deliveries
from checkout.selectors.promotions import Shopper
from checkout.services import baskets, promotions, shared_baskets, tenders
from checkout.services.baskets import LineMissingError, NotForSaleError
from checkout.services.placement import BasketChangedError
from checkout.web.gifts import enter_gift_card

CARRIERS = serializers.ListField(
    child=serializers.RegexField(r"^[A-Za-z0-9_-]{1,120}:[A-Za-z0-9_-]{1,30}$"),
    required=False,
    max_length=baskets.MAX_LINES,
    help_text="`<seller>:<carrier>`, repeated for several parcels; a seller not named sends by the first carrier.",
)


class BasketParams(MarketParams):
    """A basket, with its parcels sent as chosen."""

    carrier = CARRIERS


class DeliveryParams(BasketParams):
    """Where parcels go, and near where a pick-up point may be."""

    postcode = serializers.CharField(max_length=16, help_text="Where the parcels go.")
    near = serializers.CharField(max_length=16, required=False, help_text="Another postcode to look for points at.")


def version_of(view: BasketFacts) -> str:
    """Return what names all that a basket says of what is to be bought."""
    facts = [
        [
            str(item.quote.listing_public_id),
            item.line.quantity,
            item.buyable,
            item.quote.price.amount_minor,
            item.line.price_seen_minor,
            item.line.is_gone,
            str(parcel.chosen.window.latest_date),
            parcel.chosen.carrier.key,
        ]
        for parcel in view.parcels
        for item in parcel.items
    ]
    gone = [[item.line.pk, item.is_sold_out] for item in view.gone]
    return idempotency.digest_of(facts, gone, view.totals.total.amount_minor)[:24]


def said(view: BasketFacts) -> dict[str, Any]:
    """Return a basket as it is answered."""
    return dict(BasketSerializer({"view": view, "version": version_of(view)}).data)


class OwnBasketView(BuyingView):
    """A basket that its token opens."""

    params_class: ClassVar[type[serializers.Serializer[Any]]] = BasketParams
    pointers: ClassVar[dict[str, str]] = {
        "basket_quantity_refused": "#/quantity",
        "protection_not_offered": "#/has_protection",
        "not_for_sale": "#/listing",
        "basket_changed": "#/version",
        "promotion_code_refused": "#/code",
        "too_many_codes": "#/code",
        "gift_card_unknown": "#/code",
        "gift_card_expired": "#/code",
        "gift_card_empty": "#/code",
        "too_many_gift_cards": "#/code",
    }

    def view_of(self, basket: Basket) -> BasketFacts:
        """Read the basket with the carriers that the address asks for."""
        view = basket_view(basket, market=self.market, carriers={}, now=self.now)
        asked = carriers_asked(self.params.get("carrier", ()), view, self.market)
        return basket_view(basket, market=self.market, carriers=asked, now=self.now) if asked else view

    def answer(self, basket: Basket, status: int = 200) -> Response:
        return Response(said(self.view_of(basket)), status=status)

    def line_of(self, basket: Basket, listing: UUID) -> BasketLine:
        """:raises LineMissingError: it is not in the basket"""
        line = BasketLine.objects.filter(basket=basket, listing__public_id=listing).first()
        if line is None:
            raise LineMissingError
        return line


@policy(PUBLIC)
class BasketsView(BuyingView):
    throttle_classes = WRITES
    is_for_bearers = False
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Open a basket",
            "Open an empty basket of a guest; its `token` is the bearer's key of all that follows.",
            BasketSerializer,
            body=NothingBody,
            status=201,
        )
    }

    def post(self, request: Request) -> Response:
        self.body(NothingBody)
        with transaction.atomic(durable=True):
            basket = baskets.create_basket(user_id=None, market=self.market.code, now=self.now)
        view = basket_view(basket, market=self.market, carriers={}, now=self.now)
        return Response(said(view), status=201)


@policy(PUBLIC)
class BasketView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "get": Operation(
            "A basket",
            "The basket at today's prices, stock and days of delivery, with everything that changed since the shopper "
            "last took note. Looking at it changes nothing.",
            BasketSerializer,
            refuses=(404, 409),
        )
    }

    def get(self, request: Request) -> Response:
        return self.answer(self.basket())


@policy(PUBLIC)
class BasketChangesView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Take note of changes",
            "Say that the shopper has seen the basket of this `version`. What was said is not said again, fewer units "
            "are taken where fewer are left, and the basket can be ordered. If it changed once more, 409 has the new "
            "one in `basket`.",
            BasketSerializer,
            body=SeenBody,
            refuses=(404, 409),
            conflict=BasketProblemSerializer,
        )
    }

    def post(self, request: Request) -> Response:
        basket = self.basket()
        seen = self.body(SeenBody)["version"]
        view = self.view_of(basket)
        if seen != version_of(view):
            return self.refused(BasketChangedError(), basket=said(view))
        with transaction.atomic(durable=True):
            baskets.note_shown(basket_id=basket.pk, shown=view.shown, now=self.now)
        return self.answer(basket)


@policy(PUBLIC)
class BasketLinesView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Put into the basket",
            "Add units of a listing, up to ten and to what is left. With an `Idempotency-Key` a retry adds nothing.",
            BasketSerializer,
            body=AddBody,
            refuses=(404, 409),
            takes_key=True,
        )
    }

    def post(self, request: Request) -> Response:
        return self.once(self._add)

    def _add(self) -> Response:
        basket = self.basket()
        wanted = self.body(AddBody)
        listing_id = listing_id_of(wanted["listing"])
        if listing_id is None:
            raise NotForSaleError
        with transaction.atomic(durable=True):
            line = baskets.add_listing(
                basket_id=basket.pk, listing_id=listing_id, quantity=wanted["quantity"], now=self.now
            )
            if wanted["has_protection"]:
                baskets.set_protection(basket_id=basket.pk, line_id=line.pk, wanted=True, now=self.now)
        return self.answer(basket)


@policy(PUBLIC)
class BasketLineView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "patch": Operation(
            "Change a line",
            "Change how many, keep for later or not, with a protection plan or without.",
            BasketSerializer,
            body=LineBody,
            refuses=(404, 409),
        ),
        "delete": Operation("Take a line out", "Take a line out.", BasketSerializer, refuses=(404, 409)),
    }

    def patch(self, request: Request, listing: UUID) -> Response:
        basket = self.basket()
        wanted = self.body(LineBody)
        line = self.line_of(basket, listing)
        ids: dict[str, Any] = {"basket_id": basket.pk, "line_id": line.pk, "now": self.now}
        with transaction.atomic(durable=True):
            if "quantity" in wanted:
                baskets.set_quantity(**ids, quantity=wanted["quantity"])
            if "has_protection" in wanted:
                baskets.set_protection(**ids, wanted=wanted["has_protection"])
            if "is_saved" in wanted:
                (baskets.save_for_later if wanted["is_saved"] else baskets.move_to_basket)(**ids)
        return self.answer(basket)

    def delete(self, request: Request, listing: UUID) -> Response:
        basket = self.basket()
        line = self.line_of(basket, listing)
        with transaction.atomic(durable=True):
            baskets.remove_line(basket_id=basket.pk, line_id=line.pk, now=self.now)
        return self.answer(basket)


@policy(PUBLIC)
class BasketCodesView(OwnBasketView):
    throttle_classes = WRITES
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Enter a promotion code",
            "Put a code into the basket, three at most; entering it again changes nothing.",
            BasketSerializer,
            body=CodeBody,
            refuses=(404, 409),
        ),
    }

    def post(self, request: Request) -> Response:
        basket = self.basket()
        text = self.body(CodeBody)["code"]
        with transaction.atomic(durable=True):
            promotions.enter_code(basket_id=basket.pk, text=text, shopper=Shopper(), now=self.now)
        basket.refresh_from_db(fields=["codes"])
        return self.answer(basket)


@policy(PUBLIC)
class BasketCodeView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "delete": Operation("Take a code out", "Take a code out.", BasketSerializer, refuses=(404, 409))
    }

    def delete(self, request: Request, code: str) -> Response:
        basket = self.basket()
        with transaction.atomic(durable=True):
            promotions.remove_code(basket_id=basket.pk, text=code, now=self.now)
        basket.refresh_from_db(fields=["codes"])
        return self.answer(basket)


@policy(PUBLIC)
class BasketGiftCardsView(OwnBasketView):
    throttle_classes = WRITES
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Use a gift card",
            "Put a gift card into the basket, five at most, ten tries an hour; entering it again changes nothing. It "
            "pays a part of the total: `due` is what is left to be paid by card.",
            BasketSerializer,
            body=GiftCardBody,
            refuses=(404, 409, 422, 429),
        ),
    }

    def post(self, request: Request) -> Response:
        basket = self.basket()
        text = self.body(GiftCardBody)["code"]
        with transaction.atomic(durable=True):
            enter_gift_card(request._request, basket, text, now=self.now)  # noqa: SLF001
        basket.refresh_from_db(fields=["gift_cards"])
        return self.answer(basket)


@policy(PUBLIC)
class BasketGiftCardView(OwnBasketView):
    operations: ClassVar[dict[str, Operation]] = {
        "delete": Operation("Take a gift card out", "Take a gift card out.", BasketSerializer, refuses=(404, 409))
    }

    def delete(self, request: Request, card: UUID) -> Response:
        basket = self.basket()
        with transaction.atomic(durable=True):
            tenders.remove_gift_card(basket_id=basket.pk, card_id=card, now=self.now)
        basket.refresh_from_db(fields=["gift_cards"])
        return self.answer(basket)


@policy(PUBLIC)
class BasketShareView(OwnBasketView):
    throttle_classes = WRITES
    params_class = MarketParams
    operations: ClassVar[dict[str, Operation]] = {
        "post": Operation(
            "Share the basket",
            "Make a link to what is to be bought as it is now, for 30 days. Whoever opens it sees no name.",
            ShareSerializer,
            body=NothingBody,
            status=201,
            refuses=(404, 409),
            takes_key=True,
        )
    }

    def post(self, request: Request) -> Response:
        return self.once(self._share)

    def _share(self) -> Response:
        basket = self.basket()
        self.body(NothingBody)
        with transaction.atomic(durable=True):
            shared = shared_baskets.share_basket(basket_id=basket.pk, tokens=(), now=self.now)
        with override(locale_of(self.request._request)):  # noqa: SLF001  # the page's address has the language
            path = reverse("checkout:shared", args=[shared.token])
        return Response(ShareSerializer({"url": public_url(path), "expires_at": shared.expires_at}).data, status=201)


@policy(PUBLIC)
class BasketDeliveryView(OwnBasketView):
    params_class = DeliveryParams
    operations: ClassVar[dict[str, Operation]] = {
        "get": Operation(
            "How parcels can travel",
            "Every carrier of each parcel with its price and its days to the postcode, and the pick-up points nearby.",
            BasketDeliverySerializer,
            refuses=(404, 409),
        )
    }

    def get(self, request: Request) -> Response:
        basket = self.basket()
        postcode = self._postcode("postcode")
        near = self._postcode("near") if self.params.get("near") else postcode
        view = basket_view(basket, market=self.market, carriers={}, now=self.now, postcode=postcode)
        found = parcel_deliveries(view, market=self.market, postcode=postcode, near=near, points={}, now=self.now)
        return Response(BasketDeliverySerializer({"postcode": postcode, "parcels": found}).data)

    def _postcode(self, name: str) -> str:
        typed = self.params[name]
        found = normal_postcode(typed, self.market.code)
        if found is None:
            text = _("“%(typed)s” is no postcode of %(country)s. It looks like %(example)s.")
            facts = {"typed": typed, "country": self.market.name, "example": example_of(self.market.code)}
            raise InvalidParametersError({name: [serializers.ErrorDetail(text % facts, "invalid_postcode")]})
        return found
