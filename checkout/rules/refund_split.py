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
    def total(self) -> Money:
        return self.seller + self.commission + self.commission_vat + self.service_fee


@dataclass(frozen=True, slots=True)
class Split:
    seller: Money
    commission: Money
    commission_vat: Money
    service_fee: Money
    marketplace: Money


def _cumulative(line: LineMoney, refunded: Money) -> list[Money]:
    """Share a refund over the goods' parts by weight; the buyer's fee goes back last, when the rest has."""
    goods = line.total - line.service_fee
    of_goods = min(refunded, goods, key=lambda money: money.amount_minor)
    parts = (
        of_goods.split([line.seller.amount_minor, line.commission.amount_minor, line.commission_vat.amount_minor])
        if goods
        else [of_goods] * 3
    )
    return [*parts, refunded - of_goods]


def split_refund(line: LineMoney, *, before: Money, amount: Money, borne_by: str) -> Split:
    """
    Share out a refund of `amount` on a line of which `before` went back earlier.

    Computed as the difference of two cumulative shares, so that any row of partial refunds ends at exactly the
    line's parts. Borne by the marketplace, nobody else gives anything back.
    """
    zero = Money.zero(amount.currency)
    if borne_by == "marketplace":
        return Split(zero, zero, zero, zero, amount)
    earlier, after = _cumulative(line, before), _cumulative(line, before + amount)
    seller, commission, vat, fee = (new - old for new, old in zip(after, earlier, strict=True))
    return Split(seller, commission, vat, fee, zero)
