"""Who gives back what when a line is refunded: the parts always come to the refund."""

from dataclasses import dataclass

from backmarket.core.money import Money


@dataclass(frozen=True, slots=True)
class LineMoney:
    """
    A line's money as it was shared out at dispatch.

    Seller net, commission, its VAT, the buyer's fee and protection plan; `promotion` is what the house added, so the
    shopper paid that much less than the others got. `sales_tax` came on top of goods and delivery.
    """

    seller: Money
    commission: Money
    commission_vat: Money
    service_fee: Money
    protection: Money
    promotion: Money
    sales_tax: Money

    @property
    def sold_for(self) -> Money:
        return self.seller + self.commission + self.commission_vat

    @property
    def goods(self) -> Money:
        """What the shopper paid for goods and delivery."""
        return self.sold_for - self.promotion

    @property
    def total(self) -> Money:
        return self.goods + self.sales_tax + self.service_fee + self.protection

    def __sub__(self, other: "LineMoney") -> "LineMoney":
        return LineMoney(
            self.seller - other.seller,
            self.commission - other.commission,
            self.commission_vat - other.commission_vat,
            self.service_fee - other.service_fee,
            self.protection - other.protection,
            self.promotion - other.promotion,
            self.sales_tax - other.sales_tax,
        )


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a refund: all but `promotion` are given back, `promotion` returns to the house."""

    seller: Money
    commission: Money
    commission_vat: Money
    service_fee: Money
    protection: Money
    promotion: Money
    sales_tax: Money
    marketplace: Money


def split_refund(rest: LineMoney, *, amount: Money, borne_by: str) -> Split:
    """
    Share out a refund of `amount` over `rest`, what each party has not given back yet.

    By weight of what is left, so that no part is ever negative or above what its party got, and any row of partial
    refunds, failed ones in between too, ends at exactly the line's parts. What the house had added comes back to it in
    the same measure, and sales tax goes back with the goods it was on. The protection plan goes back after the goods,
    the buyer's fee last. Borne by the marketplace, nobody else gives anything back.

    :raises ValueError: the refund is above the rest
    """
    zero = Money.zero(amount.currency)
    if borne_by == "marketplace":
        return Split(zero, zero, zero, zero, zero, zero, zero, amount)
    if amount > rest.total:
        raise ValueError("a refund is at most what is left")
    of_taxed = min(amount, rest.goods + rest.sales_tax)
    sales_tax = _tax_back(rest, of_taxed=of_taxed)
    of_goods = of_taxed - sales_tax
    of_protection = min(amount - of_taxed, rest.protection)
    promotion = _promotion_back(rest, of_goods=of_goods, is_all=amount == rest.total)
    given = of_goods + promotion
    weights = [rest.seller.amount_minor, rest.commission.amount_minor, rest.commission_vat.amount_minor]
    seller, commission, vat = given.split(weights) if given else [zero] * 3
    of_fee = amount - of_taxed - of_protection
    return Split(seller, commission, vat, of_fee, of_protection, promotion, sales_tax, zero)


def _tax_back(rest: LineMoney, *, of_taxed: Money) -> Money:
    """Return what of the money that goes back for taxed goods is their sales tax: in the measure of what is left."""
    taxed = rest.goods + rest.sales_tax
    if not taxed:
        return taxed
    return Money(rest.sales_tax.amount_minor * of_taxed.amount_minor // taxed.amount_minor, taxed.currency)


def _promotion_back(rest: LineMoney, *, of_goods: Money, is_all: bool) -> Money:
    """Return how much of the house's part comes back: by the goods that go back, all of it with the last of them."""
    if rest.goods:
        minor = rest.promotion.amount_minor * of_goods.amount_minor // rest.goods.amount_minor
        return Money(minor, of_goods.currency)
    return rest.promotion if is_all else Money.zero(of_goods.currency)
