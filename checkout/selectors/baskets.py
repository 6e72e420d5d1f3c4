"""Reads of the basket, each time re-checked against price, stock and delivery."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest

from backmarket.core.money import Money
from backmarket.markets.carriers import Carrier
from backmarket.markets.delivery import DeliveryWindow, delivery_window
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingQuote, listing_quotes
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.rules.protection import protection_price
from checkout.rules.totals import Totals, Wanted, compute_totals

SESSION_KEY = "basket"


@dataclass(frozen=True, slots=True)
class BasketItem:
    """
    A line with what is true of it now; `buyable` units are left of `quantity` wanted.

    `protection` is what a plan costs for each unit, None where there is none; whether it is wanted stands on the line.
    """

    line: BasketLine
    quote: ListingQuote
    buyable: int
    protection: Money | None = None

    @property
    def price_was(self) -> Money | None:
        """The price that the shopper saw last, if it is another one now."""
        seen = Money(self.line.price_seen_minor, self.quote.price.currency)
        return seen if seen != self.quote.price else None


@dataclass(frozen=True, slots=True)
class CarrierChoice:
    carrier: Carrier
    price: Money
    window: DeliveryWindow
    chosen: bool


@dataclass(frozen=True, slots=True)
class BasketParcel:
    """One seller's items with the ways to deliver them."""

    seller_id: int
    seller_name: str
    seller_slug: str
    items: tuple[BasketItem, ...]
    choices: tuple[CarrierChoice, ...]

    @property
    def chosen(self) -> CarrierChoice:
        return next(choice for choice in self.choices if choice.chosen)


@dataclass(frozen=True, slots=True)
class BasketView:
    """All that the basket and checkout pages show; `gone` are lines that cannot be bought any more."""

    basket: Basket
    parcels: tuple[BasketParcel, ...]
    gone: tuple[BasketItem | BasketLine, ...]
    totals: Totals

    @property
    def items(self) -> list[BasketItem]:
        return [item for parcel in self.parcels for item in parcel.items]

    @property
    def is_changed(self) -> bool:
        """Whether something is not as the shopper saw it last."""
        return bool(self.gone) or any(
            item.price_was is not None or item.buyable < item.line.quantity for item in self.items
        )


def token_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(str(request.session.get(SESSION_KEY)))
    except ValueError:
        return None


def open_basket(request: HttpRequest) -> Basket | None:
    """Find the visitor's basket of the market: the account's if signed in, else the session's."""
    market = request.market.code  # type: ignore[attr-defined]
    baskets = Basket.objects.filter(market=market, state=BasketState.OPEN)
    if request.user.is_authenticated:
        return baskets.filter(user=request.user).first()
    token = token_of(request)
    return baskets.filter(token=token, user=None).first() if token else None


def basket_elsewhere(request: HttpRequest, *, market: str) -> Basket | None:
    """Find the visitor's open basket of another market that has something in it, the one touched last."""
    token = token_of(request)
    if request.user.is_authenticated:
        owner = Q(user=request.user)
    elif token:
        owner = Q(token=token, user=None)
    else:
        return None
    others = Basket.objects.filter(owner, state=BasketState.OPEN, lines__isnull=False).exclude(market=market)
    return others.order_by("-touched_at").first()


def item_count(request: HttpRequest) -> int:
    """Count the units in the visitor's basket."""
    market = getattr(request, "market", None)
    if market is None or (not request.user.is_authenticated and SESSION_KEY not in request.session):
        return 0
    owner = Q(user=request.user) if request.user.is_authenticated else Q(token=token_of(request), user=None)
    baskets = Basket.objects.filter(owner, market=market.code, state=BasketState.OPEN)
    return baskets.aggregate(count=Sum("lines__quantity"))["count"] or 0


def _choices(
    items: list[BasketItem], chosen: str, market: Market, postcode: str, now: datetime
) -> tuple[CarrierChoice, ...]:
    slowest = max(item.quote.handling_hours for item in items)
    country = items[0].quote.seller_country
    return tuple(
        CarrierChoice(
            carrier=carrier,
            price=Money(carrier.price_minor, market.currency),
            window=delivery_window(
                now=now,
                handling_hours=slowest,
                seller_country=country,
                market=market,
                carrier=carrier,
                postcode=postcode,
            ),
            chosen=carrier.key == chosen,
        )
        for carrier in market.carriers
    )


def basket_view(
    basket: Basket, *, market: Market, carriers: dict[int, str], now: datetime, postcode: str = ""
) -> BasketView:
    """
    Check every line against the catalogue as it is now, in two queries.

    `carriers` maps sellers to chosen carriers; what is not one of the market's falls back to its first. With a
    `postcode` the promised days are those of that place.
    """
    lines = list(basket.lines.all())
    quotes = listing_quotes(listing_ids=[line.listing_id for line in lines], market=market.code)
    buyable: list[BasketItem] = []
    gone: list[BasketItem | BasketLine] = []
    for line in lines:
        quote = quotes.get(line.listing_id)
        if quote is None:
            gone.append(line)
        elif not quote.is_published or quote.available < 1:
            gone.append(BasketItem(line, quote, 0))
        else:
            units = min(line.quantity, quote.available)
            buyable.append(BasketItem(line, quote, units, protection_price(quote, market)))
    known = {carrier.key for carrier in market.carriers}
    chosen = {seller: key for seller, key in carriers.items() if key in known}
    wanted = [Wanted(item.quote, item.buyable, item.line.has_protection) for item in buyable]
    totals = compute_totals(wanted, market=market, carriers=chosen)
    parcels = []
    for parcel in totals.parcels:
        items = [item for item in buyable if item.quote.seller_id == parcel.seller_id]
        parcels.append(
            BasketParcel(
                seller_id=parcel.seller_id,
                seller_name=parcel.seller_name,
                seller_slug=items[0].quote.seller_slug,
                items=tuple(items),
                choices=_choices(items, parcel.carrier_key, market, postcode, now),
            )
        )
    return BasketView(basket, tuple(parcels), tuple(gone), totals)
