"""One function computes a basket's total; its lines explain every cent (no database, integer money)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.selectors.offers import ListingQuote

from .information import eco_contribution, instalments
from .promotions import Discountable, LineDiscount, Outcome, Terms, apply_promotions
from .protection import protection_price
from .sales_tax import StateTax


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of a listing that the shopper wants, each with a protection plan or without."""

    quote: ListingQuote
    quantity: int
    has_protection: bool = False


@dataclass(frozen=True, slots=True)
class LineTotal:
    """What one order line costs: goods, share of delivery, fee, protection, less discounts; `eco` is in the price."""

    quote: ListingQuote
    quantity: int
    price: Money
    shipping: Money
    service_fee: Money
    protection: Money
    eco: Money
    discounts: tuple[LineDiscount, ...] = ()
    state_tax: StateTax | None = None

    @property
    def discount_seller(self) -> Money:
        return Money.total((discount.seller for discount in self.discounts), self.price.currency)

    @property
    def discount(self) -> Money:
        return Money.total((discount.amount for discount in self.discounts), self.price.currency)

    @property
    def gross(self) -> Money:
        """What the seller sells for, before commission."""
        return self.price + self.shipping - self.discount_seller

    @property
    def sales_tax(self) -> Money:
        """Tax on what the seller sells for: a discount that the house pays for lowers no state's tax."""
        if self.state_tax is None:
            return Money.zero(self.price.currency)
        delivery = min(self.shipping, self.gross)
        return self.state_tax.on(goods=self.gross - delivery, delivery=delivery)

    @property
    def total(self) -> Money:
        paid = self.price + self.shipping + self.service_fee + self.protection + self.sales_tax
        return paid - self.discount


@dataclass(frozen=True, slots=True)
class ParcelTotal:
    """What one seller sends at once, by one carrier."""

    seller_id: int
    seller_name: str
    carrier_key: str
    shipping: Money
    lines: tuple[LineTotal, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """
    `total` = `goods` + `shipping` + `service_fee` + `protection` + `sales_tax` - `discount`.

    `eco` is a part of `goods`, `instalments` are the total again, in parts.
    """

    goods: Money
    shipping: Money
    service_fee: Money
    protection: Money
    discount: Money
    sales_tax: Money
    total: Money
    parcels: tuple[ParcelTotal, ...]
    promotions: Outcome
    eco: Money
    instalments: tuple[tuple[Money, ...], ...]

    @property
    def lines(self) -> list[LineTotal]:
        return [line for parcel in self.parcels for line in parcel.lines]


def _order_lines(wanted: Wanted) -> list[Wanted]:
    """Cut a basket line into order lines: each device with an identifier stands alone (domain.md, "Order")."""
    if not wanted.quote.identifier_kind:
        return [wanted]
    return [Wanted(wanted.quote, 1, wanted.has_protection)] * wanted.quantity


def _line(wanted: Wanted, shipping: Money, market: Market, state_tax: StateTax | None) -> LineTotal:
    quote, units = wanted.quote, wanted.quantity
    zero = Money.zero(market.currency)
    plan = protection_price(quote, market) if wanted.has_protection else None
    return LineTotal(
        quote=quote,
        quantity=units,
        price=quote.price * units,
        shipping=shipping,
        service_fee=Money(market.service_fee_minor(quote.price.amount_minor), market.currency) * units,
        protection=(plan or zero) * units,
        state_tax=state_tax,
        eco=eco_contribution(quote, market) * units,
    )


def _parcel(
    seller_id: int,
    lines: Sequence[Wanted],
    *,
    market: Market,
    carriers: Mapping[int, str],
    state_tax: StateTax | None,
) -> ParcelTotal:
    carrier = market.carrier(carriers.get(seller_id, market.carriers[0].key))
    shipping = Money(carrier.price_minor, market.currency)
    shares = shipping.split([max(1, wanted.quote.price.amount_minor * wanted.quantity) for wanted in lines])
    return ParcelTotal(
        seller_id=seller_id,
        seller_name=lines[0].quote.seller_name,
        carrier_key=carrier.key,
        shipping=shipping,
        lines=tuple(_line(wanted, share, market, state_tax) for wanted, share in zip(lines, shares, strict=True)),
    )


def _discounted(parcels: Sequence[ParcelTotal], promotions: Sequence[Terms]) -> tuple[tuple[ParcelTotal, ...], Outcome]:
    """Take what promotions give off the lines of all parcels."""
    lines = [line for parcel in parcels for line in parcel.lines]
    outcome = apply_promotions(
        [Discountable(line.quote.seller_id, line.quote.categories, line.price, line.shipping) for line in lines],
        promotions,
    )
    found = iter(outcome.discounts)
    return tuple(
        replace(parcel, lines=tuple(replace(line, discounts=next(found)) for line in parcel.lines))
        for parcel in parcels
    ), outcome


def compute_totals(
    items: Sequence[Wanted],
    *,
    market: Market,
    carriers: Mapping[int, str],
    promotions: Sequence[Terms] = (),
    state_tax: StateTax | None = None,
) -> Totals:
    """
    Compute parcels, lines and sums of what is wanted, less what `promotions` take off.

    `carriers` maps a seller to the key of the chosen carrier; without one the market's first is taken. Delivery is
    paid once a parcel and shared over its lines by price; service fee and protection are a unit's, by the market's
    price bands. `state_tax` is what the place of delivery adds where prices exclude tax.

    :raises KeyError: a carrier is not one of the market's
    """
    currency = market.currency
    by_seller: dict[int, list[Wanted]] = {}
    for wanted in items:
        by_seller.setdefault(wanted.quote.seller_id, []).extend(_order_lines(wanted))
    whole = [
        _parcel(seller_id, lines, market=market, carriers=carriers, state_tax=state_tax)
        for seller_id, lines in by_seller.items()
    ]
    parcels, outcome = _discounted(whole, promotions)
    lines = [line for parcel in parcels for line in parcel.lines]
    total = Money.total((line.total for line in lines), currency)
    return Totals(
        goods=Money.total((line.price for line in lines), currency),
        shipping=Money.total((parcel.shipping for parcel in parcels), currency),
        service_fee=Money.total((line.service_fee for line in lines), currency),
        protection=Money.total((line.protection for line in lines), currency),
        discount=Money.total((line.discount for line in lines), currency),
        sales_tax=Money.total((line.sales_tax for line in lines), currency),
        total=total,
        parcels=parcels,
        promotions=outcome,
        eco=Money.total((line.eco for line in lines), currency),
        instalments=instalments(total, market),
    )
