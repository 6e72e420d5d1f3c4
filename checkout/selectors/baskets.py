"""Reads of the basket, each time re-checked against price, stock and delivery."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from backmarket.core.money import Money
from backmarket.markets.carriers import Carrier
from backmarket.markets.delivery import DeliveryWindow, delivery_window
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingFacts, ListingQuote, listing_facts, listing_quotes
from checkout.enums import Refusal
from checkout.models import Basket, BasketLine
from checkout.rules.promotions import LineDiscount
from checkout.rules.protection import protection_price
from checkout.rules.sales_tax import SALES_TAX
from checkout.rules.totals import ParcelTotal, Totals, Wanted, compute_totals
from checkout.selectors.promotions import CodeState, Found, Shopper, promotions_for
from checkout.selectors.tenders import Tenders, tenders_for

NOBODY = Shopper()
# Lines that an order does not buy.
LEFT_BEHIND = Q(saved_at__isnull=False) | Q(is_gone=True)


@dataclass(frozen=True, slots=True)
class BasketItem:
    """
    A line with what is true of it now; `buyable` units are left of `quantity` wanted.

    `protection` is what a plan costs for each unit, None where there is none; whether it is wanted stands on the line.
    `protection_was` is what a wanted plan cost at the price that was seen, if it costs something else now.
    `discounts` are of all its units, one a promotion. `low_before` is told beside a price that was reduced.
    """

    line: BasketLine
    quote: ListingQuote
    buyable: int
    protection: Money | None = None
    protection_was: Money | None = None
    discounts: tuple[LineDiscount, ...] = ()
    low_before: Money | None = None

    @property
    def price_was(self) -> Money | None:
        """The price that the shopper saw last, if it is another one now."""
        seen = Money(self.line.price_seen_minor, self.quote.price.currency)
        return seen if seen != self.quote.price else None

    @property
    def total(self) -> Money:
        return self.quote.price * self.buyable

    @property
    def protection_total(self) -> Money | None:
        return self.protection * self.buyable if self.protection else None

    @property
    def is_cut(self) -> bool:
        """Whether fewer are left than are wanted."""
        return self.buyable < self.line.quantity

    @property
    def is_back(self) -> bool:
        """Whether it was gone when it was last shown."""
        return self.line.is_gone

    @property
    def is_changed(self) -> bool:
        return self.is_cut or self.is_back or self.price_was is not None


@dataclass(frozen=True, slots=True)
class GoneItem:
    """A line that cannot be bought now: sold out, or withdrawn by its seller."""

    line: BasketLine
    device: ListingQuote | ListingFacts
    is_sold_out: bool

    @property
    def is_news(self) -> bool:
        return not self.line.is_gone


@dataclass(frozen=True, slots=True)
class SavedItem:
    """A line kept for later; `price` is None while it cannot be bought."""

    line: BasketLine
    device: ListingQuote | ListingFacts
    price: Money | None

    @property
    def price_then(self) -> Money | None:
        """What it cost when it was saved, if it costs something else now."""
        if self.price is None or self.line.price_seen_minor == self.price.amount_minor:
            return None
        return Money(self.line.price_seen_minor, self.price.currency)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed of a line: its price, how many could be bought (0: gone), and by when they come."""

    line_id: int
    price_minor: int | None
    buyable: int
    arrival_date: date | None
    carrier: str

    def is_known(self, line: BasketLine) -> bool:
        """Tell whether it was shown like this before."""
        return (
            line.is_gone == (self.buyable == 0)
            and (self.buyable == 0 or line.quantity == self.buyable)
            and self.price_minor in (None, line.price_seen_minor)
            and (self.arrival_date, self.carrier) == (line.arrival_seen_date, line.carrier_seen)
        )


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

    @property
    def arrival_was(self) -> date | None:
        """The last day of arrival that the shopper was told, if the same carrier now comes on another one."""
        told = [
            item.line.arrival_seen_date
            for item in self.items
            if item.line.arrival_seen_date and item.line.carrier_seen == self.chosen.carrier.key
        ]
        latest = max(told, default=None)
        return latest if latest != self.chosen.window.latest_date else None


@dataclass(frozen=True, slots=True)
class BasketView:
    """
    All that the basket and checkout pages show.

    `gone` lines cannot be bought any more; they and the `saved` ones count nowhere.
    """

    basket: Basket
    parcels: tuple[BasketParcel, ...]
    gone: tuple[GoneItem, ...]
    saved: tuple[SavedItem, ...]
    totals: Totals
    tenders: Tenders
    codes: tuple[CodeState, ...] = ()

    @property
    def items(self) -> list[BasketItem]:
        return [item for parcel in self.parcels for item in parcel.items]

    @property
    def count(self) -> int:
        """How many units are to be bought, as the header says."""
        return sum(item.buyable for item in self.items)

    @property
    def is_changed(self) -> bool:
        """Whether something that is to be paid is not as the shopper saw it last."""
        return any(item.is_news for item in self.gone) or any(item.is_changed for item in self.items)

    @property
    def is_short(self) -> bool:
        """Whether less is left than the shopper saw last."""
        return any(item.is_news for item in self.gone) or any(item.is_cut for item in self.items)

    @property
    def news_count(self) -> int:
        """Of how many things the page says that they changed since it was last shown."""
        changed = sum(item.is_changed for item in self.items) + sum(item.is_news for item in self.gone)
        return changed + sum(parcel.arrival_was is not None for parcel in self.parcels)

    @property
    def shown(self) -> list[Shown]:
        """What the page says of each line that it did not say like this before."""
        facts = [
            (
                item.line,
                Shown(
                    item.line.pk,
                    item.quote.price.amount_minor,
                    item.buyable,
                    parcel.chosen.window.latest_date,
                    parcel.chosen.carrier.key,
                ),
            )
            for parcel in self.parcels
            for item in parcel.items
        ]
        facts += [(item.line, Shown(item.line.pk, None, 0, None, "")) for item in self.gone]
        return [fact for line, fact in facts if not fact.is_known(line)]


