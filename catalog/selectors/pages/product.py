"""The product page: which version is meant, what it costs, who sells it and why that offer won."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.db.models import Min

from backmarket.core.money import Money
from backmarket.markets.delivery import DeliveryWindow, delivery_window
from backmarket.markets.registry import Market
from backmarket.markets.remote import RemoteArea, remote_area
from catalog.enums import RelatedKind
from catalog.models import Offer, ProductModel, Sku
from catalog.rules.attributes import variant_text
from catalog.rules.price_history import PricePoint, lowest_before_reduction
from catalog.selectors.related import related_products

from .cards import ProductCard, cards, launch_price, saving, shown_offers
from .contest import Contest, contest_of
from .matrix import Matrix, make_matrix
from .picker import DIMENSIONS, OffersBySku, Picker, cheapest, make_picker, price_of, query_of, value_of
from .product_rows import Candidates, ProductRows, candidates_of, offers_of, visible_products
from .reviews import Reviews


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for: a SKU by its public id, or attributes; `is_odd` if it made no sense."""

    sku: UUID | None = None
    storage: int | None = None
    colour: str = ""
    grade: str = ""
    is_odd: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.sku or self.storage or self.colour or self.grade or self.is_odd)


@dataclass(frozen=True, slots=True)
class Deal:
    """
    The chosen offer as it is sold; `low_before` is set while its price is a reduced one.

    The windows are those of the visitor's postcode where one was given; `area` is set where that lies far away.
    """

    offer: Offer
    price: Money
    new_price: Money | None
    low_before: Money | None
    window: DeliveryWindow
    express_window: DeliveryWindow
    express_price: Money
    carrier_name: str
    express_name: str
    postcode: str
    area: RemoteArea | None
    points: list[PricePoint]

    @property
    def saving(self) -> Money | None:
        return saving(self.price, self.new_price)

    @property
    def percent(self) -> int:
        return self.saving.amount_minor * 100 // self.new_price.amount_minor if self.saving and self.new_price else 0


@dataclass(frozen=True, slots=True)
class Nearest:
    """What comes closest to a version that is sold out."""

    query: str
    variant: str
    grade: str
    price: Money


@dataclass(frozen=True)
class ProductPage:
    """
    `deal` is None where the chosen version is sold out here; `is_as_wished` is false if another one is shown.

    `is_version_here` is false for a version that this market never had, as a link from another country may ask for.
    `version` stands for the product, its versions, what each costs and the chosen one: all that picker and matrix show,
    which are made only where they are not kept from before.
    """

    product: ProductModel
    sku: Sku
    grade: str
    variant: str
    deal: Deal | None
    is_as_wished: bool
    is_sold_here: bool
    is_version_here: bool
    nearest: Nearest | None
    contest: Contest | None
    reviews: Reviews
    question_count: int
    low: Money | None
    high: Money | None
    offer_count: int
    version: Hashable
    skus: Sequence[Sku] = field(repr=False)
    offers: OffersBySku = field(repr=False)

    @cached_property
    def picker(self) -> Picker:
        return make_picker(skus=self.skus, offers=self.offers, chosen=self.sku, grade=self.grade)

    @cached_property
    def matrix(self) -> Matrix:
        return make_matrix(skus=self.skus, offers=self.offers, chosen=self.sku, grade=self.grade)


def find_product(name: str) -> ProductModel | None:
    """Return a product that is or was on sale, by slug or id, with where it is sold now (`sold_in`); one query."""
    return visible_products(name).first()


def sold_in(product: ProductModel) -> frozenset[str]:
    """Return the markets where a product of `find_product` can be bought."""
    found: Any = product
    return frozenset(found.sold_in)


def product_page(
    *, rows: ProductRows, wish: Wish, market: Market, now: datetime, postcode: str = ""
) -> ProductPage | None:
    """Make a product's page of its rows and two more queries; None if the product has no SKU yet."""
    product, skus = rows.product, rows.skus
    if not skus:
        return None
    offers = offers_of(product, market.code)
    by_sku = _by_sku(offers)
    sku, grade, is_as_wished = choose(wish=wish, skus=skus, offers=by_sku)
    offer = by_sku.get(sku.pk, {}).get(grade)
    in_stock = [row for row in offers if row.in_stock]
    prices = [Money(row.price_minor, row.currency) for row in in_stock]
    sold = offer if offer is not None and offer.in_stock else None
    candidates = candidates_of(sold) if sold else None
    return ProductPage(
        product=product,
        sku=sku,
        grade=grade,
        variant=variant_text(sku.attributes, sku.colour_name),
        deal=_deal(sold, candidates, sku, market, now, postcode) if sold and candidates else None,
        is_as_wished=is_as_wished,
        is_sold_here=bool(in_stock),
        is_version_here=sku.pk in by_sku,
        nearest=None if sold else nearest_to(sku, grade, skus=skus, offers=by_sku),
        contest=contest_of(offer=sold, candidates=candidates, market=market) if sold and candidates else None,
        reviews=rows.reviews,
        question_count=rows.question_count,
        low=min(prices, default=None, key=lambda price: price.amount_minor),
        high=max(prices, default=None, key=lambda price: price.amount_minor),
        offer_count=len(in_stock),
        version=(
            *(product.pk, product.family, rows.sku_facts, market.code, sku.pk, grade),
            *((row.sku_id, row.grade, row.price_minor, row.in_stock) for row in offers),
        ),
        skus=skus,
        offers=by_sku,
    )


