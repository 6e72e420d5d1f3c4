"""A page of product cards with its facets: the same for categories, searches, sellers, brands and deals."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from catalog.models import Offer
from catalog.search.browsing import browse, remembered
from catalog.search.requests import SearchHits, SearchRequest

from .cards import ProductCard, cards, shown_offers
from .facets import Facets, facets_of


@dataclass(frozen=True, slots=True)
class Grid:
    """`page` is a page of product ids for the page links; `total` counts products; `version` is the market's."""

    cards: list[ProductCard]
    facets: Facets
    page: "Page[int]"
    total: int
    filter_count: int
    version: str


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """A paginator over a page that was found already."""

    def __init__(self, hits: SearchHits, per_page: int) -> None:
        super().__init__(range(hits.total), per_page)
        self._hits = hits

    def _get_page(self, _ids: object, number: int, paginator: "Paginator[int]") -> "Page[int]":
        return Page(self._hits.product_ids, number, paginator)


def grid(request: SearchRequest, *, version: str) -> Grid:
    """Return a page of cards and the facets around it; two queries at the most."""
    return grid_of(browse(request, version=version), request, version=version)


def grid_of(hits: SearchHits, request: SearchRequest, *, version: str = "") -> Grid:
    """
    Return the cards of what was found, as its offers are; one query.

    With a version of the market, `hits` are all that the request finds under it, and so are the cards remembered.
    """

    def read() -> tuple[list[ProductCard], Facets]:
        return cards(product_ids=hits.product_ids, offers=matching_offers(request)), facets_of(hits, request)

    shown, facets = remembered(f"grid:{get_language()}", request, version, read) if version else read()
    return Grid(
        cards=shown,
        facets=facets,
        page=CountedPaginator(hits, request.page_size).get_page(request.page),
        total=hits.total,
        filter_count=len(request.chosen) + bool(_price_condition(request)),
        version=version,
    )


def matching_offers(request: SearchRequest) -> QuerySet[Offer]:
    """Return the offers that a card may show: those which every filter leaves."""
    groups: Sequence[Sequence[str]] = [
        *request.recognised,
        *([f"{facet}:{value}" for value in values] for facet, values in request.chosen.items()),
    ]
    offers = shown_offers(request.market).filter(_price_condition(request))
    if request.required:
        offers = offers.filter(facets__contains=list(request.required))
    for group in groups:
        offers = offers.filter(facets__overlap=list(group))
    return offers


def _price_condition(request: SearchRequest) -> Q:
    bounds = {"price_minor__gte": request.price_from_minor, "price_minor__lte": request.price_to_minor}
    return Q(**{name: bound for name, bound in bounds.items() if bound is not None})
