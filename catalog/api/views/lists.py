"""Products in lists: everything in stock by filters, and what somebody searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from catalog.api.base import ApiView, PagedApiView
from catalog.api.params import MAX_VALUES, MarketParams, PagedParams, values_of
from catalog.api.serializers.cards import CardSerializer
from catalog.api.serializers.lists import (
    PRICES,
    FacetsSerializer,
    SuggestionsSerializer,
    UnderstoodSerializer,
    WayOutSerializer,
)
from catalog.rules.facets import SHOWN
from catalog.search.browsing import browse, market_version
from catalog.search.query import SearchResult, search
from catalog.search.requests import PAGE_SIZE, SORTS, SearchHits, SearchRequest
from catalog.selectors.lists import cards_of
from catalog.selectors.pages.facets import Facets, facets_of
from catalog.selectors.pages.grid import grid_of
from catalog.selectors.pages.home import most_wanted
from catalog.selectors.pages.ways_out import WayOut, near_cards, ways_out
from catalog.selectors.suggestions import suggestions

MAX_PRICE_MINOR = 100_000_000
MAX_WORDS_CHARS = 120
FILTERS = tuple(facet for facet in SHOWN if facet != "price")
# Pages that the shop has by one facet value.
PLACES = ("category", "seller", "deal")
# So many products of the page before are looked for where the market has changed.
SEEN = 8


class FilterParams(PagedParams):
    """Filters, order and page; the values of each facet are in the answer's `facets`."""

    page_size = None  # type: ignore[assignment]  # the shop's own pages are counted by 24
    brand = values_of("brand")
    model = values_of("model")
    grade = values_of("grade")
    storage = values_of("storage")
    memory = values_of("memory")
    colour = values_of("colour")
    screen = values_of("screen")
    days = values_of("days")
    rating = values_of("rating")
    lock = values_of("lock")
    feature = values_of("feature")
    price_min_minor = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_PRICE_MINOR, help_text="In minor units of the market's currency."
    )
    price_max_minor = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_PRICE_MINOR, help_text="In minor units of the market's currency."
    )
    sort = serializers.ChoiceField(choices=SORTS, default=SORTS[0], help_text="`best` is what most people want first.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        low, high = attrs.get("price_min_minor"), attrs.get("price_max_minor")
        if low is not None and high is not None and low > high:
            message = gettext_lazy("The highest price is below the lowest one.")
            raise serializers.ValidationError({"price_max_minor": message}, code="below_minimum")
        return attrs


class ProductsParams(FilterParams):
    """Which products: those of a category, a seller or on offer, narrowed by filters."""

    category = serializers.SlugField(required=False, max_length=60, help_text="In this category or below it.")
    seller = serializers.SlugField(required=False, max_length=120, help_text="That this seller wins the buy box with.")
    deal = serializers.ChoiceField(choices=["reduced"], required=False, help_text="Whose price was lowered lately.")


class SearchParams(FilterParams):
    """What is searched, narrowed by filters."""

    q = serializers.CharField(max_length=MAX_WORDS_CHARS, help_text="Words as people type them, in any language.")


@dataclass(frozen=True, slots=True)
class Found:
    """The products of one page, what their cards may show, and where the next page starts."""

    hits: SearchHits
    request: SearchRequest
    following: list[Any] | None


Find = Callable[[int], tuple[SearchHits, SearchRequest]]


class GridView(PagedApiView):
    """
    A page of products with its facets.

    A cursor holds how many products came before, the version of the market then, and the last of these products.
    Where the market has changed since, the page starts after the last of them that is still near, so that nothing
    comes twice and nothing is left out while less than a page moves.
    """

    tag = "Products"
    shape = CardSerializer
    more: ClassVar[dict[str, Any]] = {
        "total": serializers.IntegerField,
        "facets": FacetsSerializer,
        "ways_out": partial(WayOutSerializer, many=True, help_text="Where filters leave nothing: which to let go of."),
        "near": partial(CardSerializer, many=True, help_text="Where filters leave nothing: what comes closest."),
    }

    @cached_property
    def version(self) -> str:
        return market_version(self.market.code)

    def filters(self, *required: str) -> SearchRequest:
        given = self.params
        return SearchRequest(
            market=self.market.code,
            required=required,
            chosen={facet: tuple(given[facet]) for facet in FILTERS if given.get(facet)},
            price_from_minor=given.get("price_min_minor"),
            price_to_minor=given.get("price_max_minor"),
            sort=given["sort"],
        )

    def found(self, find: Find) -> Found:
        """Read the page that the cursor asks for; one search, three where the market has changed."""
        position = self.position
        if position is None:
            start, known, seen = 0, self.version, []
        else:
            start, known, seen = position
        number = start // PAGE_SIZE + 1
        wanted = [number] if known == self.version else [number - 1, number]
        if start % PAGE_SIZE or known != self.version:
            wanted.append(number + 1)
        pages = {page: find(page) for page in wanted if page > 0}
        hits, request = pages[number]
        first = min(pages)
        ids = [key for page, (found, _request) in pages.items() for key in _on_page(found, page)]
        offset = (first - 1) * PAGE_SIZE
        if known != self.version:
            start = next((offset + ids.index(key) + 1 for key in reversed(seen) if key in ids), start)
        shown = ids[start - offset :][:PAGE_SIZE]
        end = start + len(shown)
        following = [end, self.version, shown[-SEEN:]] if shown and end < hits.total else None
        return Found(replace(hits, product_ids=tuple(shown)), request, following)

    def listed(self, found: Found, **more: Any) -> Response:
        shown = grid_of(found.hits, found.request)
        ways = ways_out(found.request, version=self.version) if shown.filter_count and not shown.total else []
        items = CardSerializer(shown.cards, many=True).data
        return self.grid(items, shown.facets, found, ways, **more)

    def grid(
        self, items: Any, facets: Facets, found: Found | None = None, ways: Sequence[WayOut] = (), **more: Any
    ) -> Response:
        """Answer cards with everything that stands around them in the shop."""
        return self.answer(
            items,
            found.following if found else None,
            total=found.hits.total if found else 0,
            facets=FacetsSerializer(facets, context={"currency": self.market.currency}).data,
            ways_out=WayOutSerializer(
                [way for way in ways if self._is_own(way)], many=True, context={"chosen": self.filters().chosen}
            ).data,
            near=CardSerializer(near_cards(list(ways)), many=True).data,
            **more,
        )

    def _is_own(self, way: WayOut) -> bool:
        """The words of a search may limit the price too: that limit is no parameter to leave out."""
        return way.facet != "price" or any(self.params.get(name) is not None for name in PRICES)


def _on_page(hits: SearchHits, page: int) -> tuple[int, ...]:
    """An engine answers a page beyond the end with the last one."""
    return hits.product_ids if (page - 1) * PAGE_SIZE < hits.total else ()


@policy(PUBLIC)
class ProductsView(GridView):
    """
    Products in stock, each with its cheapest offer that the filters leave, and what can be filtered by: facets with
    the products that each value leaves.
    """

    summary = "Products in stock"
    params_class = ProductsParams

    def get(self, request: Request) -> Response:
        required = [f"{place}:{self.params[place]}" for place in PLACES if self.params.get(place)]
        asked = self.filters(*required)

        def find(page: int) -> tuple[SearchHits, SearchRequest]:
            return browse(replace(asked, page=page), version=self.version), asked

        return self.listed(self.found(find))


@policy(PUBLIC)
class SearchView(GridView):
    """
    Products by words. What the words name (brand, model, capacity, colour, category) is understood in six languages,
    spelling is mended, and where nothing fits exactly, something near is answered: `understood` says how.
    """

    summary = "Search"
    list_name = "SearchAnswer"
    params_class = SearchParams
    more: ClassVar[dict[str, Any]] = {**GridView.more, "understood": UnderstoodSerializer}

    def get(self, request: Request) -> Response:
        text, asked = self.params["q"], self.filters()
        results: list[SearchResult] = []

        def find(page: int) -> tuple[SearchHits, SearchRequest]:
            results.append(search(text, filters=replace(asked, page=page), version=self.version))
            return results[-1].hits, results[-1].request

        found = self.found(find)
        understood = UnderstoodSerializer(results[0]).data
        if results[0].is_found:
            return self.listed(found, understood=understood)
        cards = CardSerializer(most_wanted(market=self.market), many=True).data
        return self.grid(cards, facets_of(SearchHits(), asked), understood=understood)


class CardsParams(MarketParams):
    """Whose cards."""

    product = serializers.ListField(
        child=serializers.SlugField(max_length=180),
        min_length=1,
        max_length=MAX_VALUES,
        help_text="Slug; repeat the parameter for each product.",
    )


@policy(PUBLIC)
class CardsView(ApiView):
    """
    The cards of products that an app remembers (seen, wished for), in the order asked for; what nobody sells here now
    is left out.
    """

    tag, summary = "Products", "Cards of products"
    params_class = CardsParams
    shape = CardSerializer(many=True)

    def get(self, request: Request) -> Response:
        return Response(CardSerializer(cards_of(self.params["product"], self.market), many=True).data)


class SuggestionParams(MarketParams):
    """What was typed so far."""

    q = serializers.CharField(
        max_length=MAX_WORDS_CHARS, required=False, allow_blank=True, default="", help_text="The letters typed so far."
    )


@policy(PUBLIC)
class SuggestionsView(ApiView):
    """Searches, devices and places while somebody types: ask with each letter."""

    tag, summary = "Products", "Suggestions"
    params_class = SuggestionParams
    shape = SuggestionsSerializer

    def get(self, request: Request) -> Response:
        found = suggestions(
            text=self.params["q"],
            market=self.market,
            locale=get_language() or self.market.default_locale,
            today=clock.now().date(),
        )
        return Response(SuggestionsSerializer(found).data)
