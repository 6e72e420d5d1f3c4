"""One product: what its page shows, its offers and why each is shown."""

from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.postcodes import LONGEST, example_of, normal_postcode
from backmarket.markets.remote import remote_area
from catalog.api.base import ApiView, PagedApiView
from catalog.api.errors import InvalidParametersError, NoSuchThingError, WithdrawnError
from catalog.api.params import MarketParams, PagedParams, VersionParams
from catalog.api.serializers.cards import CardSerializer
from catalog.api.serializers.home import DeliverySerializer
from catalog.api.serializers.products import (
    ComparedSerializer,
    OfferSerializer,
    ProductPageSerializer,
    RelatedSerializer,
)
from catalog.enums import ProductState
from catalog.models import Offer, ProductModel
from catalog.selectors.deliveries import deliveries_of
from catalog.selectors.lists import offers_of_product
from catalog.selectors.pages.compare import MOST, compared
from catalog.selectors.pages.product import Wish, alternatives, bought_with, find_product, product_page
from catalog.selectors.pages.product_rows import read_product
from catalog.selectors.related import related_cards


class DeliveryParams(VersionParams):
    """Which version goes where."""

    postcode = serializers.CharField(required=False, max_length=LONGEST, help_text="Where the parcel goes.")


class OfferParams(PagedParams, VersionParams):
    """Which offers of a product."""


class ProductMixin:
    """Finds the product that an address names."""

    def product(self, name: str) -> ProductModel:
        """
        Return a product by slug or id.

        :raises NoSuchThingError: there never was one
        :raises WithdrawnError: it has left the shop
        """
        return self.checked(find_product(name))

    def checked(self, found: ProductModel | None) -> ProductModel:
        """
        Return what was found if it is on sale.

        :raises NoSuchThingError: there never was one
        :raises WithdrawnError: it has left the shop
        """
        if found is None:
            raise NoSuchThingError
        if found.state == ProductState.WITHDRAWN:
            cards = alternatives(product=found, market=self.market)  # type: ignore[attr-defined]
            raise WithdrawnError(CardSerializer(cards, many=True).data)
        return found


@policy(PUBLIC)
class ProductView(ProductMixin, ApiView):
    """
    Everything that the product page shows: the version that was asked for (or the best one), its price, seller and
    delivery, what else can be chosen, why this offer is shown, its prices so far, and the rating.
    """

    tag, summary = "Products", "One product"
    params_class = VersionParams
    shape = ProductPageSerializer
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        rows = read_product(name)
        found = self.checked(rows.product if rows else None)
        wish = Wish(sku=self.params.get("sku"), grade=self.params.get("grade", ""))
        page = product_page(rows=rows, wish=wish, market=self.market, now=clock.now()) if rows else None
        if page is None:
            raise NoSuchThingError
        others = [] if page.deal else alternatives(product=found, market=self.market)
        context = {
            "market": self.market.code,
            "alternatives": others,
            "bought_with": bought_with(rows=rows, market=self.market) if rows else [],
        }
        return Response(ProductPageSerializer(page, context=context).data)


@policy(PUBLIC)
class DeliveryView(ProductMixin, ApiView):
    """
    When a version arrives if it is ordered now, by every carrier: islands and far regions of the postcode take the
    days that the carriers publish. Without a version it is that of the best offer.
    """

    tag, summary = "Products", "Delivery of a product"
    params_class = DeliveryParams
    shape = DeliverySerializer(many=True)
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        found = self.product(name)
        text = self.params.get("postcode", "")
        postcode = normal_postcode(text, self.market.code) if text else ""
        if postcode is None:
            message = _("This is no postcode of the country. One looks like %(example)s.")
            example = {"example": example_of(self.market.code)}
            raise InvalidParametersError({"postcode": [serializers.ErrorDetail(message % example, "invalid")]})
        offer = self.offer(found)
        now = clock.now()
        ways = deliveries_of(offer=offer, market=self.market, now=now, postcode=postcode)
        context = {"area": remote_area(postcode, self.market.code)}
        return Response(DeliverySerializer(ways, many=True, context=context).data)

    def offer(self, found: ProductModel) -> Offer:
        """
        Return the offer of the version that was asked for.

        :raises NoSuchThingError: nobody sells it here now
        """
        offers = offers_of_product(
            product=found, market=self.market, sku=self.params.get("sku"), grade=self.params.get("grade"), count=1
        )
        if not offers:
            raise NoSuchThingError(_("Nobody sells this version here now."))
        return offers[0]


@policy(PUBLIC)
class OffersView(ProductMixin, PagedApiView):
    """What of a product can be bought in the market, the cheapest first: one offer a version and grade."""

    tag, summary = "Products", "Offers of a product"
    params_class = OfferParams
    shape = OfferSerializer
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        found = self.product(name)
        position = self.position
        sku: UUID | None = self.params.get("sku")
        rows = offers_of_product(
            product=found,
            market=self.market,
            sku=sku,
            grade=self.params.get("grade"),
            after=(position[0], position[1]) if position else None,
            count=self.page_size + 1,
        )
        return self.page(rows, lambda offer: [offer.price_minor, offer.pk])


class RelatedParams(MarketParams):
    """How much of what stands beside a product."""

    count = serializers.IntegerField(
        required=False, default=4, min_value=1, max_value=24, help_text="Products of each kind at most."
    )


@policy(PUBLIC)
class RelatedView(ProductMixin, ApiView):
    """What is often bought with a product, and what is most like it; only what is in stock in the market."""

    tag, summary = "Products", "Related products"
    params_class = RelatedParams
    shape = RelatedSerializer
    refuses = (404, 410)

    def get(self, request: Request, name: str) -> Response:
        product, count = self.product(name), self.params["count"]
        found = {
            "bought_with": related_cards([product.pk], self.market, count=count),
            "similar": alternatives(product=product, market=self.market, count=count),
        }
        return Response(RelatedSerializer(found).data)


class CompareParams(MarketParams):
    """What is compared."""

    product = serializers.ListField(
        child=serializers.SlugField(max_length=180),
        min_length=1,
        max_length=MOST,
        help_text="Slug; repeat the parameter for each product, up to four.",
    )


@policy(PUBLIC)
class CompareView(ApiView):
    """Up to four products side by side, in the order asked for; those that are not on sale any more are left out."""

    tag, summary = "Products", "Compare products"
    params_class = CompareParams
    shape = ComparedSerializer(many=True)

    def get(self, request: Request) -> Response:
        slugs = list(dict.fromkeys(self.params["product"]))
        columns = compared(slugs=slugs, market=self.market, locale=get_language() or self.market.default_locale)
        return Response(ComparedSerializer(columns, many=True).data)
