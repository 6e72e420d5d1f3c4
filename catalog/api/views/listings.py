"""Everything that sellers ask for one product."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.policies import PUBLIC, policy
from catalog.api.base import PagedApiView
from catalog.api.params import PagedParams, values_of
from catalog.api.serializers.listings import ListingChoicesSerializer, ListingSerializer
from catalog.selectors.pages.model_offers import COLUMNS, SORTS, model_offers, place_in

from .products import ProductMixin


class ListingParams(PagedParams):
    """Which listings, in which order; the values of each column are in the answer's `choices`."""

    storage = values_of("storage")
    colour = values_of("colour")
    grade = values_of("grade")
    seller = values_of("seller")
    sort = serializers.ChoiceField(
        choices=SORTS,
        default=SORTS[0],
        help_text="By price, best grade, days of delivery or the seller's rating; then by price.",
    )


@policy(PUBLIC)
class ListingsView(ProductMixin, PagedApiView):
    """Every version, grade and seller of a product in the market; `offers` are the best of them."""

    tag, summary = "Products", "All sellers' listings of a product"
    params_class = ListingParams
    shape = ListingSerializer
    refuses = (404, 410)
    more: ClassVar[dict[str, Any]] = {"total": serializers.IntegerField, "choices": ListingChoicesSerializer}

    def get(self, request: Request, name: str) -> Response:
        found, sort = self.product(name), self.params["sort"]
        chosen = {column: self.params.get(column, ()) for column in COLUMNS}
        shown = model_offers(product=found, market=self.market, chosen=chosen, sort=sort)
        place, after = place_in(sort), self.position
        rows = [row for row in shown.rows if after is None or place(row) > after]
        more = {"total": len(shown.rows), "choices": ListingChoicesSerializer(shown.choices).data}
        return self.page(rows, place, more)
