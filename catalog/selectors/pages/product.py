"""The product page: which version is meant, what it costs, who sells it and why that offer won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Min, OuterRef

from backmarket.core.money import Money
from backmarket.markets.delivery import DeliveryWindow, delivery_window
from backmarket.markets.registry import Market
from catalog.enums import ProductState
from catalog.models import Offer, OfferPrice, ProductModel, Sku
from catalog.rules.attributes import variant_text
from catalog.rules.price_history import PricePoint, lowest_before_reduction

from .cards import ProductCard, cards, launch_price, saving, shown_offers
from .contest import Contest, contest_of
from .picker import Picker, cheapest, make_picker
from .reviews import Reviews, reviews_of

POINTS = 60


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
    """The chosen offer as it is sold; `low_before` is set while its price is a reduced one."""

    offer: Offer
    price: Money
    new_price: Money | None
    low_before: Money | None
    window: DeliveryWindow
    express_window: DeliveryWindow
    express_price: Money
    points: list[PricePoint]

    @property
    def saving(self) -> Money | None:
        return saving(self.price, self.new_price)

    @property
    def percent(self) -> int:
        return self.saving.amount_minor * 100 // self.new_price.amount_minor if self.saving and self.new_price else 0


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`deal` is None where the chosen version is sold out here; `is_as_wished` is false if another one is shown."""

    product: ProductModel
    sku: Sku
    grade: str
    variant: str
    deal: Deal | None
    is_as_wished: bool
    is_sold_here: bool
    picker: Picker
    contest: Contest | None
    reviews: Reviews
    low: Money | None
    high: Money | None
    offer_count: int


def find_product(name: str) -> ProductModel | None:
    """Return a product that is or was on sale, by slug or id, with where it is sold now (`sold_in`); one query."""
    sold = Offer.objects.filter(product=OuterRef("pk"), in_stock=True).order_by().values("market").distinct()
    rows = ProductModel.objects.exclude(state=ProductState.DRAFT).select_related("brand", "category__parent")
    return rows.annotate(sold_in=ArraySubquery(sold)).filter(**_named(name)).first()


def _named(name: str) -> dict[str, UUID | str]:
    try:
        return {"public_id": UUID(name)}
    except ValueError:
        return {"slug": name}


def sold_in(product: ProductModel) -> frozenset[str]:
    """Return the markets where a product of `find_product` can be bought."""
    found: Any = product
    return frozenset(found.sold_in)


def product_page(*, product: ProductModel, wish: Wish, market: Market, now: datetime) -> ProductPage | None:
    """Read a product's page in six queries; None if the product has no SKU yet."""
    skus = list(Sku.objects.filter(product=product))
    if not skus:
        return None
    offers = _offers(product, market)
    by_sku = _by_sku(offers)
    sku, grade, is_as_wished = choose(wish=wish, skus=skus, offers=by_sku)
    offer = by_sku.get(sku.pk, {}).get(grade)
    in_stock = [row for row in offers if row.in_stock]
    prices = [Money(row.price_minor, row.currency) for row in in_stock]
    sold = offer if offer is not None and offer.in_stock else None
    return ProductPage(
        product=product,
        sku=sku,
        grade=grade,
        variant=variant_text(sku.attributes, sku.colour_name),
        deal=_deal(sold, sku, market, now) if sold else None,
        is_as_wished=is_as_wished,
        is_sold_here=bool(in_stock),
        picker=make_picker(skus=skus, offers=by_sku, chosen=sku, grade=grade),
        contest=contest_of(offer=sold, market=market) if sold else None,
        reviews=reviews_of(product),
        low=min(prices, default=None, key=lambda price: price.amount_minor),
        high=max(prices, default=None, key=lambda price: price.amount_minor),
        offer_count=len(in_stock),
    )


def alternatives(*, product: ProductModel, market: Market, count: int = 4) -> list[ProductCard]:
    """Return the most wanted products of the same category; three queries."""
    offers = shown_offers(market.code).filter(product__category_id=product.category_id).exclude(product=product)
    wanted = offers.order_by().values("product_id").annotate(place=Min("product__popularity"))
    ids = wanted.order_by("-place", "product_id").values_list("product_id", flat=True)[:count]
    return cards(product_ids=list(ids), offers=offers)


def _offers(product: ProductModel, market: Market) -> list[Offer]:
    rows = Offer.objects.filter(market=market.code, product=product)
    return list(rows.select_related("seller", "listing").order_by("price_minor", "pk"))


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


def _deal(offer: Offer, sku: Sku, market: Market, now: datetime) -> Deal:
    points = _points(offer)
    low = lowest_before_reduction(points, now=now)
    home, express = market.carriers[0], market.carriers[1]
    window = partial(
        delivery_window,
        now=now,
        handling_hours=offer.handling_hours,
        seller_country=offer.seller.country,
        market=market,
    )
    return Deal(
        offer=offer,
        price=Money(offer.price_minor, offer.currency),
        new_price=launch_price(sku.new_price_minor, offer.currency),
        low_before=Money(low, offer.currency) if low is not None else None,
        window=window(carrier=home),
        express_window=window(carrier=express),
        express_price=Money(express.price_minor, market.currency),
        points=points,
    )


def _points(offer: Offer) -> list[PricePoint]:
    rows = OfferPrice.objects.filter(market=offer.market, sku_id=offer.sku_id, grade=offer.grade)
    latest = rows.order_by("-from_at", "-pk").values_list("price_minor", "from_at")[:POINTS]
    return [PricePoint(price, from_at) for price, from_at in reversed(latest)]
