"""Markets, categories, brands and sellers."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.registry import MARKETS
from catalog.api.base import ApiView, PagedApiView
from catalog.api.errors import NoSuchThingError
from catalog.api.params import NoParams, PagedParams
from catalog.api.serializers.places import (
    BrandEntrySerializer,
    BrandPageSerializer,
    CategoryPageSerializer,
    CategorySerializer,
    MarketSerializer,
    SellerPageSerializer,
    SellerSerializer,
)
from catalog.selectors.lists import brands_of, sellers_of
from catalog.selectors.names import names
from catalog.selectors.pages.brands import categories_of, find_brand
from catalog.selectors.pages.category import category_page
from catalog.selectors.pages.sellers import find_seller

HOUR_S = 3600


@policy(PUBLIC)
class MarketsView(ApiView):
    """The countries where the shop sells, with their currency, languages and carriers."""

    tag, summary = "Places", "All markets"
    params_class = NoParams
    shape = MarketSerializer(many=True)
    max_age = HOUR_S

    def get(self, request: Request) -> Response:
        return Response(MarketSerializer(list(MARKETS.values()), many=True).data)


@policy(PUBLIC)
class CategoriesView(ApiView):
    """The whole tree of categories, flat, each with the key of the one above; in the shop's order."""

    tag, summary = "Places", "All categories"
    shape = CategorySerializer(many=True)
    max_age = HOUR_S

    def get(self, request: Request) -> Response:
        tree = names().categories
        keys = {category.pk: category.key for category in tree}
        return Response(CategorySerializer(tree, many=True, context={"keys": keys}).data)


@policy(PUBLIC)
class CategoryView(ApiView):
    """One category with its guide for buyers. Its products are at `/products/?category=…`."""

    tag, summary = "Places", "One category"
    shape = CategoryPageSerializer
    refuses = (404,)
    max_age = HOUR_S

    def get(self, request: Request, key: str) -> Response:
        page = category_page(key)
        if page is None:
            raise NoSuchThingError
        return Response(CategoryPageSerializer(page).data)


@policy(PUBLIC)
class BrandsView(PagedApiView):
    """Brands that have something in stock in the market, in the order of their slugs."""

    tag, summary = "Places", "Brands in stock"
    shape = BrandEntrySerializer

    def get(self, request: Request) -> Response:
        after = self.position or [""]
        rows = brands_of(self.market, after=after[0], count=self.page_size + 1)
        return self.page(rows, lambda brand: [brand.slug])


@policy(PUBLIC)
class BrandView(ApiView):
    """One brand with its categories. Its products are at `/products/?brand=…`."""

    tag, summary = "Places", "One brand"
    shape = BrandPageSerializer
    refuses = (404,)
    max_age = HOUR_S

    def get(self, request: Request, slug: str) -> Response:
        found = find_brand(slug)
        if found is None:
            raise NoSuchThingError
        return Response(BrandPageSerializer(found, context={"categories": categories_of(found)}).data)


@policy(PUBLIC)
class SellersView(PagedApiView):
    """Sellers whose offers shoppers of the market see, in the order of their slugs."""

    tag, summary = "Places", "Sellers"
    params_class = PagedParams
    shape = SellerSerializer

    def get(self, request: Request) -> Response:
        after = self.position or [""]
        rows = sellers_of(self.market, after=after[0], count=self.page_size + 1)
        return self.page(rows, lambda seller: [seller.slug])


@policy(PUBLIC)
class SellerView(ApiView):
    """One seller with name, address and registers. Its offers are at `/products/?seller=…`."""

    tag, summary = "Places", "One seller"
    shape = SellerPageSerializer
    refuses = (404,)

    def get(self, request: Request, slug: str) -> Response:
        found = find_seller(slug)
        if found is None:
            raise NoSuchThingError
        data: dict[str, Any] = SellerPageSerializer(found).data
        return Response(data)
