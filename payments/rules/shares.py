"""Who gives back what when a buyer is refunded."""

from dataclasses import dataclass
from typing import Any

from backmarket.core.errors import DomainError
from backmarket.core.money import Money


class SharesDoNotAddUpError(DomainError):
    code = "shares_do_not_add_up"
    http_status = 422


@dataclass(frozen=True, slots=True)
class RefundShares:
    """
    The parts of a refund; less `promotion` they sum to its amount.

    Before dispatch all comes from `customer_funds`. After it, `seller` is the seller's net part (taken from
    pending money first, then from payable), commission and its VAT are given back by the marketplace as are the
    service fee and the price of a protection plan; `marketplace` is what the house bears itself. `promotion` is what
    the house had added to the sale: the shopper never paid it, so it comes back to the house. `sales_tax` is what is
    no longer owed to `sales_tax_jurisdiction`.
    """

    customer_funds: Money
    seller: Money
    commission: Money
    commission_vat: Money
    vat_jurisdiction: str
    service_fee: Money
    marketplace: Money
    protection: Money
    promotion: Money
    sales_tax: Money
    sales_tax_jurisdiction: str = ""

    def parts(self) -> dict[str, Money]:
        return {name: getattr(self, name) for name in PART_NAMES}

    def check(self, amount: Money) -> None:
        """:raises SharesDoNotAddUpError: a part is negative or they do not come to the amount"""
        parts = self.parts().values()
        given = Money.total(parts, amount.currency) - self.promotion - self.promotion
        if any(part.amount_minor < 0 for part in parts) or given != amount:
            raise SharesDoNotAddUpError(amount=str(amount))

    def to_json(self) -> dict[str, Any]:
        minor = {name: part.amount_minor for name, part in self.parts().items()}
        return {
            **minor,
            "vat_jurisdiction": self.vat_jurisdiction,
            "sales_tax_jurisdiction": self.sales_tax_jurisdiction,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str) -> "RefundShares":
        # Refunds of the time before promotions, protection plans and sales tax name none of them.
        parts = {name: Money(data.get(name, 0), currency) for name in PART_NAMES}
        return cls(
            **parts,
            vat_jurisdiction=data["vat_jurisdiction"],
            sales_tax_jurisdiction=data.get("sales_tax_jurisdiction", ""),
        )

    @classmethod
    def before_dispatch(cls, amount: Money) -> "RefundShares":
        """All of it from the customer's funds."""
        zero = Money.zero(amount.currency)
        return cls(amount, zero, zero, zero, "", zero, zero, zero, zero, zero)


PART_NAMES = (
    *("customer_funds", "seller", "commission", "commission_vat"),
    *("service_fee", "marketplace", "protection", "promotion", "sales_tax"),
)