def bought_with(*, rows: ProductRows, market: Market, count: int = 4) -> list[ProductCard]:
    """Return what is often bought with a product and on sale in the market; one query."""
    ids = rows.related.get(market.code) or rows.related.get("", [])
    return cards(product_ids=ids, offers=shown_offers(market.code))[:count]


def alternatives(*, product: ProductModel, market: Market, count: int = 4) -> list[ProductCard]:
    """Return what is most like a product, else the most wanted of its category; three queries."""
    offers = shown_offers(market.code).exclude(product=product)
    ids = related_products([product.pk], market, kind=RelatedKind.SIMILAR, count=count)
    if not ids:
        same = offers.filter(product__category_id=product.category_id)
        wanted = same.order_by().values("product_id").annotate(place=Min("product__popularity"))
        ids = list(wanted.order_by("-place", "product_id").values_list("product_id", flat=True)[:count])
    return cards(product_ids=ids, offers=offers)


def _by_sku(offers: Sequence[Offer]) -> dict[int, dict[str, Offer]]:
    found: dict[int, dict[str, Offer]] = {}
    for offer in offers:
        found.setdefault(offer.sku_id, {})[offer.grade] = offer
    return found


def choose(*, wish: Wish, skus: Sequence[Sku], offers: Mapping[int, Mapping[str, Offer]]) -> tuple[Sku, str, bool]:
    """
    Find the SKU and grade that a wish means, and whether they are what was wished.

    A version that exists is shown even if it is sold out; one that never was leads to the best offer.
    """
    matching = [sku for sku in skus if _fits(sku, wish)]
    if wish.grade:
        graded = [sku for sku in matching if wish.grade in offers.get(sku.pk, {})]
        if graded:
            sku = min(graded, key=lambda row: _graded_rank(offers[row.pk][wish.grade]))
            return sku, wish.grade, not wish.is_odd
    sku, grade = _best(matching or skus, offers, wish.grade)
    return sku, grade, not (wish.is_odd or wish.grade or not matching)


def _fits(sku: Sku, wish: Wish) -> bool:
    return (
        (wish.sku is None or sku.public_id == wish.sku)
        and (wish.storage is None or sku.storage_gb == wish.storage)
        and (not wish.colour or sku.colour == wish.colour)
    )


def _graded_rank(offer: Offer) -> tuple[bool, int]:
    return (not offer.in_stock, offer.price_minor)


def _best(skus: Sequence[Sku], offers: Mapping[int, Mapping[str, Offer]], wished_grade: str) -> tuple[Sku, str]:
    """Return the cheapest version in stock, else the first one."""
    best = [(offer, sku) for sku in skus if (offer := cheapest(offers.get(sku.pk, {}))) is not None]
    if best:
        offer, sku = min(best, key=lambda pair: pair[0].price_minor)
        return sku, offer.grade
    return skus[0], wished_grade or next(iter(offers.get(skus[0].pk, {})), "good")


def nearest_to(
    chosen: Sku, grade: str, *, skus: Sequence[Sku], offers: Mapping[int, Mapping[str, Offer]]
) -> Nearest | None:
    """Return the version in stock that shares most with the chosen one, then the same grade, then the cheapest."""
    in_stock = [
        (sku, offer) for sku in skus for offer in offers.get(sku.pk, {}).values() if price_of(offer) is not None
    ]

    def nearness(pair: tuple[Sku, Offer]) -> tuple[int, bool, int]:
        sku, offer = pair
        same = sum(value_of(sku, key) == value_of(chosen, key) for key in DIMENSIONS)
        return (same, offer.grade == grade, -offer.price_minor)

    if not in_stock:
        return None
    sku, offer = max(in_stock, key=nearness)
    return Nearest(
        query=query_of(sku, offer.grade),
        variant=variant_text(sku.attributes, sku.colour_name),
        grade=offer.grade,
        price=Money(offer.price_minor, offer.currency),
    )


def _deal(offer: Offer, candidates: Candidates, sku: Sku, market: Market, now: datetime, postcode: str) -> Deal:
    low = lowest_before_reduction(candidates.points, now=now)
    home, express = market.carriers[0], market.carriers[1]
    window = partial(
        delivery_window,
        now=now,
        handling_hours=offer.handling_hours,
        seller_country=offer.seller.country,
        market=market,
        postcode=postcode,
    )
    return Deal(
        offer=offer,
        price=Money(offer.price_minor, offer.currency),
        new_price=launch_price(sku.new_price_minor, offer.currency),
        low_before=Money(low, offer.currency) if low is not None else None,
        window=window(carrier=home),
        express_window=window(carrier=express),
        express_price=Money(express.price_minor, market.currency),
        carrier_name=home.name,
        express_name=express.name,
        postcode=postcode,
        area=remote_area(postcode, market.code),
        points=candidates.points,
    )
