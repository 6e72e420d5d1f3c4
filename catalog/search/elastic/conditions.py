"""
The conditions of a request: which are asked of products and which of offers, and which a shopper chose.

What all offers of a product share (its category, brand, model, features) is asked of the product, everything else of
one and the same nested offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from catalog.rules.facets import OF_PRODUCTS
from catalog.search.requests import EngineRefusedError, SearchRequest

MODEL = "model"
PRICE = "price"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on products or on one nested offer; `facet` is set where a shopper chose it."""

    query: Query
    is_of_offer: bool
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """All conditions of a request, or those that are left without some choices."""

    all: Sequence[Condition] = ()

    def without(self, facet: str) -> "Conditions":
        """Leave out a facet's own choice, so that its siblings keep their counts."""
        return Conditions([condition for condition in self.all if condition.facet != facet])

    @property
    def kept(self) -> "Conditions":
        """Those that hold for every count."""
        return Conditions([condition for condition in self.all if not condition.facet])

    @property
    def facets(self) -> list[str]:
        return list(dict.fromkeys(condition.facet for condition in self.all if condition.facet))

    @property
    def of_offers(self) -> list[Query]:
        return [condition.query for condition in self.all if condition.is_of_offer]

    @property
    def filters(self) -> list[Query]:
        """Conditions on the product, with those on its offers as one nested query."""
        of_products = [condition.query for condition in self.all if not condition.is_of_offer]
        if not self.of_offers:
            return of_products
        return [*of_products, Q("nested", path="offers", query=Q("bool", filter=self.of_offers), score_mode="none")]


def conditions_of(request: SearchRequest) -> Conditions:
    """Return the conditions of a request other than its words and its market."""
    found = [_any_of([value]) for value in request.required]
    found += [_any_of(group) for group in request.recognised]
    found += [_any_of([f"{facet}:{value}" for value in values], facet) for facet, values in request.chosen.items()]
    bounds = {"gte": request.price_from_minor, "lte": request.price_to_minor}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if given:
        found.append(Condition(Q("range", **{"offers.price": given}), is_of_offer=True, facet=PRICE))
    return Conditions(found)


def _any_of(values: Sequence[str], facet: str = "") -> Condition:
    """:raises EngineRefusedError: values of products and of offers in one group, which no single document holds"""
    facets = {value.partition(":")[0] for value in values}
    if facets <= OF_PRODUCTS:
        return Condition(Q("terms", shared=list(values)) | Q("terms", model=list(values)), False, facet)
    if facets & OF_PRODUCTS:
        raise EngineRefusedError(f"{' or '.join(sorted(facets))}")
    return Condition(Q("terms", **{"offers.values": list(values)}), True, facet)
