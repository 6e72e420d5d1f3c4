"""A page of product cards with its facets: the same for categories, searches and sellers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Count, F, Func, Min, Q, QuerySet, Value

from catalog.models import Offer

from .cards import ProductCard, cards
from .facets import SAME_STORAGE, Facets, facets_of

PAGE_SIZE = 24
SORTS = ("best", "price", "-price", "saving", "new")


@dataclass(frozen=True, slots=True)
class GridQuery:
    """What a visitor asked for; prices are minor units of the market's currency."""

    brands: tuple[str, ...] = ()
    storages: tuple[int, ...] = ()
    grades: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    sort: str = "best"
    page: int = 1

    def conditions(self) -> dict[str, Q]:
        """Return one condition a facet, so that a facet can count what the others leave."""
        found = {
            "brand": Q(product__brand__slug__in=self.brands) if self.brands else None,
            "storage": Q(sku__storage_gb__in=all_names(self.storages)) if self.storages else None,
            "grade": Q(grade__in=self.grades) if self.grades else None,
            "colour": Q(sku__colour__in=self.colours) if self.colours else None,
            "price": self._price_condition(),
        }
        return {facet: condition for facet, condition in found.items() if condition is not None}

    def _price_condition(self) -> Q | None:
        bounds = {"price_minor__gte": self.price_from_minor, "price_minor__lte": self.price_to_minor}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        return Q(**given) if given else None


def all_names(storages: Iterable[int]) -> list[int]:
    """Return the sizes with the other ones that makers mean by the same words."""
    wanted = set(storages)
    return sorted(wanted | {size for size, shown in SAME_STORAGE.items() if shown in wanted})


@dataclass(frozen=True, slots=True)
class Grid:
    """`page` is a page of product ids for the page links; `total` counts products."""

    cards: list[ProductCard]
    facets: Facets
    page: "Page[int]"
    total: int
    filter_count: int


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """A paginator whose count is known already."""

    def __init__(self, ids: "QuerySet[Offer, int]", per_page: int, total: int) -> None:
        super().__init__(ids, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total


@dataclass(frozen=True, slots=True)
class Base:
    """What a grid chooses from: offers, and a given order of products if a search has one."""

    offers: QuerySet[Offer]
    ranked_ids: Sequence[int] = field(default=())


def grid(*, base: Base, query: GridQuery, locale: str) -> Grid:
    """Return a page of cards and the facets around it, in four queries."""
    conditions = query.conditions()
    facets = facets_of(offers=base.offers, conditions=conditions, chosen=_chosen(query), locale=locale)
    matching = base.offers.filter(*conditions.values())
    ids = _ordered(matching, query.sort, base.ranked_ids)
    page = CountedPaginator(ids, PAGE_SIZE, facets.total).get_page(query.page)
    return Grid(
        cards=cards(product_ids=list(page.object_list), offers=matching),
        facets=facets,
        page=page,
        total=facets.total,
        filter_count=len(conditions),
    )


def _chosen(query: GridQuery) -> dict[str, frozenset[str]]:
    groups: dict[str, Iterable[object]] = {
        "brand": query.brands,
        "storage": query.storages,
        "grade": query.grades,
        "colour": query.colours,
    }
    return {facet: frozenset(str(value) for value in values) for facet, values in groups.items()}


def _ordered(offers: QuerySet[Offer], sort: str, ranked_ids: Sequence[int]) -> "QuerySet[Offer, int]":
    """Order products by one aggregate of their matching offers; the primary key settles ties."""
    products = offers.order_by().values("product_id")
    if sort == "price":
        ordered = products.annotate(place=Min("price_minor")).order_by("place", "product_id")
    elif sort == "-price":
        ordered = products.annotate(place=-Min("price_minor")).order_by("place", "product_id")
    elif sort == "saving":
        # Price over launch price orders alike in every currency.
        ratio = F("price_minor") * 1.0 / F("sku__new_price_minor")
        ordered = products.annotate(place=Min(ratio)).order_by(F("place").asc(nulls_last=True), "product_id")
    elif sort == "new":
        launched = Min(F("product__launch_year") * 12 + F("product__launch_month"))
        ordered = products.annotate(place=launched).order_by(F("place").desc(nulls_last=True), "product_id")
    elif ranked_ids:
        ranked = Value(list(ranked_ids), output_field=ArrayField(BigIntegerField()))
        place = Func(ranked, F("product_id"), function="array_position", output_field=BigIntegerField())
        ordered = products.annotate(place=Min(place)).order_by("place", "product_id")
    else:
        wanted = Min("product__popularity")
        ordered = products.annotate(place=wanted, offer_count=Count("pk")).order_by("-place", "product_id")
    return ordered.values_list("product_id", flat=True)