def _item(line: BasketLine, quote: ListingQuote, market: Market) -> BasketItem:
    price = protection_price(quote, market)
    was = Money(market.protection_minor(line.price_seen_minor), market.currency)
    is_changed = line.has_protection and price is not None and price != was
    return BasketItem(
        line=line,
        quote=quote,
        buyable=min(line.quantity, quote.available),
        protection=price,
        protection_was=was if is_changed else None,
    )


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
    basket: Basket,
    *,
    market: Market,
    carriers: dict[int, str],
    now: datetime,
    postcode: str = "",
    region: str = "",
    shopper: Shopper = NOBODY,
) -> BasketView:
    """
    Check every line against the catalogue as it is now, in three queries, four where a
    listing is no longer sold in this market.

    `carriers` maps sellers to chosen carriers; what is not one of the market's falls back to its first. With a
    `postcode` the promised days are those of that place. Where prices exclude tax, the `region` adds its own. What
    promotions give depends on who the `shopper` is, as far as that is known.
    """
    lines = list(basket.lines.all())
    quotes = listing_quotes(listing_ids=[line.listing_id for line in lines], market=market.code)
    missing = [line.listing_id for line in lines if line.listing_id not in quotes]
    facts = listing_facts(missing) if missing else {}
    buyable: list[BasketItem] = []
    gone: list[GoneItem] = []
    saved: list[SavedItem] = []
    for line in lines:
        quote = quotes.get(line.listing_id)
        device = quote or facts[line.listing_id]
        if line.saved_at is not None:
            saved.append(SavedItem(line, device, quote.price if quote and quote.is_for_sale else None))
        elif quote is None or not quote.is_for_sale:
            gone.append(GoneItem(line, device, is_sold_out=quote is not None and quote.is_published))
        else:
            buyable.append(_item(line, quote, market))
    saved.sort(key=lambda item: (item.line.saved_at, item.line.pk), reverse=True)
    known = {carrier.key for carrier in market.carriers}
    chosen = {seller: key for seller, key in carriers.items() if key in known}
    wanted = [Wanted(item.quote, item.buyable, item.line.has_protection) for item in buyable]
    found = promotions_for(market=market.code, codes=basket.codes, shopper=shopper, now=now)
    state_tax = None if market.prices_include_tax else SALES_TAX.at(state=region, postcode=postcode)
    totals = compute_totals(wanted, market=market, carriers=chosen, promotions=found.terms, state_tax=state_tax)
    parcels = []
    for parcel in totals.parcels:
        items = [
            replace(item, discounts=_discounts_of(item, parcel), low_before=item.quote.announced_low(now))
            for item in buyable
            if item.quote.seller_id == parcel.seller_id
        ]
        parcels.append(
            BasketParcel(
                seller_id=parcel.seller_id,
                seller_name=parcel.seller_name,
                seller_slug=items[0].quote.seller_slug,
                items=tuple(items),
                choices=_choices(items, parcel.carrier_key, market, postcode, now),
            )
        )
    return BasketView(
        basket=basket,
        parcels=tuple(parcels),
        gone=tuple(gone),
        saved=tuple(saved),
        totals=totals,
        tenders=tenders_for(basket, totals.total, user_id=shopper.user_id, now=now),
        codes=_codes(basket, found, totals),
    )


def _discounts_of(item: BasketItem, parcel: ParcelTotal) -> tuple[LineDiscount, ...]:
    """Add up what each promotion takes off the order lines that an item becomes."""
    summed: dict[int, LineDiscount] = {}
    for line in parcel.lines:
        if line.quote.listing_id == item.quote.listing_id:
            for discount in line.discounts:
                known = summed.get(discount.promotion_id)
                summed[discount.promotion_id] = known + discount if known else discount
    return tuple(summed.values())


def _codes(basket: Basket, found: Found, totals: Totals) -> tuple[CodeState, ...]:
    """Say of each code in the basket what it saves, or why nothing."""
    by_code = {terms.code: terms for terms in found.terms}
    saved: dict[int, Money] = {}
    for discount in (discount for line in totals.lines for discount in line.discounts):
        saved[discount.promotion_id] = saved.get(discount.promotion_id, totals.total * 0) + discount.amount
    states = []
    for code in basket.codes:
        terms, nothing = by_code.get(code), Money.zero(totals.total.currency)
        if terms is None:
            states.append(CodeState(code, "", nothing, found.refused.get(code, Refusal.UNKNOWN)))
            continue
        key, outcome = terms.promotion_id, totals.promotions
        amount, refusal = saved.get(key, nothing), outcome.refusals.get(key)
        states.append(CodeState(code, terms.name, amount, refusal, outcome.missing.get(key)))
    return tuple(states)
