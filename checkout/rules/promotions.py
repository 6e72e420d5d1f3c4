"""What a promotion takes off each line, and who pays for it (no database, integer money)."""

from dataclasses import dataclass

from backmarket.core.money import Money


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """What one promotion takes off one line: the seller's part and the house's."""

    promotion_id: int
    name: str
    seller: Money
    house: Money

    @property
    def amount(self) -> Money:
        return self.seller + self.house
