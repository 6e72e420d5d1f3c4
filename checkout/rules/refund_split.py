"""Who gives back what when a line is refunded: the parts always sum to the refund."""

from dataclasses import dataclass

from backmarket.core.money import Money


@dataclass(frozen=True, slots=True)
class LineMoney:
    """A line's money as it was shared out at dispatch: seller net, commission, its VAT, the buyer's fee."""

    seller: Money
    commission: Money
    commission_vat: Money
    service_fee: Money

    @property
    def goods(self) -> Money:
        return self.seller + self.commission + self.commission_vat

    @property
    def total(self) -> Money:
        return self.goods + self.service_fee

    def __sub__(self, other: "LineMoney") -> "LineMoney":
        return LineMoney(
            self.seller - other.seller,
            self.commission - other.commission,
            self.commission_vat - other.commission_vat,
            self.service_fee - other.service_fee,
        )


@dataclass(frozen=True, slots=True)
class Split:
    seller: Money
    commission: Money
    commission_vat: Money
    service_fee: Money
    marketplace: Money


def split_refund(rest: LineMoney, *, amount: Money, borne_by: str) -> Split:
    """
    Share out a refund of `amount` over `rest`, what each party has not given back yet.

    By weight of what is left, so that no part is ever negative or above what its party got, and any row of partial
    refunds, failed ones in between too, ends at exactly the line's parts. The buyer's fee goes back last. Borne by
    the marketplace, nobody else gives anything back.

    :raises ValueError: the refund is above the rest
    """
    zero = Money.zero(amount.currency)
    if borne_by == "marketplace":
        return Split(zero, zero, zero, zero, amount)
    if amount > rest.total:
        raise ValueError("a refund is at most what is left")
    of_goods = min(amount, rest.goods)
    weights = [rest.seller.amount_minor, rest.commission.amount_minor, rest.commission_vat.amount_minor]
    seller, commission, vat = of_goods.split(weights) if of_goods else [zero] * 3
    return Split(seller, commission, vat, amount - of_goods, zero)
