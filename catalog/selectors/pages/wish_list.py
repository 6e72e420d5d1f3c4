"""A wish list as its owner or a friend sees it: what each device costs now and cost when it was saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min
from django.urls import reverse

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import ProductState
from catalog.models import Offer, ProductModel, Wish, WishList
from catalog.rules.attributes import variant_text

from .cards import shown_offers


@dataclass(frozen=True, slots=True)
class WishRow:
    """`price` is None where this version is sold out; `low` is then what others of the product start at."""

    product: ProductModel
    sku_public_id: UUID
    variant: str
    grade: str
    colour_hex: str
    saved_at: datetime
    price: Money | None
    price_then: Money | None
    low: Money | None
    listing_public_id: UUID | None

    @property
    def drop(self) -> Money | None:
        """What it costs less than when it was saved."""
        if self.price is None or self.price_then is None or self.price >= self.price_then:
            return None
        return self.price_then - self.price

    @property
    def rise(self) -> Money | None:
        if self.price is None or self.price_then is None or self.price <= self.price_then:
            return None
        return self.price - self.price_then

    @property
    def url(self) -> str:
        return f"{self.product.get_absolute_url()}?sku={self.sku_public_id}&grade={self.grade}"


@dataclass(frozen=True, slots=True)
class WishListPage:
    rows: list[WishRow]
    share_path: str


def find_shared(key: UUID, *, market: Market) -> WishList | None:
    """Return the list that a link leads to, in the market it was made in."""
    return WishList.objects.filter(share_key=key, market=market.code).first()


def wish_list_page(wish_list: WishList, *, market: Market) -> WishListPage:
    """Read a list in three queries whatever its length."""
    wishes = list(wish_list.wishes.select_related("product__brand", "sku"))
    offers = shown_offers(market.code)
    chosen = {
        (offer.sku_id, offer.grade): offer
        for offer in offers.filter(sku__in=[wish.sku_id for wish in wishes]).select_related("listing")
    }
    lows = offers.filter(product__in=[wish.product_id for wish in wishes]).order_by().values_list("product_id")
    low_of = dict(lows.annotate(low=Min("price_minor")))
    path = reverse("catalog:shared_wishes", args=[wish_list.share_key]) if wish_list.share_key else ""
    return WishListPage([_row(wish, chosen, low_of, market) for wish in wishes], path)


def _row(wish: Wish, offers: Mapping[tuple[int, str], Offer], lows: Mapping[int, int], market: Market) -> WishRow:
    offer = offers.get((wish.sku_id, wish.grade))
    low = lows.get(wish.product_id)
    on_sale = wish.product.state == ProductState.ACTIVE
    return WishRow(
        product=wish.product,
        sku_public_id=wish.sku.public_id,
        variant=variant_text(wish.sku.attributes, wish.sku.colour_name),
        grade=wish.grade,
        colour_hex=wish.sku.colour_hex,
        saved_at=wish.saved_at,
        price=Money(offer.price_minor, offer.currency) if offer else None,
        price_then=Money(wish.price_minor, market.currency) if wish.price_minor is not None else None,
        low=Money(low, market.currency) if low is not None and on_sale and offer is None else None,
        listing_public_id=offer.listing.public_id if offer else None,
    )
